"""How a reporter gets into a conversation: by token while it is open, by receipt at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from .errors import ConversationNotFoundError, ReceiptUnknownError, WrongTokenError
from .ports import Ports
from .store.tables import Conversation, ReceiptRow, ReporterAccess
from .vault import receipts
from .vault.sealing import derive, unwrap, wrap
from .vault.tokens import TokenKeys, new_token, token_keys


@dataclass(frozen=True)
class CaseAccess:
    """An opened case: its private key, in memory only as long as the request lasts."""

    conversation_id: str
    private_key: bytes
    token_key: bytes | None = None
    receipt: str | None = None

    def __repr__(self) -> str:
        return f"CaseAccess({self.conversation_id})"

    @property
    def dialogue_key(self) -> bytes:
        """Return the key under which the bot seals its dialogue state."""
        return derive(self.private_key, "np-dialogue")


def find_conversation(
    session: Session, conversation_id: str, *, to_change: bool = False
) -> Conversation:
    """Return the row, locked against other writers when it is ``to_change``. Raises ConversationNotFoundError."""
    conversation = session.get(Conversation, conversation_id, with_for_update=to_change)
    if conversation is None:
        raise ConversationNotFoundError
    return conversation


def grant_token(
    session: Session,
    *,
    conversation_id: str,
    private_key: bytes,
    receipt: str | None,
    until: datetime,
) -> str:
    """Make a token that opens the case until ``until`` and return it; only its hash is stored."""
    token = new_token()
    keys = token_keys(token)
    session.add(
        ReporterAccess(
            lookup=keys.lookup,
            conversation_id=conversation_id,
            wrapped_key=wrap(keys.key, private_key),
            wrapped_receipt=wrap(keys.key, receipt.encode("ascii")) if receipt else None,
            expires_at=until,
        )
    )
    return token


def open_with_token(
    session: Session, *, conversation_id: str, token: str, now: datetime
) -> CaseAccess:
    """Open the case. Raises ConversationNotFoundError or WrongTokenError."""
    find_conversation(session, conversation_id)
    keys = token_keys(token)
    row = session.get(ReporterAccess, keys.lookup)
    if row is None or row.conversation_id != conversation_id or row.expires_at <= now:
        raise WrongTokenError
    receipt = unwrap(keys.key, row.wrapped_receipt).decode("ascii") if row.wrapped_receipt else None
    return CaseAccess(conversation_id, unwrap(keys.key, row.wrapped_key), keys.key, receipt)


def prolong(session: Session, *, conversation_id: str, until: datetime) -> None:
    """Let the conversation's tokens live until ``until``."""
    session.execute(
        update(ReporterAccess)
        .where(ReporterAccess.conversation_id == conversation_id)
        .values(expires_at=until)
    )


def prepare_receipt(ports: Ports) -> tuple[str, TokenKeys]:
    """Make a receipt and its keys. Slow on purpose, so it is called outside any transaction."""
    receipt = receipts.new_receipt()
    return receipt, receipts.receipt_keys(
        receipt, salt=ports.vault.receipt_salt, cost=ports.vault.receipt_cost
    )


def give_receipt(session: Session, access: CaseAccess, receipt: str, keys: TokenKeys) -> None:
    """Keep the reporter's copy of the case key under the receipt, and the receipt itself under the reporter's token.

    The receipt is in no turn: screeners never see it.
    """
    session.add(
        ReceiptRow(
            lookup=keys.lookup,
            conversation_id=access.conversation_id,
            wrapped_key=wrap(keys.key, access.private_key),
        )
    )
    if access.token_key:
        session.execute(
            update(ReporterAccess)
            .where(ReporterAccess.conversation_id == access.conversation_id)
            .values(wrapped_receipt=wrap(access.token_key, receipt.encode("ascii")))
        )


def has_receipt(session: Session, conversation_id: str) -> bool:
    """Return whether the conversation has been given a receipt."""
    found = session.scalar(
        select(ReceiptRow.lookup).where(ReceiptRow.conversation_id == conversation_id).limit(1)
    )
    return found is not None


def open_with_receipt(session: Session, *, keys: TokenKeys) -> CaseAccess:
    """Open the case with keys derived from a receipt. Raises ReceiptUnknownError."""
    row = session.get(ReceiptRow, keys.lookup)
    if row is None:
        raise ReceiptUnknownError
    return CaseAccess(row.conversation_id, unwrap(keys.key, row.wrapped_key))
