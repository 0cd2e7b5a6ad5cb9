"""After a help line was named: whether somebody picks up now, and if not, when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from bot.components.facts import read_facts
from bot.components.opening import Opening, opening_at

from .turn import Turn

_LINE_OF: Mapping[str, str] = {
    "utter_rights_ask_labour_authority": "labour_authority",
    "utter_rights_ask_fairwork": "fairwork",
    "utter_rights_ask_comensha": "comensha",
    "utter_rights_ask_assault": "assault_line",
    "utter_rights_housing_where": "snf_line",
}
"""The help line that an utterance names."""


def say_when_open(turn: Turn, utterance: str) -> None:
    """Say whether the line that ``utterance`` names is open now. Nothing for one that names no line."""
    line = _LINE_OF.get(utterance)
    if line is None:
        return
    hours = read_facts()[line].open
    if hours is None:
        turn.say("utter_line_hours_unknown")
    else:
        _say(turn, opening_at(hours, datetime.now(timezone.utc)))


def _say(turn: Turn, opening: Opening) -> None:
    if opening.opens is not None:
        day = {"kind": "weekday", "value": opening.opens.date().isoformat()}
        at = {"kind": "time", "value": opening.opens.strftime("%H:%M")}
        turn.say("utter_line_closed", args={"day": day, "at": at})
    elif opening.until is not None:
        until = {"kind": "time", "value": opening.until.strftime("%H:%M")}
        turn.say("utter_line_open", args={"until": until})
    else:
        turn.say("utter_line_always")
