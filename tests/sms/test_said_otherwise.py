"""What speaks of a page is said otherwise by text message."""

from __future__ import annotations

import pytest

from escalation.lines import Line
from escalation.signal import LANGUAGES
from escalation.sms.words import SAID_OTHERWISE
from web.i18n import translate
from web.operate.strings import TEMPLATE, read
from web.rendering import render_line, speak


def test_what_is_replaced_is_still_said_by_the_bot() -> None:
    said = {message.id for message in read(TEMPLATE)}
    assert SAID_OTHERWISE and SAID_OTHERWISE.keys() <= said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_has_its_own_words_in_every_language(language: str) -> None:
    for source, instead in SAID_OTHERWISE.items():
        line = Line("explained", source)
        assert speak(line, language).text == translate(instead, language)
        assert speak(line, language).text != render_line(line, language).text
        assert language == "en" or translate(instead, language) != instead
