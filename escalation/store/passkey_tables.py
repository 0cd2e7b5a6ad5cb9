"""The tables of passkeys: public halves alone, and the questions that were put and are not answered yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from .tables import Base


class PasskeyRow(Base):
    """The public half of a screener's passkey. ``added_at`` is a day, and nothing says of which make it is."""

    __tablename__ = "passkeys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    screener_id: Mapped[str] = mapped_column(
        ForeignKey("screeners.id", ondelete="CASCADE"), index=True
    )
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime]


class ChallengeRow(Base):
    """A random question to a passkey, for the one cookie or session that asked for it, to be answered once."""

    __tablename__ = "challenges"

    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(8), primary_key=True)
    challenge: Mapped[bytes]
    expires_at: Mapped[datetime]
