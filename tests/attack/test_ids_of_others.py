"""Ids that are there, of somebody else: another screener, another side, another conversation, another region.

Nothing happens to what they name, and each answer is the one that a made-up id gets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from escalation import casefile, conversation
from escalation.conversation import Opened
from escalation.desk import cases, four_eyes
from escalation.desk.factors import PasskeyAnswer, Site
from escalation.desk.passkeys import (
    add_passkey,
    list_passkeys,
    options_to_add,
    options_to_show,
)
from escalation.desk.sessions import log_in
from escalation.duty.roster import local_day
from escalation.errors import LoginFailedError
from escalation.ports import Ports
from escalation.store.duty_tables import Shift, ShiftChange
from escalation.store.session import reading, unit_of_work
from escalation.store.staff_tables import FourEyes
from escalation.store.tables import (
    Base,
    Conversation,
    DeskKeyCopy,
    FlagRow,
    InvitationRow,
)
from tests.attack import routes
from tests.attack.asking import Asker
from tests.attack.elsewhere import Elsewhere
from tests.attack.routes import ROUTES
from tests.authenticator import Authenticator
from tests.builders import PASSWORD, Joined
from tests.desk.conftest import join_as, join_in
from tests.desk.desk import tell
from tests.escalation.duty import add_shift
from tests.fakes import ScriptedBot

SITE = Site("localhost", "http://localhost:8000")
DOOR = "what the cookie of the door holds"


def asker(joined: Joined) -> Asker:
    return Asker(f"d={joined.session_token}", joined.session_token)


@dataclass(frozen=True)
class Desks:
    """Who is there beside Anna and Bob, who are of care."""

    leader: Joined
    officer: Joined
    police_leader: Joined
    administrator: Joined


@pytest.fixture
def desks(house: Ports, anna: Joined) -> Desks:
    officer = join_in(house, "Piet", side="police")
    return Desks(
        leader=join_as(house, "Cora", "coordinator", by=anna.screener),
        officer=officer,
        police_leader=join_as(house, "Pia", "coordinator", side="police", by=officer.screener),
        administrator=join_as(house, "Ada", "administrator", by=anna.screener),
    )


def of_others(desks: Desks) -> list[Asker]:
    every = (desks.leader, desks.officer, desks.police_leader, desks.administrator)
    return [asker(one) for one in every]


def rows(house: Ports, table: type[Base]) -> list[dict[str, object]]:
    """Return every row of a table, to be compared with what is there later."""
    with reading(house.sessions) as session:
        return [dict(row) for row in session.execute(select(table.__table__)).mappings()]


# ---- passkeys ------------------------------------------------------------------------------------
@pytest.fixture
def bobs_key(house: Ports, bob: Joined) -> Authenticator:
    key = Authenticator(origin=SITE.origin, rp_id=SITE.rp_id)
    asked = options_to_add(house, screener=bob.screener, bound_to=DOOR, site=SITE)
    answer = PasskeyAnswer(SITE, DOOR, key.create(asked))
    add_passkey(house, screener=bob.screener, answer=answer, label="blue")
    return key


REMOVE = "POST /desk/security/passkeys/<passkey_id>/remove"


def test_a_passkey_is_removed_by_its_owner_alone(
    app: Flask, house: Ports, anna: Joined, bob: Joined, desks: Desks, bobs_key: Authenticator
) -> None:
    (bobs,) = list_passkeys(house, screener=bob.screener)
    for who in (asker(anna), *of_others(desks)):
        real = who.ask(app, REMOVE, "x", {"<passkey_id>": bobs.id})
        made_up = who.ask(app, REMOVE, "x", {"<passkey_id>": "0" * 16})
        assert (real.status_code, real.data) == (made_up.status_code, made_up.data)
        assert list_passkeys(house, screener=bob.screener) == [bobs]
    asker(bob).ask(app, REMOVE, "x", {"<passkey_id>": bobs.id})
    assert list_passkeys(house, screener=bob.screener) == []


def test_a_passkey_lets_in_its_owner_alone(
    house: Ports, anna: Joined, bob: Joined, bobs_key: Authenticator
) -> None:
    def enter(name: str) -> str:
        asked = options_to_show(house, bound_to=DOOR, purpose="log_in", site=SITE)
        answer = PasskeyAnswer(SITE, DOOR, bobs_key.get(asked))
        return log_in(house, name=name, password=PASSWORD, passkey=answer).token

    bobs_key.owner = None  # some keys do not say whose they are
    with pytest.raises(LoginFailedError):
        enter("Anna")
    assert enter("Bob")


# ---- four eyes -----------------------------------------------------------------------------------
WISH = "POST /desk/four-eyes/<wish_id>/{}"


@pytest.fixture
def wish(house: Ports, told: Opened, anna: Joined) -> str:
    """Anna's wish to take a copy of the case out, which nobody has answered."""
    cases.take(house, screener=anna.screener, case_id=told.id)
    four_eyes.ask_for_copy(house, screener=anna.screener, case_id=told.id, reason="for court")
    return str(rows(house, FourEyes)[0]["id"])


