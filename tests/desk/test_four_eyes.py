"""The page for what needs a second person."""

from __future__ import annotations

import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from escalation.conversation import Opened
from escalation.ports import Ports
from tests.desk.conftest import join_in
from tests.desk.desk import SAME_ORIGIN, Desk, open_case, tell
from tests.fakes import Clock, ScriptedBot


@pytest.fixture
def told(desk: Desk, house: Ports, bot: ScriptedBot) -> Opened:
    opened = tell(house, bot, "zamknęli drzwi", share_with="care_only")
    path = open_case(desk, opened.id)
    desk.send(f"{path}/take")
    return opened


def wish_path(desk: Desk, action: str) -> str:
    desk.get("/desk/four-eyes")
    found = re.search(rf'action="(/desk/four-eyes/\d+/{action})"', desk.page)
    assert found, f"nothing to {action}"
    return found[1]


def test_police_are_let_in_by_two(
    desk: Desk, bobs_desk: Desk, house: Ports, told: Opened, app: object
) -> None:
    join_in(house, "Officer", side="police")
    path = open_case(desk, told.id)
    desk.send(f"{path}/police", reason="there is a knife")
    assert "May read this case: Care" in desk.text
    bobs_desk.get("/desk")
    assert "Four eyes (1)" in bobs_desk.text
    bobs_desk.send(wish_path(bobs_desk, "answer"), agrees="yes")
    assert "Nothing waits for a second person." in bobs_desk.text
    desk.get(path)
    assert "May read this case: Care Police" in desk.text
    assert "Bob opened it to police, together with Anna" in desk.text
    assert "there is a knife" in desk.text


def test_without_police_it_says_so_and_gives_the_reason_back(desk: Desk, told: Opened) -> None:
    path = open_case(desk, told.id)
    desk.send(f"{path}/police", reason="there is a knife")
    assert desk.status == 409
    assert "cannot be opened to police" in desk.text
    assert "there is a knife" in desk.page


def test_a_copy_is_fetched_once_and_kept_by_nobody(
    desk: Desk, bobs_desk: Desk, told: Opened
) -> None:
    path = open_case(desk, told.id)
    desk.send(f"{path}/copy", reason="the court asks")
    assert "Waits for a colleague" in desk.text
    bobs_desk.send(wish_path(bobs_desk, "answer"), agrees="yes")
    file = wish_path(desk, "file")
    form = desk.hidden(file)
    sent = desk.client.post(file, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert sent.headers["Cache-Control"] == "no-store"
    assert sent.headers["Content-Disposition"].startswith("attachment;")
    with ZipFile(BytesIO(sent.data)) as archive:
        record = json.loads(archive.read("case.json"))
        text = archive.read("case.txt").decode()
    assert "zamknęli drzwi" in [turn["text"] for turn in record["turns"]]
    assert record["fields"]["share_with"] == "care_only"
    assert "zamknęli drzwi" in text
    assert "Anna took a copy, agreed by Bob" in text
    again = desk.client.post(file, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 403


@pytest.mark.parametrize("action", ["answer", "file"])
def test_deciding_and_fetching_ask_for_the_second_factor_again(
    desk: Desk, clock: Clock, action: str
) -> None:
    desk.get("/desk")
    csrf = desk.hidden("/desk/logout")
    clock.forward(minutes=6)
    answer = desk.client.post(f"/desk/four-eyes/1/{action}", data=csrf, headers=SAME_ORIGIN)
    assert (answer.status_code, answer.location) == (303, "/desk/confirm?next=/desk/four-eyes")


def test_a_wish_with_an_odd_number_is_not_there(desk: Desk, told: Opened) -> None:
    desk.get("/desk/four-eyes")
    csrf = desk.hidden("/desk/logout")
    for odd in ("x", "99", "9" * 30):
        answer = desk.client.post(
            f"/desk/four-eyes/{odd}/answer", data=csrf, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert answer.status_code == 404
