"""A process that sees what people write tells no values when something breaks: each fault below carries a canary."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from flask import Flask, request

from tests.web.browser import SAME_ORIGIN, Browser
from web.app import MAX_BODY_BYTES
from web.faults import told

CANARY = "kanarie4711"
ROOT = Path(__file__).resolve().parents[2]
BEGIN = f"""
import logging, threading
from web.faults import keep_memory_private, keep_quiet
keep_quiet()
keep_quiet()
keep_memory_private()
logging.basicConfig(level=logging.DEBUG)
canary = "{CANARY}"
class {CANARY}: pass
"""
FAULTS = {
    "uncaught": "raise ValueError(canary)",
    "chained": "try:\n    {}[canary]\nexcept KeyError as e:\n    raise ValueError(canary) from e",
    "with notes": "e = ValueError(); e.add_note(canary); raise e",
    "in a group": "raise ExceptionGroup(canary, [ValueError(canary)])",
    "in a thread": "threading.Thread(target=int, args=(canary,)).start()",
    "while tidied up": (
        "class Gone:\n    def __del__(self): raise ValueError(canary)\n"
        "gone = Gone(); del gone; print('ValueError')"
    ),
    "logged": (
        "try:\n    int(canary)\nexcept ValueError:\n"
        "    logging.getLogger('web').exception('at %s', canary)"
    ),
    "logged by a library": (
        "logging.getLogger('gunicorn.error').warning('Invalid request from ip=%s', canary)\n"
        "print('ValueError')"
    ),
    "logged with the stack": (
        "logging.getLogger('sqlalchemy').warning('no', stack_info=True); print('ValueError')"
    ),
    "warned": "import warnings; warnings.warn(canary); print('ValueError')",
    "sqlalchemy": (
        "from sqlalchemy import create_engine, text\n"
        "from sqlalchemy.exc import OperationalError as ValueError_\n"
        "create_engine('sqlite://').connect().execute(text('select ' + canary), {'a': canary})"
    ),
    "httpx": (
        "import httpx\n"
        "httpx.get('http://127.0.0.1:9/' + canary, headers={'X': canary}, trust_env=False)"
    ),
    "too deep": "def f(x): return f(x + canary)\nf('')",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_tells_what_it_was_about(fault: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BEGIN + FAULTS[fault]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = ended.stdout + ended.stderr
    assert CANARY not in said
    assert "Error" in said or "ExceptionGroup" in said  # the kind is told


def test_the_canary_would_be_seen_without() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", f"raise ValueError('{CANARY}')"], capture_output=True, text=True
    )
    assert CANARY in ended.stderr


def test_nobody_may_dump_or_read_its_memory() -> None:
    look = "import ctypes; print('dumpable', ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    ended = subprocess.run(
        [sys.executable, "-c", BEGIN + look], cwd=ROOT, capture_output=True, text=True
    )
    assert "dumpable 0" in ended.stdout


def test_a_fault_is_told_by_kind_and_places() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        line = told(type(error), error.__traceback__)
    assert line.startswith("ValueError at ")
    assert "test_quiet.py:" in line
    assert CANARY not in line


def test_a_view_that_breaks_tells_nothing(
    app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError(request.headers["User-Agent"] + request.args["q"])

    monkeypatch.setitem(app.view_functions, "pages.traces", broken)
    agent = {"User-Agent": CANARY, "Referer": f"http://{CANARY}.example/"}
    browser.get(f"/privacy?q={CANARY}", **agent)
    assert browser.status == 500
    assert CANARY not in browser.page + caplog.text
    assert "fault RuntimeError at " in caplog.text


def send_with_photo(chat: Browser, photo: str) -> int:
    """Send the chat form as multipart, by hand: the test client would make a temporary file of its own."""
    part = '--cut\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    fields = {**chat.fields(), "text": "hello"}
    body = "".join(part.format(name, "", value) for name, value in fields.items())
    body += part.format("photo", '; filename="p.jpg"', photo) + "--cut--\r\n"
    answer = chat.client.post(
        "/chat",
        data=body.encode(),
        headers=SAME_ORIGIN,
        content_type="multipart/form-data; boundary=cut",
    )
    return answer.status_code


def test_an_upload_never_becomes_a_file(
    app: Flask, chat: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_files(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was made")

    for name in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, no_files)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", no_files)
    assert send_with_photo(chat, CANARY * 200_000) == 415  # read in memory, and refused


def test_a_body_beyond_the_bound_is_refused(chat: Browser) -> None:
    assert send_with_photo(chat, "x" * (MAX_BODY_BYTES + 1)) == 413
