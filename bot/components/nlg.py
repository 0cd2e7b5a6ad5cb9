"""Turns the name of an utterance into a line: its English template uninterpolated, with arguments and choices.

Nothing is translated or filled in here; that happens when the line is shown, for each reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from escalation.signal import LANGUAGES, RATHER_NOT_SAY, UNKNOWN

from .facts import fact_args

UNSURE = "_unsure"
"""What is said instead of an utterance when a fact in it is no longer current."""

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_WAYS_OUT = ("unknown", "skip", "done")
_VALUE_LABELS = {UNKNOWN: "utter_value_unknown", RATHER_NOT_SAY: "utter_value_rather_not_say"}

Line = dict[str, Any]
Arg = Any


class TemplateAndArguments(TemplatedNaturalLanguageGenerator):
    """Makes lines for the channel. ``variant`` 1 says the same in other words, with the choices of variant 0 unless it
    has its own."""

    def __init__(
        self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None
    ) -> None:
        """``domain`` is replaced by that of the model once one is loaded."""
        super().__init__(domain.responses if domain else {})
        self.today: Callable[[], date] = lambda: datetime.now(timezone.utc).date()

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Return ``{"custom": line}``, or None for an utterance that the domain does not have."""
        return self.line(utter_action, **kwargs)

    def line(self, say: str, **wishes: Any) -> dict[str, Any] | None:
        """Make one line. ``wishes``, all optional: args, choices, leave_out, asks, multiple, effect, variant, and

        ``only``: the values that are offered, in this order; ``worded``: the utterance whose text is said instead.
        """
        variations = self.responses.get(say)
        if not variations:
            return None
        variant = min(int(wishes.get("variant") or 0), len(variations) - 1)
        worded = wishes.get("worded")
        source = self._text(worded or say, variant)
        args = self._args(source, wishes.get("args") or {})
        facts, used = fact_args(set(PLACEHOLDER.findall(source)), set(args))
        if not all(fact.is_current(self.today()) for fact in used) and not say.endswith(UNSURE):
            return self.line(f"{say}{UNSURE}", **wishes)
        line: Line = {
            "say": say,
            "source": source,
            "args": {**args, **facts},
            "choices": self._choices(_with_buttons(variations, variant), wishes),
            "multiple": bool(wishes.get("multiple")),
            "asks": wishes.get("asks"),
            "effect": wishes.get("effect") or None,
        }
        return {"custom": line}

    def _choices(self, variation: Mapping[str, Any], wishes: Mapping[str, Any]) -> list[Line]:
        leave_out = set(wishes.get("leave_out") or ())
        buttons = [
            {"id": button["payload"], "source": button["title"]}
            for button in _offered(variation.get("buttons") or (), wishes.get("only"))
            if button["payload"] not in leave_out and _is_spoken(button["payload"])
        ]
        extra = [
            {"id": choice["id"], "source": self._label(choice)}
            for choice in wishes.get("choices") or ()
        ]
        return [*buttons, *extra]

    def _label(self, choice: Mapping[str, str]) -> str:
        """The label that is named, or for a language its own name."""
        if "label" in choice:
            return self._text(choice["label"])
        for button in self.responses["utter_language_which"][0]["buttons"]:
            if button["payload"] == choice["id"]:
                return str(button["title"])
        return choice["id"]

    def _args(self, source: str, given: Mapping[str, Any]) -> dict[str, Arg]:
        named = set(PLACEHOLDER.findall(source))
        return {
            name: self._arg(value)
            for name, value in given.items()
            if name in named or (isinstance(value, Mapping) and value.get("kind") == "rows")
        }

    def _arg(self, arg: Arg) -> Arg:
        if not isinstance(arg, Mapping):
            return arg
        if arg.get("kind") == "value":
            return self._value(str(arg["field"]), arg["value"])
        if arg.get("kind") == "said_in":
            language = {"kind": "language", "code": arg["language"]}
            said = {"source": self._text(arg["say"]), "args": {"language": language}}
            return {"kind": "said_in", "language": arg["language"], **said}
        if arg.get("kind") == "label":
            return {"kind": "term", "source": self._text(f"utter_label_{arg['field']}")}
        if arg.get("kind") == "rows":
            return {"kind": "rows", "rows": [self._row(row) for row in arg["rows"]]}
        return dict(arg)

    def _row(self, row: Mapping[str, Any]) -> Line:
        return {
            "label": self._text(f"utter_label_{row['field']}"),
            "value": self._value(str(row["field"]), row["value"]),
        }

    def _value(self, field: str, value: Any) -> Arg:
        """Return a field's value as a term from the buttons that ask for it, as typed when there is none."""
        if isinstance(value, list):
            return {"kind": "terms", "sources": list(self._terms(field, value))}
        if value in _VALUE_LABELS:
            return {"kind": "term", "source": self._text(_VALUE_LABELS[value])}
        if isinstance(value, int):
            return {"kind": "number", "value": value}
        label = self._button(field, str(value))
        return {"kind": "term", "source": label} if label else {"kind": "text", "value": str(value)}

    def _terms(self, field: str, values: Iterable[str]) -> Iterable[str]:
        for value in values:
            known = _VALUE_LABELS.get(value)
            yield self._text(known) if known else self._button(field, value) or value

    def _button(self, field: str, value: str) -> str | None:
        variations = self.responses.get(f"utter_ask_{field}") or [{}]
        for button in variations[0].get("buttons") or ():
            if button["payload"] == f"{field}:{value}":
                return str(button["title"])
        return None

    def _text(self, say: str, variant: int = 0) -> str:
        variations = self.responses.get(say) or [{}]
        return str(variations[min(variant, len(variations) - 1)].get("text", say))


def _is_spoken(payload: str) -> bool:
    """A language is offered only when it is complete."""
    kind, _, name = payload.partition(":")
    return kind != "language" or name in LANGUAGES


def _offered(
    buttons: Sequence[Mapping[str, Any]], only: Sequence[str] | None
) -> Iterable[Mapping[str, Any]]:
    """The buttons, or those of ``only`` in its order; ways out such as "I do not know" always stay, at the end."""
    if only is None:
        return buttons
    known = {button["payload"]: button for button in buttons}
    ways_out = [b for b in buttons if b["payload"].partition(":")[0] in _WAYS_OUT]
    return [*(known[payload] for payload in only if payload in known), *ways_out]


def _with_buttons(variations: Sequence[Mapping[str, Any]], variant: int) -> Mapping[str, Any]:
    return variations[variant] if variations[variant].get("buttons") else variations[0]
