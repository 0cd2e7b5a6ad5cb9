"""Reads who may read a report. Consent to the police is never guessed: any "not" in the text is a no to them.

Typed consent is asked once more with buttons of its own; only the answer to that counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording import fold, words_of

from .lexicons import AnswerWords
from .said import AGAIN, Answer, Question, is_whole, lexicons, says_whole

CARE, POLICE, LATER = "care_only", "care_and_police", "decide_later"
_FIELD = "share_with"
_LATER_KINDS = ("unknown", "skip", "maybe")
SHORT_WORDS = 8
"""Up to so many words an answer is about nothing else."""


def read_sharing(text: str, question: Question, languages: Sequence[str]) -> Answer | None:
    """Return who may read it, AGAIN for consent that has to be confirmed, None when it is not clear."""
    folded = fold(text) or text.strip()
    known = [words for _, words in lexicons(languages)]
    if any(_is(words, LATER, folded) or _one_of(words, folded) for words in known):
        return Answer("value", LATER)
    short = len(words_of(folded)) <= SHORT_WORDS
    if short and _names(known[0], LATER, folded) and not _says_who(known, folded):
        return Answer("value", LATER)
    if "?" in text or "؟" in text:
        return None
    if _denies(known, folded):
        about = any(_mentions(words, folded) for words in known)
        plain = any(says_whole(words, "no", folded) for words in known)
        return Answer("value", CARE, plain) if about or plain else None
    if any(_is(words, CARE, folded) for words in known):
        return Answer("value", CARE)
    agrees = says_whole(known[0], "yes", folded)
    if agrees or any(_is(words, POLICE, folded) for words in known):
        return Answer("value", POLICE) if _confirms(question) else Answer(AGAIN)
    if short and any(_names(words, POLICE, folded) for words in known):
        return Answer(AGAIN)  # consent with words around it is asked once more
    return None


def _confirms(question: Question) -> bool:
    """The second wording asks about the police alone: there the police come first among the choices."""
    return question.offered[:1] == (f"{_FIELD}:{POLICE}",)


def _denies(known: Sequence[AnswerWords], folded: str) -> bool:
    """Whether there is a "not" of any language, but for words that mean something else in the person's own."""
    own = known[0]
    for words in known:
        for kind in ("negation", "no"):
            match = words.kinds[kind].search(folded) if kind in words.kinds else None
            if match and not says_whole(own, "ambiguous", match.group(0)):
                return True
    return False


def _is(words: AnswerWords, value: str, folded: str) -> bool:
    pattern = words.values.get(_FIELD, {}).get(value)
    match = pattern.search(folded) if pattern else None
    return match is not None and is_whole(words, folded, match)


def _names(words: AnswerWords, value: str, folded: str) -> bool:
    pattern = words.values.get(_FIELD, {}).get(value)
    return pattern is not None and pattern.search(folded) is not None


def _says_who(known: Sequence[AnswerWords], folded: str) -> bool:
    return any(_names(words, who, folded) for words in known for who in (CARE, POLICE))


def _mentions(words: AnswerWords, folded: str) -> bool:
    return any(pattern.search(folded) for pattern in words.values.get(_FIELD, {}).values())


def _one_of(words: AnswerWords, folded: str) -> bool:
    return len(words_of(folded)) > 0 and any(says_whole(words, k, folded) for k in _LATER_KINDS)
