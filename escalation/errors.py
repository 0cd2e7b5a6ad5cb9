"""What can go wrong, one fact a class. Each carries a stable code; the sentence for a person is made at the edge."""

from __future__ import annotations

from typing import ClassVar


class NietPluisError(Exception):
    """Base of all facts below. ``code`` is stable and holds nothing that anybody typed."""

    code: ClassVar[str] = "internal"

    def __init__(self) -> None:
        super().__init__(self.code)


class ConversationNotFoundError(NietPluisError):
    """No conversation has this id (any more)."""

    code = "conversation_not_found"


class WrongTokenError(NietPluisError):
    """The token does not open this conversation, or has run out."""

    code = "wrong_token"


class EmptyMessageError(NietPluisError):
    """Nothing is left of the message after control characters and spaces are taken off."""

    code = "empty_message"


class MessageTooLongError(NietPluisError):
    """The message is longer than ``MAX_MESSAGE_CHARS``."""

    code = "message_too_long"


class ChoiceNotOfferedError(NietPluisError):
    """The choice is not among those that the last lines offered."""

    code = "choice_not_offered"


class UnknownLanguageError(NietPluisError):
    """The language is not one of ours."""

    code = "unknown_language"


class ReceiptUnknownError(NietPluisError):
    """No conversation belongs to this receipt, or it is not 16 digits."""

    code = "receipt_unknown"


class InvalidTransitionError(NietPluisError):
    """The floor may not go from where it is to where it was asked to go."""

    code = "invalid_transition"


class AlreadyTakenError(NietPluisError):
    """A colleague took the case first; ``owner`` is the colleague's name."""

    code = "already_taken"

    def __init__(self, owner: str) -> None:
        super().__init__()
        self.owner = owner


class CaseNotFoundError(NietPluisError):
    """No case has this id (any more)."""

    code = "case_not_found"


class NoAccessError(NietPluisError):
    """The case is not sealed to this screener's desk, or the screener holds no desk key yet."""

    code = "no_access"


class NotOwnerError(NietPluisError):
    """Only the screener who has the case may do this."""

    code = "not_owner"


class NotAllowedError(NietPluisError):
    """The screener's role does not allow this."""

    code = "not_allowed"


class InvitationInvalidError(NietPluisError):
    """The invitation is unknown, used, withdrawn or run out."""

    code = "invitation_invalid"


class NameTakenError(NietPluisError):
    """A screener or an open invitation has this name already."""

    code = "name_taken"


class PasswordTooWeakError(NietPluisError):
    """The password is shorter than the least length, or holds the name."""

    code = "password_too_weak"


class LoginFailedError(NietPluisError):
    """Name, password or code is wrong; which one is never told."""

    code = "login_failed"


class SessionExpiredError(NietPluisError):
    """The screener's session has ended."""

    code = "session_expired"


class FactorNotFreshError(NietPluisError):
    """The second factor was shown too long ago for what was asked; it has to be shown again."""

    code = "factor_not_fresh"


class LastFactorError(NietPluisError):
    """Without this second factor the screener would have none."""

    code = "last_factor"


class PasskeyRefusedError(NietPluisError):
    """The passkey cannot be added: an answer to another question, from another site, or one that is known already."""

    code = "passkey_refused"


class BotUnavailableError(NietPluisError):
    """The bot did not answer in time, or not with a turn."""

    code = "bot_unavailable"


class StateUnreadableError(NietPluisError):
    """The bot could not open the dialogue state: run out, or sealed under another key."""

    code = "state_unreadable"


class ServiceNotReadyError(NietPluisError):
    """No desk has a key yet, so nothing could be sealed to anybody: the first invitation has not been made."""

    code = "service_not_ready"


class UnknownPhraseError(NietPluisError):
    """The phrasebook has no such line."""

    code = "unknown_phrase"


class ColleagueUnavailableError(NietPluisError):
    """The case cannot go to this colleague or side: not there, let go, or without a key to it."""

    code = "colleague_unavailable"


class BusyError(NietPluisError):
    """Too many want the same slow thing at the same moment; a little later it works."""

    code = "busy"


class LastKeyError(NietPluisError):
    """Nobody else of the side holds the desk's key: without this person its cases would stay shut."""

    code = "last_key"


class PoliceNotPossibleError(NietPluisError):
    """The case is open to police already, or no police desk has a key."""

    code = "police_not_possible"


class PlanError(NietPluisError):
    """A change of the roster that cannot be: no such shift, day, rung or colleague."""

    code = "plan_impossible"


class TranslationFailedError(NietPluisError):
    """There is no translation: no machine, no answer in time, or one in which a name or a number got lost."""

    code = "translation_failed"
