"""``/health/live``: the process answers. ``/health/ready``: the database, the bot and its actions answer too."""

from __future__ import annotations

from flask import Blueprint, Response, json
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ..ports import ports
from .readiness import readiness

blueprint = Blueprint("health", __name__, url_prefix="/health")


def check_nothing() -> None:
    """Guard of the probes: they read nothing and tell nothing, so anybody may ask."""


@blueprint.get("/live")
def live() -> Response:
    """Answer that the process lives."""
    return _answer(True)


@blueprint.get("/ready")
def ready() -> Response:
    """Answer 200 when the database, the bot and its actions answer, 503 otherwise."""
    return _answer(_database_answers() and readiness().bot_answers())


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
