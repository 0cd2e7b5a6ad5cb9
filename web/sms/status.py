"""``POST /sms/status/<ref>``: Twilio says how far a message is that we sent.

A sample: ``MessageSid=SM…&MessageStatus=undelivered&ErrorCode=30003&To=…&From=…&AccountSid=AC…``. It comes in any
order and more than once; every one is answered with 204, or Twilio would call again.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from escalation.sms.delivery import note_status

from ..ports import ports

_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")

blueprint = Blueprint("sms_status", __name__, url_prefix="/sms/status")


@blueprint.post("/<ref>")
def take(ref: str) -> Response:
    """Note the status of the message that this reference was given to; what is of another shape is let pass."""
    sid, status = request.form.get("MessageSid", ""), request.form.get("MessageStatus", "")
    code = request.form.get("ErrorCode", "")
    if _SID.fullmatch(sid):
        note_status(
            ports(),
            ref=ref,
            sid=sid,
            status=status,
            code=int(code) if code.isascii() and code.isdigit() and len(code) < 7 else None,
        )
    return Response(status=204)