@pytest.mark.parametrize("action", ["answer", "file", "review"])
def test_a_wish_of_the_other_side_is_not_there(
    app: Flask, house: Ports, desks: Desks, wish: str, action: str
) -> None:
    before = rows(house, FourEyes)
    for joined in (desks.officer, desks.police_leader):
        real = asker(joined).ask(app, WISH.format(action), "x", {"<wish_id>": wish}, agrees="yes")
        made_up = asker(joined).ask(
            app, WISH.format(action), "x", {"<wish_id>": "999"}, agrees="yes"
        )
        assert real.status_code == made_up.status_code == 404
        assert real.data == made_up.data
    told_no = asker(desks.administrator).ask(
        app, WISH.format(action), "x", {"<wish_id>": wish}, agrees="yes"
    )
    assert told_no.status_code == 403
    assert rows(house, FourEyes) == before


def test_a_wish_is_agreed_to_by_a_second_person_and_fetched_by_the_first(
    app: Flask, house: Ports, anna: Joined, bob: Joined, desks: Desks, wish: str
) -> None:
    def ask(joined: Joined, action: str) -> int:
        ids = {"<wish_id>": wish}
        with asker(joined).ask(app, WISH.format(action), "x", ids, agrees="yes") as answer:
            return answer.status_code

    assert ask(anna, "answer") == 403
    assert [row["state"] for row in rows(house, FourEyes)] == ["asked"]
    assert ask(bob, "answer") == 303
    for other in (bob, desks.leader):
        assert ask(other, "file") == 403
    assert [row["state"] for row in rows(house, FourEyes)] == ["agreed"]
    assert ask(anna, "file") == 200
    assert ask(anna, "file") == 403  # this once


# ---- what hangs on another conversation ----------------------------------------------------------
def test_a_flag_of_another_case_is_not_cleared_through_ones_own(
    app: Flask, house: Ports, bot: ScriptedBot, told: Opened, anna: Joined, bob: Joined
) -> None:
    cases.take(house, screener=anna.screener, case_id=told.id)
    others = tell(house, bot, "he has a knife, help me now", language="en")
    cases.take(house, screener=bob.screener, case_id=others.id)
    with unit_of_work(house.sessions) as session:
        row = session.get_one(Conversation, others.id)
        casefile.raise_flags(session, row, [("immediate_danger", "a knife")])
    theirs = next(row for row in rows(house, FlagRow) if row["conversation_id"] == others.id)
    clear = "POST /desk/cases/<case_id>/flags/<flag_id>/clear"
    before = rows(house, FlagRow)
    for case_id, status in ((told.id, 404), (others.id, 403)):
        refused = asker(anna).ask(app, clear, case_id, {"<flag_id>": str(theirs["id"])})
        assert refused.status_code == status
        assert rows(house, FlagRow) == before
    asker(bob).ask(app, clear, others.id, {"<flag_id>": str(theirs["id"])})
    assert rows(house, FlagRow) != before


def test_a_token_opens_its_own_conversation_alone(app: Flask, house: Ports, told: Opened) -> None:
    other = conversation.open_conversation(house, language="en")
    mixed = Asker(f"s={told.id}.{other.token}", other.token)
    for route, kind in ROUTES.items():
        if kind == routes.REPORTER_API:
            with mixed.ask(app, route, told.id) as answer:
                assert answer.status_code == 401, route
    assert conversation.view(house, conversation_id=told.id, token=told.token).turns


