"""The ledger of deletions: that something was deleted, when and why, and nothing of what it was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from .tables import Base


class DeletionRow(Base):
    """One deleted conversation: a keyed digest of its id, the day, why, and how many rows went from which table."""

    __tablename__ = "deletions"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[bytes] = mapped_column(unique=True)
    day: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(16))
    rows: Mapped[dict[str, Any]] = mapped_column(JSON)
