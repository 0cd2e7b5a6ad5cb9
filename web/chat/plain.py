"""What programs ask for at fixed addresses: ``robots.txt``, ``security.txt``, and an icon for old browsers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, send_from_directory

from ..config import settings
from ..ports import ports

SECURITY_PATH = "/.well-known/security.txt"
ROBOTS = "User-agent: *\nDisallow:\n"
"""Nothing is forbidden: a list of paths would advertise them, and who may not read a page does not see its noindex."""

blueprint = Blueprint("plain", __name__)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Let search engines read; each answer says itself whether it may be listed."""
    return Response(ROBOTS, content_type="text/plain; charset=utf-8")


@blueprint.get(SECURITY_PATH)
def security() -> Response:
    """Say how to report a weakness (RFC 9116); nothing when the operator gave no contact, or it has run out."""
    current = settings()
    if not (current.security_contact and current.security_expires):
        abort(404)
    if date.fromisoformat(current.security_expires) <= ports().clock().date():
        abort(404)
    lines = [
        f"Contact: {current.security_contact}",
        f"Expires: {current.security_expires}T00:00:00Z",
        "Preferred-Languages: nl, en",
        f"Canonical: {current.world_url}{SECURITY_PATH}",
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """The icon for browsers that show no vector pictures, or that ask for it without being told."""
    return send_from_directory(
        Path(current_app.static_folder or "") / "icons", "page.png", mimetype="image/png"
    )
