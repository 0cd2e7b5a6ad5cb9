"""The structured signal: field names, allowed values, indicators, flags and levels.

The single source of the vocabulary that the bot's slots, the API, the desk and every test share. Standard library
only and Python 3.10 syntax: both environments import it. Wording for people lives elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Union

UNKNOWN = "unknown"
RATHER_NOT_SAY = "rather_not_say"

FieldValue = Union[str, int, "list[str]"]

MAX_TEXT_CHARS = 10_000
"""Longest text that one field keeps; the turn itself keeps everything that was typed."""


class InvalidValueError(ValueError):
    """A value that the field does not allow. Carries the field's name, never the value."""

    def __init__(self, field: str) -> None:
        super().__init__(f"value not allowed for field {field}")
        self.field = field


@dataclass(frozen=True)
class Field:
    """One field of the signal: ``kind`` is choice, multi, text or number; ``values`` for choice and multi."""

    name: str
    kind: str
    values: tuple[str, ...] = ()
    max_chars: int = MAX_TEXT_CHARS


def _choice(name: str, values: str) -> Field:
    return Field(name, "choice", tuple(values.split()))


def _multi(name: str, values: str) -> Field:
    return Field(name, "multi", tuple(values.split()))


def _text(name: str, max_chars: int = 500) -> Field:
    return Field(name, "text", max_chars=max_chars)


INDICATORS: Mapping[str, str] = {
    "G1": "no_control_of_papers",
    "G2": "no_control_of_money",
    "G3": "threat_to_publish_images",
    "G4": "family_threatened",
    "G5": "created_debt",
    "G6": "multiple_dependency",
    "S1": "forced_sex",
    "S2": "sex_dates_for_money",
    "S3": "acts_against_will",
    "S4": "recruited_for_sex_work",
    "S5": "blackmail_with_images",
    "S6": "meets_strangers_elsewhere",
    "S7": "approached_online_forced_soon",
    "S8": "dependent_on_recruiter",
    "S9": "sex_with_partners_friends",
    "S10": "forced_webcam",
    "S11": "minor_in_sex_work",
    "S12": "no_free_choice_at_work",
    "S13": "same_man_registers_women",
    "L1": "underpayment",
    "L2": "long_days",
    "L3": "bad_conditions",
    "L4": "unreasonable_fines",
    "L5": "substandard_housing",
    "L6": "restricted_free_choice",
    "L7": "housing_lost_with_job",
    "L8": "housing_and_transport_by_employer",
    "L9": "unregistered_agency",
    "L10": "overcrowding",
    "L11": "many_at_one_address",
    "L12": "labour_law_breach",
    "C1": "forced_pickpocketing",
    "C2": "forced_theft",
    "C3": "forced_drug_carrying",
    "C4": "hemp_tending",
    "C5": "money_mule",
    "C6": "pressed_after_voluntary_start",
    "C7": "phone_subscriptions_in_name",
    "C8": "counterfeit_money",
    "C9": "company_in_name",
    "C10": "bank_card_abuse",
    "B1": "forced_begging",
    "O1": "organ_removal",
}
"""Indicator codes with a readable name. Source: requirements, section 3.1. Sectors and acts, never nationality."""

_YES_NO = "yes no"

