"""The desk's new key at the desk: it comes by itself while people work, and who left is out at once."""

from __future__ import annotations

import pytest

from escalation.desk import rekeying, screeners
from escalation.ports import Ports
from escalation.store.session import reading
from escalation.store.tables import CaseKeyCopy
from escalation.vault.sealing import CannotOpenError, open_bytes
from tests.builders import Joined
from tests.desk.desk import Desk, open_case, tell
from tests.fakes import ScriptedBot


def test_the_next_page_that_a_colleague_opens_gives_the_desk_its_new_key(
    desk: Desk, house: Ports, bot: ScriptedBot, bob: Joined
) -> None:
    case = tell(house, bot, "a story")
    screeners.revoke(house, name="Bob")
    open_case(desk, case.id)
    assert "a story" in desk.text
    with reading(house.sessions) as session:
        sealed = session.get_one(CaseKeyCopy, (case.id, "care")).sealed
    with pytest.raises(CannotOpenError):
        open_bytes(bob.screener.need_desk_key(), sealed)


def test_while_cases_are_left_the_queue_says_so(
    desk: Desk, house: Ports, bot: ScriptedBot, bob: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        tell(house, bot, f"story {number}")
    monkeypatch.setattr(rekeying.go_on, "__kwdefaults__", {"batch": 1})
    screeners.revoke(house, name="Bob")
    desk.get("/desk")
    assert "still to be locked with it: 2." in desk.text
    desk.get("/desk")
    desk.get("/desk")
    assert "still to be locked" not in desk.text


def test_who_left_is_out_at_once(bobs_desk: Desk, house: Ports) -> None:
    bobs_desk.get("/desk")
    screeners.revoke(house, name="Bob")
    bobs_desk.get("/desk")
    assert "Log in to the desk" in bobs_desk.text
