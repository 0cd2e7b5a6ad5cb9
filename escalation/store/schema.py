"""All tables together, for the migrations."""

from . import (
    delivery_tables,
    desk_tables,
    duty_tables,
    passkey_tables,
    retention_tables,
    sms_tables,
    staff_tables,
)
from .tables import Base

__all__ = [
    "Base",
    "delivery_tables",
    "desk_tables",
    "duty_tables",
    "passkey_tables",
    "retention_tables",
    "sms_tables",
    "staff_tables",
]