_FIELD_LIST: tuple[Field, ...] = (
    _choice("safe_now", "yes no unsure"),
    _choice("purpose", "advice report help_self rights_question follow_up"),
    _choice(
        "reporter_role",
        "citizen victim relative sex_worker client labour_migrant hotel_staff agency_staff employer housing_staff"
        " school medical care municipality inspector police ngo other",
    ),
    _choice("knowledge_basis", "saw heard told_by_victim document gut_feeling"),
    _multi("forms", "sexual labour criminal begging domestic organ_removal"),
    _choice(
        "sector",
        "agriculture temp_work construction catering slaughterhouse cleaning transport logistics beauty massage"
        " sex_industry hotel household care inland_shipping school street online other",
    ),
    _choice(
        "place_type",
        "house hotel company farm industrial_estate campsite holiday_park club massage_salon nail_salon street"
        " station school care_institution ship container online other",
    ),
    _text("place_text"),
    _text("municipality", 80),
    _text("ad_url"),
    _choice("happening", "now today this_week this_month longer_ago"),
    _choice("victim_count", "one two_to_five six_to_twenty more_than_twenty"),
    _choice("minors", "yes no maybe"),
    _multi("age_bands", "under_12 12_17 18_20 21_22 23_64 65_plus"),
    _multi("genders", "female male transgender other"),
    _text("interpreter_language", 35),
    _multi("indicators", " ".join(INDICATORS)),
    _choice("can_leave", _YES_NO),
    _choice("own_papers", _YES_NO),
    _choice("own_money", _YES_NO),
    _choice("threatened", _YES_NO),
    _choice("in_debt", _YES_NO),
    _choice("housing_via_employer", _YES_NO),
    Field("hours_per_week", "number"),
    _text("pay"),
    _text("suspects", 2_000),
    _text("vehicle"),
    _text("phone_or_profile"),
    _multi("immediate_needs", "shelter medical food interpreter transport legal money"),
    _choice("care_worker_involved", _YES_NO),
    _choice("police_known", _YES_NO),
    _choice("reported_before", "no veilig_thuis police arbeidsinspectie fairwork mma other"),
    _text("own_words", MAX_TEXT_CHARS),
    _choice("share_with", "care_only care_and_police decide_later"),
    _choice("source_may_be_named", _YES_NO),
    _choice("contact", "none receipt_only phone email"),
    _text("contact_detail", 200),
    _choice("feedback_wanted", _YES_NO),
)

FIELDS: Mapping[str, Field] = {field.name: field for field in _FIELD_LIST}
"""Every field that a person fills, by name, in the order of the vocabulary."""

FLAGS: tuple[str, ...] = (
    "immediate_danger",
    "violence_or_weapon",
    "confined",
    "minor",
    "medical",
    "suicide_risk",
    "being_moved",
    "followed",
    "forced_sex_now",
    "shelter_tonight",
    "group",
    "image_blackmail",
    "officials_on_site",
    "bot_unavailable",
    "asked_for_human",
    "off_hours",
)

LEVELS: tuple[str, ...] = ("normal", "high", "acute")
"""Urgency levels, lowest first."""

CHANNELS: tuple[str, ...] = ("web", "sms")

SIDES: tuple[str, ...] = ("care", "police")
"""The two desks. Care always reads; police only by consent or, on record, for danger to life."""

LANGUAGES: tuple[str, ...] = (
    "nl",
    "en",
    "pl",
    "ro",
    "bg",
    "hu",
    "es",
    "pt",
    "uk",
    "ru",
    "tr",
    "ar",
)
"""Languages that are complete: catalogue, examples, lexicons (ISO 639-1)."""

DESK_LANGUAGES: tuple[str, ...] = ("nl", "en")
"""Languages in which screeners can work. Reporters have all of ``LANGUAGES``."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return ``text`` without control characters and without marks that turn the reading direction."""
    return _CONTROL.sub("", text)


def clean(field: str, value: object) -> FieldValue:
    """Return ``value`` in the form that ``field`` keeps.

    Every field also takes ``unknown`` and ``rather_not_say``. Multi fields return a list in the vocabulary's order
    without doubles; texts are cut to the field's length. Raises InvalidValueError for an unknown field or value.
    """
    known = FIELDS.get(field)
    if known is None:
        raise InvalidValueError(field)
    if value in (UNKNOWN, RATHER_NOT_SAY):
        return [str(value)] if known.kind == "multi" else str(value)
    if known.kind == "multi":
        return _clean_multi(known, value)
    if known.kind == "number":
        return _clean_number(known, value)
    if not isinstance(value, str):
        raise InvalidValueError(field)
    if known.kind == "text":
        return printable(value).strip()[: known.max_chars]
    if value not in known.values:
        raise InvalidValueError(field)
    return value


def _clean_multi(field: Field, value: object) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, Iterable):
        raise InvalidValueError(field.name)
    given = {item for item in values if isinstance(item, str)}
    escape = given & {UNKNOWN, RATHER_NOT_SAY}
    if given and given == escape:
        return sorted(escape)
    given -= escape
    if not given <= set(field.values):
        raise InvalidValueError(field.name)
    return [item for item in field.values if item in given]


def _clean_number(field: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise InvalidValueError(field.name)
    try:
        number = int(value)
    except ValueError as error:
        raise InvalidValueError(field.name) from error
    if not 0 <= number <= 168:  # hours in a week: the only number that is asked
        raise InvalidValueError(field.name)
    return number


def higher_level(one: str, other: str) -> str:
    """Return the more urgent of two levels. Raises ValueError for a name that is not a level."""
    return max(one, other, key=LEVELS.index)
