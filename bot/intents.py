"""The intents by topic: the same topic word names the domain, the examples, the rules and the actions."""

from __future__ import annotations

from collections.abc import Mapping

TOPICS: Mapping[str, tuple[str, ...]] = {
    "smalltalk": ("greet", "goodbye", "thank", "affirm", "deny", "out_of_scope"),
    "report": ("report_concern", "report_own_situation", "follow_up"),
    "rights": (
        "ask_rights_wage",
        "ask_rights_hours",
        "ask_rights_housing",
        "ask_rights_contract",
        "ask_rights_sick",
        "ask_rights_documents",
        "ask_rights_residence",
        "ask_rights_sex_work",
    ),
    "service": ("ask_anonymity", "ask_what_happens", "ask_signals"),
    "safety": ("emergency", "cannot_talk_safely"),
    "control": ("request_human", "change_language", "stop_and_delete"),
}

INFORM = "inform"
"""Text or a choice that answers the question being asked. Decided by ``components.pending``, never learnt."""

FALLBACK = "nlu_fallback"

LEARNT: tuple[str, ...] = tuple(intent for intents in TOPICS.values() for intent in intents)
INTENTS: frozenset[str] = frozenset((*LEARNT, INFORM))
