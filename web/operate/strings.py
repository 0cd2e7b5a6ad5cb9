"""Keeps the catalogues: extract the sentences, bring every language up to date, and say what is wrong.

``python -m web.operate.strings extract`` writes ``locales/messages.pot`` and updates each language;
``python -m web.operate.strings check`` fails when a catalogue is stale, incomplete, or a placeholder differs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from escalation.signal import DESK_LANGUAGES, LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "locales"
TEMPLATE = LOCALES / "messages.pot"
SOURCE_LANGUAGE = "en"
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
REVIEW_NOTE = "A native speaker has yet to review this catalogue."
HEADER_DATE = datetime(2026, 1, 1, tzinfo=UTC)
SAME = LOCALES / "same.yml"
"""What may be the same as its English source: names, and words that a language shares with English."""

ENGLISH_WORDS = frozenset(["the", "you", "your", "with", "what", "this", "they", "there", "have"])
MOST_ENGLISH_WORDS = 1
"""With more of these a translation still holds English."""

DESK = ("web/desk/", "web/templates/desk/", "escalation/duty/paging.py")
"""Sentences that stand nowhere else are for screeners, and are needed in the desk's languages only."""

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def collect() -> Catalog:
    """Return a catalogue of every sentence in the sources, in the order of files and lines."""
    with (LOCALES / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source)  # type: ignore[no-untyped-call]
    catalogue = _empty_catalogue()
    found = extract_from_dir(
        str(ROOT),
        method_map=methods,
        options_map=options,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        directory_filter=lambda path: (
            not Path(path).name.startswith((".", "_")) and Path(path).name != "var"
        ),
    )
    for filename, line, message, comments, context in sorted(
        found, key=lambda item: (item[0], item[1])
    ):
        del line  # line numbers would make the template stale at every edit
        catalogue.add(message, locations=[(filename, 0)], auto_comments=comments, context=context)
    return catalogue


def _empty_catalogue() -> Catalog:
    """A fixed date and no addresses in the header: the file changes only when a sentence does."""
    catalogue = Catalog(project="Niet-Pluis", version="1", charset="utf-8", fuzzy=False)
    catalogue.header_comment = "# Niet-Pluis: the sentences of the bot, the pages and SMS."
    catalogue.creation_date = catalogue.revision_date = HEADER_DATE
    return catalogue


def languages() -> tuple[str, ...]:
    """Return the languages of the product, and those that have a catalogue and are being made complete."""
    begun = sorted(path.name for path in LOCALES.iterdir() if path.is_dir())
    return tuple(dict.fromkeys((*LANGUAGES, *begun)))


def read(path: Path, language: str | None = None) -> Catalog:
    """Return the catalogue in a file, or an empty one when there is none."""
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as source:
        return read_po(source, locale=language)


