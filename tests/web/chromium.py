"""The application behind a real socket, for tests in a real browser."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from escalation.ports import Ports
from tests.conftest import missing_service


def chromium_path() -> str:
    """Return where Debian's Chromium is; the test is skipped, or fails in CI, when it is not there."""
    path = shutil.which("chromium")
    if path is None:
        missing_service("chromium is not installed: the pages were not tried in a browser")
    return path


@dataclass
class Site:
    """The application behind a real socket, and the harmless site that leaving leads to."""

    url: str
    weather: str
    house: Ports
    referrers: list[str | None] = field(default_factory=list)
    """What visitors of the harmless site said about where they came from."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port and yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def no_complaints(page: Page, *more: str) -> Iterator[Page]:
    """Yield the page; fail when a script of it failed, or the browser named the policy or one of ``more``."""
    telling, complaints = ("Content Security", *more), list[str]()
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            complaints.append(f"{page.url}: {said.text}")
            if any(word in said.text for word in telling)
            else None
        ),
    )
    yield page
    assert complaints == [], "\n".join(complaints)
