"""``/dev/phone``: a page that looks like a telephone, to try the conversation by text message without a carrier.

For developers, in plain English, with made-up numbers. It is there only with ``NIETPLUIS_DEV_PHONE=1``, only without
Twilio and without a public address, and only for a browser on this machine.
"""

from __future__ import annotations

import secrets
from ipaddress import ip_address

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from escalation.sms.segments import encoding_of, segments_of
from escalation.transports.dev_phone import IN, DevTelephone, PhoneText

from ..config import settings
from ..security import check_same_origin
from .gateway import take_form

MADE_UP = "+31600000001"
LOOKS_AGAIN_MAX = 5
SECONDS_BETWEEN = 2

blueprint = Blueprint("dev_phone", __name__, url_prefix="/dev/phone")


def check_development() -> Response | None:
    """Guard ``dev_phone``: there is no such page outside development."""
    if not (settings().has_dev_phone and _is_here(request.remote_addr)):
        return Response(status=404)
    check_same_origin()
    return None


def _is_here(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


@blueprint.get("/")
def show() -> Response:
    """Show the phone; after sending it looks again by itself for a little while."""
    number = request.args.get("number", MADE_UP)
    looks = request.args.get("looks", "")
    left = min(int(looks), LOOKS_AGAIN_MAX) if looks.isascii() and looks.isdigit() else 0
    again = url_for("dev_phone.show", number=number, looks=left - 1) if left else None
    texts = [
        (one.way == IN, one.text, segments_of(one.text), encoding_of(one.text))
        for one in _telephone().texts(number)
    ]
    page = render_template(
        "dev/phone.html", number=number, texts=texts, again=again, seconds=SECONDS_BETWEEN
    )
    return make_response(page)


@blueprint.post("/")
def send() -> Response:
    """Hand a text over the way the webhook does."""
    number, text = request.form.get("number", MADE_UP).strip(), request.form.get("text", "")
    told = {
        "MessageSid": "DEV" + secrets.token_hex(14),
        "From": number,
        "Body": text,
        "NumMedia": "1" if request.form.get("picture") else "0",
    }
    if take_form(told).status_code == 200:
        _telephone().note(PhoneText(number, IN, text))
    address = url_for("dev_phone.show", number=number, looks=LOOKS_AGAIN_MAX)
    return make_response(redirect(address, code=303))


def _telephone() -> DevTelephone:
    return DevTelephone(settings().run_directory)
