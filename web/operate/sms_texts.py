"""The texts with which Twilio itself answers HELP, STOP and START, in every language, ready for its console.

Twilio has no API for Advanced Opt-Out; they are put in by hand (docs/operations.md).
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from escalation.lines import Line
from escalation.phrasebook import FACTS
from escalation.signal import LANGUAGES
from escalation.sms.segments import made_plain, segments_of
from web.i18n import N_, language_name
from web.rendering import speak

KEEP = {"HELP": "HELP, INFO", "STOP": "STOP, UNSUBSCRIBE", "START": "START, UNSTOP"}
"""Nothing that could be an answer: END, QUIT, CANCEL and YES are to be taken out."""


def answers() -> dict[str, Line]:
    """Return the line with which each word is answered."""
    number = yaml.safe_load(FACTS.read_text("utf-8"))["facts"]["emergency"]["value"]
    emergency = {"emergency": {"kind": "text", "value": number}}
    return {
        "HELP": Line(
            "twilio_help",
            N_("In danger now? Call {emergency}. A person reads what you write here."),
            emergency,
        ),
        "STOP": Line(
            "twilio_stop", N_("You get no more texts from us. To write to us again: START")
        ),
        "START": Line("twilio_start", N_("You can write to us again.")),
    }


def texts() -> dict[str, dict[str, str]]:
    """Return by word and language what is put into the console."""
    return {
        word: {code: made_plain(speak(line, code).text) for code in LANGUAGES}
        for word, line in answers().items()
    }


def all_in_one(word: str) -> str:
    """Return the answer in the languages of the house that is put in: one field holds one text for all."""
    return " / ".join(dict.fromkeys(texts()[word][code] for code in ("nl", "en")))


def lines() -> Iterator[str]:
    """Yield what an operator puts into Twilio's console, word by word."""
    yield "Twilio console: Messaging > Services > the service > Opt-Out Management > Advanced Opt-Out."
    yield "One text for every country; for a country with a language of its own an override."
    for word, by_language in texts().items():
        yield ""
        yield f"{word}: keywords {KEEP[word]} and no others"
        everybody = all_in_one(word)
        yield f"  for everybody ({segments_of(everybody)}): {everybody}"
        for code, text in by_language.items():
            yield f"  {code} {language_name(code, 'en')} ({segments_of(text)}): {text}"
    yield ""
    yield "The number behind a language is how many segments the text costs each time."
