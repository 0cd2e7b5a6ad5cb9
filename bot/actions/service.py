"""Questions about this service: who reads it, what happens with it, and which signs to look for."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cues import gives

from .base import TopicAction
from .digressions import go_back
from .extraction import read_story
from .turn import Turn

SHORT: Mapping[str, tuple[str, ...]] = {
    "ask_anonymity": ("utter_anonymity_readers", "utter_anonymity_employer"),
    "ask_what_happens": (
        "utter_happens_person",
        "utter_happens_weigh",
        "utter_happens_answer",
    ),
    "ask_signals": ("utter_signals_general", "utter_signals_person", "utter_signals_do_not"),
}
DETAIL: Mapping[str, tuple[str, ...]] = {
    "ask_anonymity": (
        "utter_anonymity_more_own_words",
        "utter_anonymity_more_official",
        "utter_anonymity_more_registered",
        "utter_anonymity_more_m",
    ),
    "ask_what_happens": (
        "utter_happens_more_other",
        "utter_happens_more_choice",
        "utter_happens_more_limits",
        "utter_happens_more_people",
    ),
    "ask_signals": (
        "utter_signals_hotel",
        "utter_signals_agency",
        "utter_signals_work",
        "utter_signals_young",
        "utter_signals_sex_work",
        "utter_signals_home",
        "utter_signals_criminal",
        "utter_signals_begging",
        "utter_signals_nails",
        "utter_signals_housing",
    ),
}
_SIGNALS_OF_SECTOR: Mapping[str, str] = {
    "hotel": "utter_signals_hotel",
    "temp_work": "utter_signals_agency",
    "school": "utter_signals_young",
    "sex_industry": "utter_signals_sex_work",
    "massage": "utter_signals_sex_work",
    **dict.fromkeys(
        (
            "agriculture",
            "construction",
            "catering",
            "slaughterhouse",
            "cleaning",
            "transport",
            "logistics",
            "inland_shipping",
        ),
        "utter_signals_work",
    ),
    "beauty": "utter_signals_nails",
    "household": "utter_signals_home",
    "street": "utter_signals_begging",
    "online": "utter_signals_young",
}
_SIGNALS_OF_ROLE: Mapping[str, str] = {
    "hotel_staff": "utter_signals_hotel",
    "agency_staff": "utter_signals_agency",
    "employer": "utter_signals_agency",
    "housing_staff": "utter_signals_housing",
    "school": "utter_signals_young",
    "relative": "utter_signals_young",
    "client": "utter_signals_sex_work",
    "sex_worker": "utter_signals_sex_work",
    "labour_migrant": "utter_signals_work",
    "inspector": "utter_signals_work",
}


class ActionAnswerService(TopicAction):
    """Answers a question about the service. Asked again, it tells more."""

    action_name = "action_answer_service"

    def respond(self, turn: Turn) -> None:
        """Give the short answer, or the details when the short one was given before."""
        told_before = turn.has("topics", turn.intent)
        if (
            told_before
            and turn.intent == "ask_anonymity"
            and gives("police_rule", turn.text, turn.languages)
        ):
            turn.say("utter_anonymity_readers")
            go_back(turn, topic=turn.intent, otherwise="utter_service_more")
            return
        if turn.intent == "ask_anonymity" and not told_before:
            turn.say_for_channel("utter_anonymity_name")
        for utterance in (DETAIL if told_before else SHORT)[turn.intent]:
            turn.say(utterance)
        if turn.intent == "ask_signals" and not told_before:
            _say_signals_of_the_place(turn)
        if told_before:
            turn.remove("topics", turn.intent)
        else:
            turn.add("topics", turn.intent)
        topic = None if told_before else turn.intent
        go_back(turn, topic=topic, otherwise="utter_service_more")


def _say_signals_of_the_place(turn: Turn) -> None:
    """A question that names a hotel, a school or a kind of work gets its own list at once."""
    told = read_story(turn.text, turn.languages) if turn.text else None
    named = told.fields if told else {}
    sector = named.get("sector") or turn.get("sector")
    role = named.get("reporter_role") or turn.get("reporter_role")
    utterance = _SIGNALS_OF_SECTOR.get(str(sector)) or _SIGNALS_OF_ROLE.get(str(role))
    if utterance:
        turn.say(utterance)