# ---- people and roster of the other side ---------------------------------------------------------
@pytest.mark.parametrize(
    "route", ["POST /desk/access/<other_id>", "POST /desk/people/<other_id>/anew"]
)
def test_nobody_of_the_other_side_is_given_a_key(
    app: Flask, house: Ports, anna: Joined, desks: Desks, route: str
) -> None:
    newcomer = join_in(house, "Noor", side="police")
    keys, invited = rows(house, DeskKeyCopy), rows(house, InvitationRow)
    for who in (anna, desks.leader, desks.administrator):
        refused = asker(who).ask(app, route, "x", {"<other_id>": newcomer.screener.id})
        assert refused.status_code == 403
    assert (rows(house, DeskKeyCopy), rows(house, InvitationRow)) == (keys, invited)


def test_the_roster_of_the_other_side_is_not_theirs_to_change(
    app: Flask, house: Ports, bob: Joined, desks: Desks
) -> None:
    shift = str(add_shift(house, bob.screener, weekday=2))
    day = local_day(house.clock())
    day += timedelta(days=(2 - day.weekday()) % 7)
    before = rows(house, Shift), rows(house, ShiftChange)
    own = {"screener": desks.officer.screener.id, "to": desks.officer.screener.id}
    tries = (
        (desks.police_leader, "remove", own),
        (desks.police_leader, "give", {"to": "", "day": day.isoformat()}),
        (desks.police_leader, "give", own | {"day": day.isoformat()}),
        (bob, "give", own | {"day": day.isoformat()}),
    )
    for who, action, form in tries:
        path = f"POST /desk/roster/shifts/<shift_id>/{action}"
        assert asker(who).ask(app, path, "x", {"<shift_id>": shift}, **form).status_code == 422
    night = {"rung": "1", "weekday": "2", "starts": "22:00", "ends": "06:00"}
    planned = asker(desks.police_leader).ask(
        app, "POST /desk/roster/shifts", "x", screener=bob.screener.id, **night
    )
    assert planned.status_code == 422
    assert (rows(house, Shift), rows(house, ShiftChange)) == before


def test_a_day_is_taken_over_by_whom_it_was_offered_to(
    app: Flask, house: Ports, anna: Joined, bob: Joined, desks: Desks
) -> None:
    shift = add_shift(house, bob.screener, weekday=2)
    day = local_day(house.clock()).isoformat()
    with unit_of_work(house.sessions) as session:
        offered = ShiftChange(shift_id=shift, day=day, screener_id=anna.screener.id, agreed=False)
        session.add(offered)
        session.flush()
        change = {"<change_id>": str(offered.id)}
    for joined in (bob, desks.leader, desks.police_leader):
        refused = asker(joined).ask(app, "POST /desk/roster/swaps/<change_id>", "x", change)
        assert refused.status_code == 403
    assert [row["agreed"] for row in rows(house, ShiftChange)] == [False]


# ---- another region ------------------------------------------------------------------------------
def test_a_case_of_another_region_is_as_one_that_never_was(
    app: Flask, anna: Joined, elsewhere: Elsewhere
) -> None:
    made_up = "0" * len(elsewhere.told.id)
    for route, kind in ROUTES.items():
        if kind in (routes.CASE, routes.CASE_API):
            with asker(anna).ask(app, route, elsewhere.told.id) as answer:
                real = answer.status_code, answer.data.replace(elsewhere.told.id.encode(), b"id")
            with asker(anna).ask(app, route, made_up) as answer:
                assert real == (answer.status_code, answer.data.replace(made_up.encode(), b"id"))
            assert real[0] in (404, 422, 303), route


def test_a_token_of_another_region_opens_nothing(
    app: Flask, told: Opened, elsewhere: Elsewhere
) -> None:
    theirs = elsewhere.told
    for conversation_id, status in ((theirs.id, 404), (told.id, 401)):
        stranger = Asker(f"s={conversation_id}.{theirs.token}", theirs.token)
        route = "GET /api/v1/conversations/<conversation_id>"
        with stranger.ask(app, route, conversation_id) as answer:
            assert answer.status_code == status
