"""What the scripted bot says in the web tests: enough of a conversation to see every kind of line."""

from __future__ import annotations

from escalation.bot import BotLine, BotTurn
from escalation.lines import Choice, Line

HELLO = Line("utter_hello", "Hello. This is a computer program.")
ASK_SAFE = Line(
    "utter_ask_safe_now",
    "Is it safe for you to write now?",
    choices=(Choice("safe_now:yes", "Yes"), Choice("safe_now:no", "No")),
    asks="safe_now",
)
ASK_MINORS = Line(
    "utter_ask_minors",
    "Is anybody under 18?",
    choices=(
        Choice("minors:yes", "Yes"),
        Choice("minors:no", "No"),
        Choice("unknown:minors", "I do not know"),
        Choice("skip:minors", "Skip"),
    ),
    asks="minors",
)
ASK_NEEDS = Line(
    "utter_ask_immediate_needs",
    "What is needed now?",
    choices=(
        Choice("immediate_needs:shelter", "A safe place to sleep"),
        Choice("immediate_needs:medical", "A doctor"),
        Choice("immediate_needs:food", "Food"),
        Choice("done:immediate_needs", "Done"),
    ),
    multiple=True,
    asks="immediate_needs",
)
SUMMARY = Line(
    "utter_summary",
    "This is what we understood.",
    args={
        "rows": {
            "kind": "rows",
            "rows": [
                {"label": "Where", "value": {"kind": "term", "source": "Hotel"}},
                {"label": "Own words", "value": {"kind": "text", "value": "<b>room 212</b>"}},
            ],
        }
    },
    choices=(Choice("send:yes", "Send"),),
)
SENT = Line(
    "utter_sent",
    "Thank you. If somebody is in danger now, call {phone}.",
    args={"phone": {"kind": "phone", "value": "112"}},
)


def answer(turn: BotTurn) -> list[BotLine]:
    """Return the lines for one turn; a few words of the text choose what comes."""
    said = turn.choice or turn.text or ""
    if said == "start":
        return [BotLine(HELLO), BotLine(ASK_SAFE)]
    if said == "please hide":
        return [
            BotLine(Line("utter_hide", "Good. We stop for now.")),
            BotLine(None, {"hide": True}),
        ]
    if said == "please erase":
        return [BotLine(None, {"erase": True})]
    if said == "what I need":
        return [BotLine(ASK_NEEDS)]
    if said == "summary":
        return [BotLine(SUMMARY)]
    if said == "send:yes":
        return [BotLine(SENT), BotLine(None, {"submit": True})]
    return [BotLine(Line("utter_thanks", "Thank you for telling us.")), BotLine(ASK_MINORS)]
