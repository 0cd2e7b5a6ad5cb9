"""The style sheet and scripts: readable colours in light and dark, both directions, small, and nobody else's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import web

STATIC = Path(web.__file__).parent / "static"
CSS = (STATIC / "site.css").read_text(encoding="utf-8")
AAA, AA_GRAPHICS = 7.0, 3.0

TEXT_PAIRS = [
    ("text", "page"),
    ("text", "surface"),
    ("text", "surface-soft"),
    ("text", "notice-soft"),
    ("text", "problem-soft"),
    ("text", "person-soft"),
    ("text", "accent-soft"),
    ("text-soft", "page"),
    ("text-soft", "surface"),
    ("accent", "page"),
    ("accent", "surface"),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-own", "own"),
    ("on-exit", "exit"),
    ("on-exit", "exit-strong"),
    ("person", "page"),
    ("problem", "problem-soft"),
    ("focus-text", "focus"),
]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--np-color-([\w-]+): (#[0-9a-f]{6});", block))


def schemes() -> dict[str, dict[str, str]]:
    light, dark = CSS.split("@media (prefers-color-scheme: dark)", 1)
    bright = tokens(light)
    return {"light": bright, "dark": {**bright, **tokens(dark)}}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_has_the_contrast_of_aaa(scheme: str, text: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= AAA


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "surface"])
def test_edges_of_fields_can_be_seen(scheme: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours["line-strong"], colours[ground]) >= AA_GRAPHICS


def test_known_contrasts_are_measured_right() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_style_knows_no_left_and_right() -> None:
    physical = (
        r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|[\s{;](?:left|right):"
    )
    assert not re.search(physical, CSS)


def test_nothing_is_fetched_from_elsewhere() -> None:
    for name in (
        "site.css",
        "chat.js",
        "typing.js",
        "leave.js",
        "passkeys.js",
        "staying.js",
        "icons/page.svg",
    ):
        text = (STATIC / name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*$|[^:]// .*$", "", text, flags=re.M), name
        assert "@import" not in text


def test_the_scripts_are_small_and_keep_nothing_on_the_device() -> None:
    for name in ("chat.js", "typing.js", "leave.js", "passkeys.js", "staying.js"):
        text = (STATIC / name).read_text(encoding="utf-8")
        assert len(text.encode()) < 8_192
        assert not re.search(
            r"localStorage|sessionStorage|indexedDB|document\.cookie|innerHTML", text
        )


def test_whoever_wants_no_motion_or_own_colours_gets_them() -> None:
    for query in ("prefers-reduced-motion", "forced-colors: active", "print"):
        assert f"@media ({query}" in CSS or f"@media {query}" in CSS
