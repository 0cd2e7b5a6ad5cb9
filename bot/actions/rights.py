"""Questions about rights: the short answer first, more on request, then whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cues import gives

from .base import TopicAction
from .digressions import go_back
from .lines_open import say_when_open
from .turn import Turn

GENERAL = "utter_rights_general"


@dataclass(frozen=True)
class RightsTopic:
    """The utterances of one topic: ``short`` first, ``detail`` on request, ``ask`` at the end of either."""

    short: tuple[str, ...]
    detail: tuple[str, ...]
    ask: tuple[str, ...]


TOPICS: Mapping[str, RightsTopic] = {
    "ask_rights_wage": RightsTopic(
        short=("utter_rights_wage_minimum", "utter_rights_wage_keep"),
        detail=(
            "utter_rights_wage_bank",
            "utter_rights_wage_deductions",
            "utter_rights_wage_holiday",
            "utter_rights_wage_agency",
            "utter_rights_wage_proof",
        ),
        ask=("utter_rights_ask_fairwork", "utter_rights_ask_labour_authority"),
    ),
    "ask_rights_hours": RightsTopic(
        short=("utter_rights_hours_maximum", "utter_rights_hours_rest"),
        detail=(
            "utter_rights_hours_break",
            "utter_rights_hours_holidays",
            "utter_rights_hours_sunday",
        ),
        ask=("utter_rights_ask_labour_authority", "utter_rights_ask_fairwork"),
    ),
    "ask_rights_housing": RightsTopic(
        short=("utter_rights_housing_contract", "utter_rights_housing_end"),
        detail=("utter_rights_housing_agency", "utter_rights_housing_rent"),
        ask=("utter_rights_housing_where", "utter_rights_ask_legal"),
    ),
    "ask_rights_contract": RightsTopic(
        short=("utter_rights_contract_dismissal", "utter_rights_contract_fee"),
        detail=(
            "utter_rights_contract_withdraw",
            "utter_rights_contract_fines",
            "utter_rights_contract_agency",
            "utter_rights_contract_change",
        ),
        ask=("utter_rights_ask_legal", "utter_rights_ask_fairwork"),
    ),
    "ask_rights_sick": RightsTopic(
        short=("utter_rights_sick_doctor", "utter_rights_sick_pay"),
        detail=(
            "utter_rights_sick_insurance",
            "utter_rights_sick_accident",
            "utter_rights_sick_waiting",
        ),
        ask=("utter_rights_ask_fairwork", "utter_rights_ask_legal"),
    ),
    "ask_rights_documents": RightsTopic(
        short=("utter_rights_documents_passport", "utter_rights_documents_back"),
        detail=(
            "utter_rights_documents_fine",
            "utter_rights_documents_short",
            "utter_rights_documents_long",
            "utter_rights_documents_rni_twente",
        ),
        ask=("utter_rights_ask_labour_authority", "utter_rights_ask_work_in_nl"),
    ),
    "ask_rights_residence": RightsTopic(
        short=("utter_rights_residence_rights", "utter_rights_residence_reflection"),
        detail=(
            "utter_rights_residence_eu",
            "utter_rights_residence_ukraine",
            "utter_rights_residence_forced",
        ),
        ask=("utter_rights_residence_advice", "utter_rights_ask_comensha"),
    ),
    "ask_rights_sex_work": RightsTopic(
        short=("utter_rights_sex_work_choice", "utter_rights_sex_work_legal"),
        detail=(
            "utter_rights_sex_work_young",
            "utter_rights_sex_work_stay",
            "utter_rights_sex_work_conditions",
            "utter_rights_sex_work_stop",
        ),
        ask=("utter_rights_ask_sex_work", "utter_rights_ask_assault"),
    ),
}


class ActionAnswerRights(TopicAction):
    """Answers one of the eight topics. Asked again, it tells more."""

    action_name = "action_answer_rights"

    def respond(self, turn: Turn) -> None:
        """Give the short answer, or the details when the short one was given before."""
        topic = TOPICS[turn.intent]
        told_before = turn.has("topics", turn.intent)
        about_fines = turn.intent == "ask_rights_contract" and gives(
            "fines", turn.text, turn.languages
        )
        if about_fines:
            turn.say("utter_rights_contract_fines")
            turn.say("utter_rights_wage_keep")
        else:
            for utterance in topic.detail if told_before else topic.short:
                turn.say(utterance)
        for utterance in topic.ask if told_before else topic.ask[:1]:
            turn.say(utterance)
            say_when_open(turn, utterance)
        turn.say_once(GENERAL)
        if told_before:
            turn.remove("topics", turn.intent)
        else:
            turn.add("topics", turn.intent)
        if turn.get("purpose") is None:
            turn.record("purpose", "rights_question")
        go_back(turn, topic=None if told_before else turn.intent, otherwise="utter_rights_more")
