"""Builders for duty: shifts, addresses, and a carrier that counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from escalation.desk.sessions import Screener
from escalation.duty.paging import PageSender
from escalation.duty.roster import MINUTES_A_DAY
from escalation.outbox import SendError
from escalation.ports import Ports
from escalation.store.duty_tables import DutyProfile, Shift
from escalation.store.session import unit_of_work


@dataclass
class CountingCarrier:
    """Keeps what it carried, a page once however often it is handed over; fails as often as it is told to."""

    failures: list[SendError] = field(default_factory=list)
    carried: dict[str, tuple[str, str]] = field(default_factory=dict)

    def carry(self, address: str, text: str, *, key: str) -> None:
        """Carry, or raise the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        assert key not in self.carried, "sent twice"
        self.carried[key] = (address, text)

    @property
    def addresses(self) -> list[str]:
        """Return to whom something was carried, in order."""
        return [address for address, _ in self.carried.values()]


def sender_with(house: Ports, carrier: CountingCarrier) -> PageSender:
    """Return a sender of pages that has one carrier for telephones and for mail."""
    return PageSender(house, {"sms": carrier, "email": carrier}, desk_url="https://desk.example")


def give_phone(house: Ports, screener: Screener, phone: str, languages: str = "nl") -> None:
    """Note a screener's telephone and languages."""
    with unit_of_work(house.sessions) as session:
        session.merge(DutyProfile(screener_id=screener.id, phone=phone, languages=languages))


def add_shift(
    house: Ports,
    screener: Screener,
    *,
    rung: int = 1,
    weekday: int | None = None,
    day: date | None = None,
    starts_minute: int = 0,
    lasts_minutes: int = MINUTES_A_DAY,
    on_holidays: bool = True,
) -> int:
    """Add a shift; without ``weekday`` or ``day`` one for every day of the week. Returns the last one's id."""
    weekdays = range(7) if weekday is None and day is None else [weekday]
    with unit_of_work(house.sessions) as session:
        for number in weekdays:
            shift = Shift(
                screener_id=screener.id,
                region=house.region,
                rung=rung,
                weekday=number,
                day=day.isoformat() if day else None,
                starts_minute=starts_minute,
                lasts_minutes=lasts_minutes,
                on_holidays=on_holidays,
            )
            session.add(shift)
        session.flush()
        return shift.id
