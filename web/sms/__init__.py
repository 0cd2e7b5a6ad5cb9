"""Text messages: what Twilio tells us, behind the check of its signature; and a telephone for development."""

from ..security import Guarded
from . import dev_phone, gateway, status
from .signature import check_signature

GUARDED = (
    Guarded(gateway.blueprint, "twilio_signed", check_signature),
    Guarded(status.blueprint, "twilio_signed", check_signature),
    Guarded(dev_phone.blueprint, "dev_phone", dev_phone.check_development),
)
