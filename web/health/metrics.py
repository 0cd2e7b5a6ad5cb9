"""``/metrics`` for Prometheus: counts and waiting times, with nothing in them that was told or that leads to a person.

Only for who has the token of NIETPLUIS_METRICS_TOKEN; without that setting there is no such page.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from escalation import floor
from escalation.duty.presence import present_ids
from escalation.duty.waits import open_alarms
from escalation.flood import REASONS
from escalation.ports import Ports
from escalation.signal import LEVELS
from escalation.store.duty_tables import Measure
from escalation.store.session import reading
from escalation.store.tables import Conversation, OutboxRow

from ..config import settings
from ..ports import ports

blueprint = Blueprint("metrics", __name__)

Family = GaugeMetricFamily | SummaryMetricFamily


def check_token() -> Response | None:
    """Guard: the bearer token of the settings, else the page does not exist."""
    wanted = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted or not hmac.compare_digest(given.encode(), wanted.encode()):
        return Response(status=404)
    return None


@blueprint.get("/metrics")
def show() -> Response:
    """Return the measures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_House(ports()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _House(Collector):
    def __init__(self, wired: Ports) -> None:
        self._ports = wired

    def collect(self) -> Iterator[Family]:
        """Yield every measure, read from the store at this moment."""
        with reading(self._ports.sessions) as session:
            yield _waiting(session)
            yield GaugeMetricFamily(
                "nietpluis_cases_set_aside",
                "Cases that look like a flood and stand apart from the queue.",
                value=_set_aside(session),
            )
            yield GaugeMetricFamily(
                "nietpluis_alarms_open",
                "Acute cases for which people are being called.",
                value=open_alarms(session),
            )
            yield GaugeMetricFamily(
                "nietpluis_screeners_present",
                "Screeners whose desk is open.",
                value=len(
                    present_ids(session, self._ports.clock(), self._ports.durations.presence)
                ),
            )
            yield _outbox(session)
            yield from _waits(session)


def _waiting(session: Session) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "nietpluis_cases_waiting", "Cases that wait for a person.", labels=["level"]
    )
    rows = session.execute(
        select(Conversation.level_rank, func.count())
        .where(
            Conversation.floor != floor.CLOSED,
            Conversation.waiting_since.is_not(None),
            func.coalesce(Conversation.set_aside, "").not_in(REASONS),
        )
        .group_by(Conversation.level_rank)
    )
    counts: dict[int, int] = {rank: count for rank, count in rows}
    for rank, level in enumerate(LEVELS):
        family.add_metric([level], counts.get(rank, 0))
    return family


def _set_aside(session: Session) -> int:
    wanted = (Conversation.floor != floor.CLOSED, Conversation.set_aside.in_(REASONS))
    return session.scalar(select(func.count()).select_from(Conversation).where(*wanted)) or 0


def _outbox(session: Session) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "nietpluis_outbox", "Messages to people on duty, by state.", labels=["status"]
    )
    rows = session.execute(select(OutboxRow.status, func.count()).group_by(OutboxRow.status))
    for status, count in rows:
        family.add_metric([status], count)
    return family


def _waits(session: Session) -> Iterator[Family]:
    """Yield count and sum of seconds by language; the rows behind it hold nothing of the conversation."""
    for step in ("page", "acknowledge", "answer"):
        family = SummaryMetricFamily(
            f"nietpluis_seconds_to_{step}",
            f"Seconds until the first {step}.",
            labels=["language", "level"],
        )
        column = getattr(Measure, f"seconds_to_{step}")
        rows = session.execute(
            select(Measure.language, Measure.level, func.count(), func.sum(column))
            .where(column.is_not(None))
            .group_by(Measure.language, Measure.level)
        )
        for language, level, count, total in rows:
            family.add_metric([language, level], count_value=count, sum_value=int(total))
        yield family
