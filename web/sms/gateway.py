"""``POST /sms/twilio``: a text message came in. It is stored and answered with nothing; the worker does the rest.

A sample: ``MessageSid=SM…&From=%2B316…&To=%2B3197…&Body=Hello&NumMedia=0&AccountSid=AC…``. Twilio waits 15 seconds and
calls again when it is not answered, so nothing slow happens here: no bot is asked, no key is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Response, request

from escalation.signal import printable
from escalation.sms.inbound import Inbound, store_inbound

from ..ports import ports

PATH = "/sms/twilio"
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
MEDIA_MAX = 99
SENDER_MAX_CHARS = 64

_SID = re.compile(r"[A-Za-z0-9]{8,40}")

blueprint = Blueprint("sms", __name__)


@blueprint.post(PATH)
def take() -> Response:
    """Store one message, once for each MessageSid. A thousand deliveries of it change nothing."""
    return take_form(request.form)


def take_form(form: Mapping[str, str]) -> Response:
    """Store the message that a form holds; 400 when it holds none."""
    sid, sender = form.get("MessageSid", ""), form.get("From", "").strip()
    if not _SID.fullmatch(sid) or not 0 < len(sender) <= SENDER_MAX_CHARS:
        return Response(status=400)
    inbound = Inbound(
        sid=sid,
        number=printable(sender),
        text=form.get("Body", ""),
        media=_media(form.get("NumMedia", "")),
        opt_out=form.get("OptOutType", "")[:8],
    )
    store_inbound(ports(), inbound)
    return Response(NOTHING, content_type="text/xml; charset=utf-8")


def _media(told: str) -> int:
    return min(int(told), MEDIA_MAX) if told.isascii() and told.isdigit() and len(told) < 9 else 0
