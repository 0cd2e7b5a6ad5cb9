"""Turns lines (template and arguments) into text for one reader. Nothing that a person typed is ever a template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from babel import UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup, escape

from escalation.lines import Line, Spoken
from escalation.signal import printable
from escalation.sms.words import SAID_OTHERWISE

from .i18n import direction, language_name, translate

MISSING = "…"
"""Stands where an argument is missing or odd: the sentence is shown all the same."""

# Names only: "{a.b}", "{a[0]}" and "{a!r}" are plain text here, so no template can reach into an object.
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_RIGHT_TO_LEFT_LETTER = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_UNMARKED = re.compile("[\u2066-\u2069\u200e\u200f]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True)
class RenderedLine:
    """A line in the reader's language. ``rows`` is a summary as label and value; ``phones`` occur in the texts."""

    text: str
    rows: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    asks: str | None = None
    multiple: bool = False
    phones: tuple[str, ...] = ()

    @property
    def full_text(self) -> str:
        """The whole line as plain text: the text, then one ``label: value`` a row."""
        return "\n".join(
            part
            for part in (self.text, *(f"{label}: {value}" for label, value in self.rows))
            if part
        )


def render_line(line: Line, locale: str) -> RenderedLine:
    """Return ``line`` as a reader of ``locale`` reads it. Never raises for a missing or odd argument."""
    return RenderedLine(
        text=fill(translate(line.source, locale), line.args, locale),
        rows=tuple(_rows(line.args, locale)),
        choices=tuple(
            (c.id, fill(translate(c.source, locale), c.args, locale)) for c in line.choices
        ),
        asks=line.asks,
        multiple=line.multiple,
        phones=tuple(_phones(line.args.values())),
    )


def speak(line: Line, locale: str) -> Spoken:
    """Return ``line`` as a text message says it: plain words, without marks of direction that a phone shows as boxes.

    What speaks of a page is said otherwise (``words.SAID_OTHERWISE``).
    """
    source = SAID_OTHERWISE.get(line.source, line.source)
    said = [fill(translate(source, locale), line.args, locale)]
    said += [f"{label}: {value}" for label, value in _rows(line.args, locale)]
    labels = (
        (choice.id, fill(translate(choice.source, locale), choice.args, locale))
        for choice in line.choices
    )
    return Spoken(
        _UNMARKED.sub("", "\n".join(part for part in said if part)),
        tuple((choice, _UNMARKED.sub("", label)) for choice, label in labels),
    )


def fill(template: str, args: Mapping[str, Any], locale: str) -> str:
    """Put the arguments into an already translated template, in one pass, and trim it."""

    def value_of(match: re.Match[str]) -> str:
        return render_arg(args.get(match.group(1)), locale)

    return _PLACEHOLDER.sub(value_of, template).strip()


def render_arg(arg: object, locale: str) -> str:
    """Return one argument as text: terms translated, money, dates and numbers in the manner of ``locale``."""
    if isinstance(arg, bool) or arg is None:
        return MISSING
    if isinstance(arg, str):
        return isolated(arg, locale)
    if isinstance(arg, int):
        arg = {"kind": "number", "value": arg}
    if not isinstance(arg, Mapping):
        return MISSING
    renderer = _KINDS.get(str(arg.get("kind")))
    if renderer is None:
        return MISSING
    try:
        return renderer(arg, locale)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, UnknownLocaleError):
        return MISSING


def isolated(text: str, locale: str) -> str:
    """Return ``text`` without control marks, isolated when it may run against the reader's direction."""
    clean = printable(text)
    against = direction(locale) == "rtl" or _RIGHT_TO_LEFT_LETTER.search(clean)
    return f"{_FIRST_STRONG_ISOLATE}{clean}{_POP_ISOLATE}" if against else clean


def with_phones(text: str, phones: Iterable[str]) -> Markup:
    """Return the text escaped for a page, with each of these phone numbers as a link that calls it."""
    escaped = str(escape(text))
    for phone in sorted(set(phones), key=len, reverse=True):
        digits = re.sub(r"[^0-9+]", "", phone)
        if digits:
            link = f'<a href="tel:{digits}" dir="ltr">{escape(phone)}</a>'
            escaped = re.sub(rf"(?<![\d>]){re.escape(str(escape(phone)))}(?![\d<])", link, escaped)
    return Markup(escaped)


def _term(arg: Mapping[str, Any], locale: str) -> str:
    return fill(translate(str(arg["source"]), locale), {}, locale)


def _terms(arg: Mapping[str, Any], locale: str) -> str:
    return str(
        format_list([translate(str(source), locale) for source in arg["sources"]], locale=locale)
    )


def _money(arg: Mapping[str, Any], locale: str) -> str:
    return isolated(
        str(format_currency(Decimal(str(arg["value"])), str(arg["currency"]), locale=locale)),
        locale,
    )


def _date(arg: Mapping[str, Any], locale: str) -> str:
    return str(format_date(date.fromisoformat(arg["value"]), format="long", locale=locale))


def _weekday(arg: Mapping[str, Any], locale: str) -> str:
    return str(format_date(date.fromisoformat(arg["value"]), format="EEEE", locale=locale))


def _time(arg: Mapping[str, Any], locale: str) -> str:
    return str(format_time(time.fromisoformat(arg["value"]), format="short", locale=locale))


def _number(arg: Mapping[str, Any], locale: str) -> str:
    return str(format_decimal(Decimal(str(arg["value"])), locale=locale))


def _verbatim(arg: Mapping[str, Any], locale: str) -> str:
    return isolated(str(arg["value"]), locale)


def _said_in(arg: Mapping[str, Any], locale: str) -> str:
    """A sentence in a language of its own, for somebody who may not read that of the conversation."""
    own = str(arg["language"])
    # Not one within another: a few of them, each holding the next one twice, would fill the memory.
    args = {
        name: None if isinstance(one, Mapping) and one.get("kind") == "said_in" else one
        for name, one in (arg.get("args") or {}).items()
    }
    return isolated(fill(translate(str(arg["source"]), own), args, own), locale)


def _nothing(arg: Mapping[str, Any], locale: str) -> str:
    """Rows stand beside the text, not in it."""
    return ""


_KINDS: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "term": _term,
    "terms": _terms,
    "text": _verbatim,
    "phone": _verbatim,
    "money": _money,
    "date": _date,
    "weekday": _weekday,
    "time": _time,
    "number": _number,
    "language": lambda arg, locale: language_name(str(arg["code"]), locale),
    "said_in": _said_in,
    "rows": _nothing,
}


def _rows(args: Mapping[str, Any], locale: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for arg in args.values():
        if (
            not isinstance(arg, Mapping)
            or arg.get("kind") != "rows"
            or not isinstance(arg.get("rows"), list)
        ):
            continue
        for row in arg["rows"]:
            if isinstance(row, Mapping):
                found.append(
                    (
                        translate(str(row.get("label", "")), locale),
                        render_arg(row.get("value"), locale),
                    )
                )
    return found


def _phones(args: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for arg in args:
        if isinstance(arg, Mapping) and arg.get("kind") == "phone":
            found.append(str(arg.get("value", "")))
    return found
