"""Text messages: what Twilio tells us, behind the check of its signature."""

from ..security import Guarded
from . import gateway, status
from .signature import check_signature

GUARDED = (
    Guarded(gateway.blueprint, "twilio_signed", check_signature),
    Guarded(status.blueprint, "twilio_signed", check_signature),
)
