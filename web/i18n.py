"""Catalogues and locales: one ``messages`` catalogue for pages, chat and SMS; English source text is the key.

A missing entry falls back to the source and is never an error. Lines of the bot are rendered by ``web.rendering``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, has_request_context, request

from escalation.signal import DESK_LANGUAGES, LANGUAGES

from .config import settings

CATALOGUES = Path(__file__).resolve().parent.parent / "locales"
SOURCE_LANGUAGE = "en"
DOMAIN = "messages"

_PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def N_(source: str) -> str:
    """Mark ``source`` for extraction and return it unchanged; it is translated when shown."""
    return source


@lru_cache(maxsize=64)
def _catalogue(locale: str) -> Translations | None:
    """Return the compiled catalogue. Read from the .po itself, so that a compiled file can never be stale."""
    path = CATALOGUES / locale / "LC_MESSAGES" / f"{DOMAIN}.po"
    if locale not in LANGUAGES or not path.is_file():
        return None
    with path.open("rb") as source:
        parsed = read_po(source, locale=locale, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, parsed)
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def _names(message: str) -> set[str]:
    return {one or other for one, other in _PLACEHOLDER.findall(message)}


@lru_cache(maxsize=16_384)
def translate(source: str, locale: str) -> str:
    """Return ``source`` in ``locale``, uninterpolated.

    Falls back to the source when there is no entry, or when the entry names a placeholder that the source has not.
    """
    catalogue = _catalogue(locale)
    if catalogue is None or not source:
        return source
    translated = str(catalogue.gettext(source))
    return translated if _names(translated) <= _names(source) else source


def translate_plural(singular: str, plural: str, count: int, locale: str) -> str:
    """Return the form for ``count`` in ``locale``, uninterpolated, with the same fall-backs as ``translate``."""
    source = singular if count == 1 else plural
    catalogue = _catalogue(locale)
    if catalogue is None:
        return source
    translated = str(catalogue.ngettext(singular, plural, count))
    return translated if _names(translated) <= _names(plural) | _names(singular) else source


def gettext(source: str, /, **values: object) -> str:
    """Return ``source`` in the locale of this request; ``%(name)s`` placeholders are filled from ``values``."""
    translated = translate(source, current_locale())
    return translated % values if values else translated


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return the form for ``number`` in the locale of this request, filled from ``values``."""
    translated = translate_plural(singular, plural, number, current_locale())
    return translated % values if values else translated


_ = gettext


def current_locale() -> str:
    """Return the locale of this request, or the source language outside a request."""
    return str(g.get("locale", SOURCE_LANGUAGE)) if has_request_context() else SOURCE_LANGUAGE


def set_locale(language: str | None) -> None:
    """Use ``language`` for the rest of this request; anything that is not one of ours changes nothing."""
    if language in LANGUAGES:
        g.locale = language


def choose_locale() -> None:
    """Set the locale of this request: ``?lang=`` first, then what the browser asks for, then the default.

    The desk speaks fewer languages than the reporters do; a browser in another one gets the desk's first.
    """
    offered = DESK_LANGUAGES if request.path.startswith("/desk") else LANGUAGES
    default = settings().default_language
    g.locale = default if default in offered else offered[0]
    for wanted in (request.accept_languages.best_match(offered), request.args.get("lang")):
        if wanted in offered:
            set_locale(wanted)


def direction(locale: str) -> str:
    """Return ``ltr`` or ``rtl``, for the ``dir`` attribute."""
    return str(Locale.parse(locale, sep="-").text_direction)


def native_name(language: str) -> str:
    """Return a language's name in that language, with a capital: ``Polski``."""
    name = Locale.parse(language, sep="-").get_language_name(language) or language
    return name[:1].upper() + name[1:]


def language_name(language: str, locale: str) -> str:
    """Return a language's name in ``locale``; a code that nobody knows is returned as it is."""
    try:
        return Locale.parse(language, sep="-").get_language_name(locale) or language
    except (ValueError, UnknownLocaleError):
        return language


def install_i18n(app: Flask) -> None:
    """Give templates ``_``, ``ngettext`` and ``{% trans %}`` and choose a locale before every request."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.before_request(choose_locale)
    app.context_processor(
        lambda: {
            "locale": current_locale(),
            "direction": direction(current_locale()),
            "languages": [(code, native_name(code)) for code in LANGUAGES],
            "desk_languages": [(code, native_name(code)) for code in DESK_LANGUAGES],
            "native_name": native_name,
        }
    )
