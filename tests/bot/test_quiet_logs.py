"""Nothing that a person wrote may reach a log, at whatever level."""

from __future__ import annotations

import io
import logging
import sys

import structlog

from bot.components.quiet_logs import install, names_only
from bot.components.state import CURRENT, DialogueState, TurnState

CANARY = "kanarie-4711"


def logged(name: str, level: int, message: str, *arguments: object, exc_info: bool = False) -> str:
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    log = logging.getLogger(name)
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        log.log(level, message, *arguments, exc_info=exc_info)
    finally:
        log.removeHandler(handler)
    return output.getvalue()


def test_debug_lines_of_rasa_keep_only_their_place() -> None:
    install()
    said = logged("rasa.core.processor", logging.DEBUG, f"slots: {CANARY}")
    assert CANARY not in said and said.startswith("rasa.core.processor:")


def test_an_exception_keeps_its_type_and_its_places_but_not_its_message() -> None:
    install()
    try:
        raise ValueError(CANARY)
    except ValueError:
        said = logged("rasa_sdk.endpoint", logging.ERROR, "failed %s", CANARY, exc_info=True)
    assert CANARY not in said
    assert "ValueError" in said and "test_quiet_logs.py" in said


def test_during_a_turn_even_information_is_left_out() -> None:
    install()
    token = CURRENT.set(TurnState(DialogueState()))
    try:
        assert CANARY not in logged("rasa.core.agent", logging.INFO, CANARY)
    finally:
        CURRENT.reset(token)
    assert CANARY in logged("rasa.core.agent", logging.INFO, f"starting {CANARY}")


def test_structured_lines_keep_the_name_of_their_event() -> None:
    event = {"event": "processor.message.parse", "parse_data_text": CANARY, "level": "debug"}
    kept = names_only(None, "debug", event)
    assert kept == {"event": "processor.message.parse", "level": "debug"}


def test_it_also_reaches_loggers_that_were_used_before() -> None:
    output = io.StringIO()
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=True,
    )
    try:
        used_before = structlog.get_logger()
        used_before.info("first")
        install()
        used_before.info("second", text=CANARY)
    finally:
        structlog.reset_defaults()
    assert CANARY not in output.getvalue() and "second" in output.getvalue()
    assert sys.exc_info() == (None, None, None)
