"""What text messages say of themselves, and the words that mean something by SMS: English sources for the catalogue."""

from __future__ import annotations

import unicodedata

from .. import comparing
from ..lines import Line
from ..ports import Ports
from ..system_lines import SYSTEM_LINES


def N_(source: str) -> str:
    """Mark ``source`` for extraction and return it unchanged; it is translated when sent."""
    return source


STOP_WORDS = frozenset(
    ("stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel")
)
HELP_WORDS = frozenset(("help", "info"))
START_WORDS = frozenset(("start", "yes", "unstop"))
RESERVED = STOP_WORDS | HELP_WORDS | START_WORDS
"""Words that Twilio acts upon by itself when a message is nothing else. None of them is ever offered as an answer."""

# Translators: two everyday words that nobody sends alone by chance. Not words such as stop, end, help or yes.
HARMLESS_WORD = N_("Sunflower")
DANGER_WORD = N_("Umbrella")

SAID_OTHERWISE = {
    "You can press a button, answer in other words, or skip the question. You can also ask for a person.": N_(
        "Answer with a number or in other words, or skip the question. You can also ask for a person."
    ),
}
"""Lines of the bot that speak of a page, and what a text message says instead."""

WELCOME = Line(
    "system_sms_welcome",
    N_(
        # Translators: text message; with the address it should stay under 200 letters.
        "Niet-Pluis here. A computer answers you, not a person. Text messages stay on your phone "
        "and with your phone company. Safer: {address} Delete these messages."
    ),
)
ANY_LANGUAGE = Line(
    "system_sms_any_language",
    "{english}",
    {
        "english": {
            "kind": "said_in",
            "language": "en",
            "source": N_("You can write in your own language."),
        }
    },
)
TWO_WORDS = Line(
    "system_sms_two_words",
    N_(
        "Does somebody look at your phone? Send {harmless}: we stop with a harmless text, until you "
        "send it again. Send {danger} if you are in danger: it looks the same, but we call people."
    ),
    {
        "harmless": {"kind": "term", "source": HARMLESS_WORD},
        "danger": {"kind": "term", "source": DANGER_WORD},
    },
)
# Translators: whoever holds the phone reads this. It must tell nothing of what was written before.
FAREWELL = Line("sms_farewell", N_("You will get no more messages from this number."))
RECEIPT = Line(
    "sms_receipt",
    N_(
        "Your number: {receipt}. With it you can go on here or on {address} It now stands on this "
        "phone: write it down in a safe place and delete this message."
    ),
)
NO_PICTURES = Line(
    "system_sms_no_pictures",
    N_("We cannot take pictures or sound here. Please tell it in words."),
)
RECEIPT_UNKNOWN = Line(
    "system_sms_receipt_unknown", N_("We do not know this number. Please check the 16 digits.")
)
RECEIPT_OPENED = Line(
    "system_sms_receipt_opened", N_("Your conversation goes on here, by text message.")
)
STOPPED = Line(
    "system_sms_stopped", N_("The person has turned off all text messages from this number.")
)
PAUSED = Line(
    "system_sms_paused",
    N_("The person has sent the word to stop. No text is sent until they send it again."),
)
ERASED = (
    SYSTEM_LINES["system_erased"],
    # The bot's own words when texting is not safe.
    Line(
        "utter_come_back_sms",
        N_("Delete these messages if somebody may read your phone. Write again when it is safe."),
    ),
)
MORE = N_("More answers")
AFFIRMED = N_("Yes, that is so")

NEVER_SENT = frozenset(
    (
        *("utter_open_computer", "utter_open_sms", "utter_hide", "utter_hide_nothing_told"),
        *("utter_open_what", "utter_come_back_sms", STOPPED.say, PAUSED.say),
    )
)
"""What the first message says already, and what must not arrive on a phone that somebody else holds."""

SENT_LATER = frozenset(("utter_open_readers", "utter_open_free", TWO_WORDS.say))
"""What is good to know, but not in the first message, which is to stay short."""


def bare(text: str) -> str:
    """Return the text as it is compared; telephones also send wide and joined letters."""
    return comparing.bare(unicodedata.normalize("NFKC", text))


def is_word(ports: Ports, text: str, source: str) -> bool:
    """Return whether the text is nothing but this word, in any of our languages."""
    said = bare(text)
    return any(said == bare(ports.translate(source, language)) for language in ports.languages)
