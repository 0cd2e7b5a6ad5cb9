"""The measures for Prometheus: for who has the token, and with nothing personal in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from escalation.ports import Ports
from escalation.store.duty_tables import Measure
from escalation.store.session import unit_of_work
from tests.desk.desk import Desk, tell
from tests.fakes import Clock, ScriptedBot
from web import config

TOKEN = "a-long-random-token"


@pytest.fixture
def scraper(app: Flask) -> Desk:
    app.extensions[config.EXTENSION] = replace(
        app.extensions[config.EXTENSION], metrics_token=TOKEN
    )
    return Desk(app)


def test_without_the_token_there_is_no_such_page(app: Flask, scraper: Desk) -> None:
    for header in ("", "Bearer ", "Bearer wrong", TOKEN[:-1]):
        assert scraper.get("/metrics", Authorization=header).status_code == 404
    app.extensions[config.EXTENSION] = replace(app.extensions[config.EXTENSION], metrics_token="")
    assert scraper.get("/metrics", Authorization="Bearer ").status_code == 404


def test_the_measures_count_and_tell_nothing_of_anybody(
    scraper: Desk, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    told = tell(house, bot, "she is called Zofia and lives in Blerick", can_leave="no")
    with unit_of_work(house.sessions) as session:
        for seconds in (40, 60):
            session.add(
                Measure(
                    region=house.region,
                    language="pl",
                    channel="web",
                    level="high",
                    hour=clock(),
                    seconds_to_answer=seconds,
                )
            )
    assert scraper.get("/metrics", Authorization=f"Bearer {TOKEN}").status_code == 200
    text = scraper.get("/metrics", Authorization=f"Bearer {TOKEN}").get_data(as_text=True)
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert sum(value for key, value in found.items() if key[0] == "nietpluis_cases_waiting") == 1
    assert found["nietpluis_seconds_to_answer_sum", "high", "pl"] == 100
    assert found["nietpluis_seconds_to_answer_count", "high", "pl"] == 2
    for secret in ("Zofia", "Blerick", told.id, told.token):
        assert secret not in text
