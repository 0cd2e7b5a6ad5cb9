"""Text messages: what Twilio tells us, behind the check of its signature."""

from ..security import Guarded
from . import status
from .signature import check_signature

GUARDED = (Guarded(status.blueprint, "twilio_signed", check_signature),)
