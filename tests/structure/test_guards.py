"""Every door has a guard with a name; a door for staff stays shut for everybody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from escalation.store.session import make_engine
from tests.builders import build_house
from web.app import create_app
from web.config import Settings

GUARDS = {
    "public",
    "public_api",
    "metrics_token",
    "probe",
    "staff",
    "staff_api",
    "staff_door",
    "staff_link",
    "twilio_signed",
    "dev_phone",
}
FOR_STAFF = {"staff", "staff_api"}
SHUT = {301, 302, 303, 400, 401, 403, 404}
"""Sent to log in, refused, or told that there is no such thing."""


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    ports = build_house(make_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}"))
    return create_app(Settings(data_directory=tmp_path), ports)


def guard_of(app: Flask, rule: Rule) -> str | None:
    """Return the guard of a page; the style sheet and scripts have none and need none."""
    blueprint = rule.endpoint.rpartition(".")[0]
    guards: dict[str, str] = app.extensions["guards"]
    return guards.get(blueprint)


def test_every_blueprint_is_registered_with_a_known_guard(app: Flask) -> None:
    assert set(app.extensions["guards"]) == set(app.blueprints)
    assert set(app.extensions["guards"].values()) <= GUARDS


def test_every_guard_runs_before_its_views(app: Flask) -> None:
    for name in app.blueprints:
        assert app.before_request_funcs.get(name), f"{name} has a guard that never runs"


def test_no_page_lies_outside_a_blueprint(app: Flask) -> None:
    outside = [rule.rule for rule in app.url_map.iter_rules() if not guard_of(app, rule)]
    assert outside == ["/static/<path:filename>"]


def test_a_door_for_staff_is_shut_without_a_session(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if guard_of(app, rule) not in FOR_STAFF:
            continue
        _, path = rule.build({name: "0" for name in rule.arguments}) or ("", "")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = client.open(path, method=method)
            assert answer.status_code in SHUT, f"{method} {path}: {answer.status_code}"
