"""``/health/live``: the process answers. ``/health/ready``: the database and the bot answer too."""

from __future__ import annotations

import httpx
from flask import Blueprint, Response, json
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ..config import settings
from ..ports import ports

BOT_TIMEOUT_SECONDS = 2.0
BOT_READY_PATH = "/webhooks/nietpluis/ready"

blueprint = Blueprint("health", __name__, url_prefix="/health")


def check_nothing() -> None:
    """Guard of the probes: they read nothing and tell nothing, so anybody may ask."""


@blueprint.get("/live")
def live() -> Response:
    """Answer that the process lives."""
    return _answer(True)


@blueprint.get("/ready")
def ready() -> Response:
    """Answer 200 when the database and the bot answer, 503 otherwise."""
    return _answer(_database_answers() and _bot_answers())


def _answer(good: bool) -> Response:
    body = {"status": "ok" if good else "unavailable"}
    return Response(json.dumps(body), status=200 if good else 503, content_type="application/json")


def _database_answers() -> bool:
    try:
        with ports().sessions() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _bot_answers() -> bool:
    try:
        answer = httpx.get(
            f"{settings().bot_url}{BOT_READY_PATH}", timeout=BOT_TIMEOUT_SECONDS, trust_env=False
        )
    except httpx.HTTPError:
        return False
    return answer.is_success
