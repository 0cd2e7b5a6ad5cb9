"""The words for codes: levels, flags, floors, channels, desks, and why the system raised a flag.

Fields and their values are in ``field_labels``, indicators in ``indicator_labels``. Everything here is marked for the
catalogue and translated when shown.
"""

from __future__ import annotations

from collections.abc import Mapping

from escalation.signal import RATHER_NOT_SAY, UNKNOWN

from ..i18n import N_, gettext
from .field_labels import FIELD_LABELS, VALUE_LABELS
from .indicator_labels import INDICATOR_LABELS

LEVEL_LABELS: Mapping[str, str] = {
    "acute": N_("Acute"),
    "high": N_("High"),
    "normal": N_("Normal"),
}

FLAG_LABELS: Mapping[str, str] = {
    "immediate_danger": N_("Immediate danger"),
    "violence_or_weapon": N_("Violence or weapon"),
    "confined": N_("Locked in or kept there"),
    "minor": N_("Under 18"),
    "medical": N_("Needs medical care"),
    "suicide_risk": N_("Risk of suicide"),
    "being_moved": N_("Being moved or sold"),
    "followed": N_("Followed or looked for"),
    "forced_sex_now": N_("Forced sex"),
    "shelter_tonight": N_("No safe bed tonight"),
    "group": N_("A group of people"),
    "image_blackmail": N_("Blackmail with images"),
    "officials_on_site": N_("Officials are there"),
    "bot_unavailable": N_("The computer did not answer"),
    "asked_for_human": N_("Asked for a person"),
    "off_hours": N_("Outside office hours"),
}

FLOOR_LABELS: Mapping[str, str] = {
    "bot": N_("With the computer"),
    "waiting": N_("Waiting for a person"),
    "screener": N_("With a screener"),
    "closed": N_("Closed"),
}

CHANNEL_LABELS: Mapping[str, str] = {"web": N_("Web chat"), "sms": N_("SMS")}

SIDE_LABELS: Mapping[str, str] = {"care": N_("Care"), "police": N_("Police")}

STATE_LABELS: Mapping[str, str] = {
    "waiting": N_("Waiting"),
    "mine": N_("Mine"),
    "open": N_("All open"),
    "aside": N_("Set aside"),
    "closed": N_("Closed"),
}

ASIDE_LABELS: Mapping[str, str] = {
    "repeated": N_("The same words from very many"),
    "links": N_("Nothing but links"),
}
"""Why a case stands apart from the queue."""

SYSTEM_REASONS: Mapping[str, str] = {
    "asked_for_human": N_("The person asked to speak with somebody."),
    "danger": N_("The computer understood that there is danger now."),
    "no_answer_in_time": N_("The computer did not answer in time."),
    "not_understood": N_("The computer did not understand the person."),
    "danger_word": N_("The person sent the word for danger by text message."),
    "sms_stop": N_("The person turned off text messages while there was danger."),
    "sms_help": N_("The person sent HELP by text message."),
}
"""Evidence of a flag that the system itself raised."""

ESCAPE_LABELS: Mapping[str, str] = {
    UNKNOWN: N_("Does not know"),
    RATHER_NOT_SAY: N_("Would rather not say"),
}
"""The two answers that every field allows."""


def label_of(table: Mapping[str, str], code: str) -> str:
    """Return a code's words in the locale of this request; a code that nobody described is shown as it is."""
    return gettext(table[code]) if code in table else code.replace("_", " ")


def field_label(field: str) -> str:
    """Return a field's name in the locale of this request."""
    return label_of(FIELD_LABELS, field)


def value_label(field: str, value: str) -> str:
    """Return the words for one value of a choice or multi field."""
    if value in ESCAPE_LABELS:
        return gettext(ESCAPE_LABELS[value])
    if field == "indicators":
        return indicator_label(value)
    return label_of(VALUE_LABELS.get(field, {}), value)


def indicator_label(code: str) -> str:
    """Return an indicator as words with its code, for who knows the list by heart."""
    words = label_of(INDICATOR_LABELS, code)
    return words if words == code else f"{words} ({code})"