def path_of(language: str) -> Path:
    """Return where a language's catalogue stands."""
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def extract() -> None:
    """Write the template and bring every language's catalogue up to date with it. Nothing translated is lost."""
    template = collect()
    _write(TEMPLATE, template)
    for language in languages():
        catalogue = read(path_of(language), language)
        # A copy for each: Babel shares message objects, and one language's words would stand in the next one.
        catalogue.update(deepcopy(template), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        if language == SOURCE_LANGUAGE:
            _fill_with_source(catalogue)
        elif REVIEW_NOTE not in catalogue.header_comment:
            catalogue.header_comment = f"# Niet-Pluis, {language}.\n# {REVIEW_NOTE}"
        catalogue.fuzzy = False
        catalogue.creation_date = catalogue.revision_date = HEADER_DATE
        catalogue.last_translator, catalogue.language_team = "Niet-Pluis", language
        _write(path_of(language), catalogue)


def check() -> list[str]:
    """Return what is wrong, a sentence each; empty when all is well."""
    template = collect()
    wrong = []
    if _keys(template) != _keys(read(TEMPLATE)):
        wrong.append("locales/messages.pot is stale: run `make strings` and translate what is new")
    for language in languages():
        wrong.extend(f"{language}: {fault}" for fault in _faults(template, language))
    return wrong


def _faults(template: Catalog, language: str) -> Iterator[str]:
    path = path_of(language)
    if not path.exists():
        yield "no catalogue"
        return
    catalogue = read(path, language)
    if language != SOURCE_LANGUAGE and REVIEW_NOTE not in catalogue.header_comment:
        yield "the header does not say that a native speaker has yet to review it"
    for message in template:
        if message.id:
            translated = catalogue.get(message.id, message.context)
            if (
                language not in DESK_LANGUAGES
                and _is_for_the_desk(message)
                and _is_empty(translated)
            ):
                continue
            yield from _faults_of(message, translated, language, catalogue.num_plurals)
    for key in sorted(_keys(catalogue) - _keys(template)):
        yield f"not in the sources any more: {key[:60]!r}"


def _is_for_the_desk(message: Message) -> bool:
    return all(path.startswith(DESK) for path, _ in message.locations)


def _is_empty(translated: Message | None) -> bool:
    return translated is None or not any(translated.string or ())


def _faults_of(
    source: Message, translated: Message | None, language: str, plurals: int
) -> Iterator[str]:
    name = _first(source.id)[:60]
    if translated is None:
        yield f"missing: {name!r}"
        return
    texts = (
        [translated.string] if isinstance(translated.string, str) else list(translated.string or [])
    )
    if isinstance(source.id, tuple) and len(texts) != plurals:
        yield f"needs {plurals} plural forms: {name!r}"
    if translated.fuzzy or not all(texts):
        yield f"not translated: {name!r}"
        return
    wanted = _placeholders(source.id)
    for text in texts:
        if not set(_PLACEHOLDER.findall(text)) <= wanted or (
            len(texts) == 1 and _placeholders(text) != wanted
        ):
            yield f"placeholders differ: {name!r}"
        if language != SOURCE_LANGUAGE and _is_english(text, _first(source.id), language):
            yield f"still in English: {name!r}"


def _is_english(text: str, source: str, language: str) -> bool:
    if text == source:
        return any(map(str.isalpha, _PLACEHOLDER.sub("", text))) and text not in _same(language)
    return len(ENGLISH_WORDS & set(re.findall(r"[a-z]+", text.lower()))) > MOST_ENGLISH_WORDS


@cache
def _same(language: str) -> frozenset[str]:
    table = yaml.safe_load(SAME.read_text("utf-8"))
    return frozenset((*table["all"], *(table.get(language) or ())))


def _first(message_id: object) -> str:
    return str(message_id[0] if isinstance(message_id, tuple) else message_id)


def _placeholders(message_id: object) -> set[str]:
    texts = message_id if isinstance(message_id, tuple) else (message_id,)
    return {name for text in texts for name in _PLACEHOLDER.findall(str(text))}


def _keys(catalogue: Catalog) -> set[str]:
    return {_first(message.id) for message in catalogue if message.id}


def _fill_with_source(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            message.string = message.id


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(
            target,
            catalogue,
            width=0,
            include_lineno=False,
            omit_header=False,
            ignore_obsolete=True,
        )


def _is_in_the_making(fault: str) -> bool:
    """Whether a fault is that of a language that is not offered yet: it is shown, and stops nobody."""
    language, colon, _ = fault.partition(": ")
    return bool(colon) and language in languages() and language not in LANGUAGES


def main(arguments: list[str]) -> int:
    """Run ``extract`` or ``check``; return the exit code."""
    if arguments == ["extract"]:
        extract()
        return 0
    if arguments == ["check"]:
        wrong = check()
        sys.stdout.writelines(f"{fault}\n" for fault in wrong)
        counted = [fault for fault in wrong if not _is_in_the_making(fault)]
        sys.stdout.write(f"strings: {len(counted)} faults in {len(LANGUAGES)} languages\n")
        return 1 if counted else 0
    sys.stdout.write("usage: python -m web.operate.strings extract|check\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
