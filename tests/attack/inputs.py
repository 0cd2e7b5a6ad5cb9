"""What nobody should send: texts, JSON and bytes in endless variety, the same ones in every run."""

from __future__ import annotations

import json
from random import Random
from typing import Any

SEED = 20_260_304

LETTERS = (
    "abc XYZ żółć şğı ăîș őű ñçã їґє ыъ ђљ ανθρ עברית مرحبا ٱلسَّلَام हिन्दी ไทย 漢字かな 한글 ⠓⠑ "
    "𝔘𝔫𝔦 👩🏽\u200d🚒🇳🇱 ﷽ ß ſ İ"
)
DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９²③Ⅳ½𝟘𝟙"
MARKS = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    "\u2028\u2029\ufeff\u2060\u00ad\u0301\u20dd"
)
CONTROLS = "".join(map(chr, range(32))) + "\x7f\x80\x85\x9f"
BROKEN = "\ud800\udbff\udc00\udfff\udc80\udcff\ufffe\uffff\U0010ffff\ufffd"
CODE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "{% include 'x' %}",
    "{a.__class__}",
    "{a[0]!r:>99}",
    "%(a)s%d%n",
    "${7*7}#{7*7}",
    "'; DROP TABLE turns; --",
    "\r\nSet-Cookie: s=evil",
    "../../../etc/passwd",
    "/restart",
    "safe_now:yes",
    "field:a,b,,",
    "javascript:alert(1)",
    "//evil.example/\\@desk",
    "=cmd|' /C calc'!A0",
    "data:text/html,x",
)
WORDS = (
    "help",
    "he has a knife",
    "paspoort",
    "1234 5678 9012 3456",
    "niet meer",
    "не могу",
    "bicak",
)


def text(random: Random, longest: int = 60) -> str:
    """Return a text of up to ``longest`` pieces from every script, mark, control character and half surrogate."""
    pieces = []
    for _ in range(random.choice((0, 1, 2, 5, 15, longest))):
        kind = random.randrange(9)
        if kind < 3:
            pieces.append(random.choice(LETTERS))
        elif kind == 3:
            pieces.append(random.choice(DIGITS) * random.choice((1, 1, 4, 16)))
        elif kind == 4:
            pieces.append(random.choice(MARKS))
        elif kind == 5:
            pieces.append(random.choice(CONTROLS + BROKEN))
        elif kind == 6:
            pieces.append(random.choice(CODE))
        elif kind == 7:
            pieces.append(random.choice(WORDS) + " ")
        else:
            pieces.append(chr(random.randrange(0x110000)))
    return "".join(pieces)


def value(random: Random, depth: int = 3) -> Any:
    """Return a JSON value of any shape."""
    kind = random.randrange(12 if depth else 8)
    if kind < 3:
        return text(random, 12)
    if kind == 3:
        return random.choice((0, -1, 1, 10**18, -(10**400), 10**4000, True, False, None))
    if kind == 4:
        return random.choice((0.0, -0.0, 1e308, 1e-320, float("inf"), float("nan")))
    if kind < 8:
        return random.choice(("", "112", "nl", "1e999999999", "NaN", "0001-01-01", "99:99", "€"))
    if kind < 10:
        return [value(random, depth - 1) for _ in range(random.choice((0, 1, 2)))]
    return {text(random, 2): value(random, depth - 1) for _ in range(random.choice((0, 1, 4)))}


KINDS = ("term", "terms", "text", "phone", "money", "date", "weekday", "time", "number")
KINDS += ("language", "said_in", "rows", "what")
PARTS = ("value", "source", "sources", "currency", "code", "language", "rows", "args", "label")


def argument(random: Random, depth: int = 3) -> Any:
    """Return an argument of a line: of a known kind with odd parts, or anything else."""
    if random.random() < 0.3:
        return value(random)
    made: dict[str, Any] = {"kind": random.choice(KINDS)}
    for part in PARTS:
        if random.random() < 0.5:
            made[part] = value(random, 2)
    if depth and random.random() < 0.3:
        made["args"] = {"a": argument(random, depth - 1)}
        made["source"] = "{a}{a} {b}"
    if random.random() < 0.2:
        made["rows"] = [{"label": text(random, 3), "value": argument(random, 0)}, value(random, 1)]
    return made


def line(random: Random) -> Any:
    """Return a line as a malicious bot would send it: nearly right, or nothing of the kind."""
    if random.random() < 0.1:
        return value(random)
    made: dict[str, Any] = {
        "say": random.choice(("utter_x", text(random, 5))),
        "source": random.choice(("Call {a} or {b}.", "{a}{a}{a}", text(random, 20))),
        "args": {name: argument(random) for name in "ab"},
        "choices": [
            {"id": text(random, 3), "source": text(random, 5), "args": {"a": argument(random)}}
            for _ in range(random.choice((0, 1, 3)))
        ],
        "multiple": random.choice((True, False, "yes")),
        "asks": random.choice((None, "minors", text(random, 3))),
        "effect": random.choice((None, {}, {"record": {"minors": value(random)}}, {"erase": "x"})),
    }
    if random.random() < 0.1:
        made[random.choice(list(made))] = value(random)
    return made


ODD_GUESS = {"language": "nl", "confidence": 10**400}


def reply(random: Random) -> bytes:
    """Return the body of a malicious bot's answer."""
    kind = random.randrange(20)
    if kind == 0:
        return random.randbytes(random.choice((0, 3, 200)))
    if kind == 1:
        return b"[" * 100_000 if random.random() < 0.5 else b'{"lines":' * 100_000
    if kind == 2:
        return json.dumps(value(random)).encode()
    body: dict[str, Any] = {
        "lines": [line(random) for _ in range(random.choice((1, 1, 1, 2, 40)))],
        "state": random.choice((None, "YWJj", "YWJj", value(random))),
        "detected": random.choice((None, None, {"language": "nl", "confidence": 0.5}, ODD_GUESS)),
    }
    if kind == 3:
        del body[random.choice(list(body))]
    # Half characters end it all at once; most answers must get further than that.
    broken = kind == 4
    return json.dumps(body, ensure_ascii=broken).encode("utf-8", "replace")
