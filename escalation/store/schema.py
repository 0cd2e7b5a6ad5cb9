"""All tables together, for the migrations."""

from . import (
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
    "desk_tables",
    "duty_tables",
    "passkey_tables",
    "retention_tables",
    "sms_tables",
    "staff_tables",
]
