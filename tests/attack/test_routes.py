"""Who gets what from every route: nobody, reporters, and screeners of either side, with and without a key or a role."""

from __future__ import annotations

import pytest
from flask import Flask

from escalation import conversation
from escalation.conversation import Opened
from escalation.desk import cases
from escalation.ports import Ports
from tests.attack import routes
from tests.attack.asking import NOBODY, Asker
from tests.attack.elsewhere import Elsewhere
from tests.attack.routes import ROUTES
from tests.builders import Joined
from tests.desk.conftest import join_as, join_in
from tests.desk.desk import reply

CANARY = "kanarie4711"


@pytest.fixture
def other(house: Ports) -> Opened:
    """Another conversation."""
    return conversation.open_conversation(house, language="en")


@pytest.fixture
def askers(
    house: Ports, told: Opened, other: Opened, anna: Joined, bob: Joined, elsewhere: Elsewhere
) -> dict[str, Asker]:
    """Everybody who may ask for something of the first conversation, which only care can open, and Anna has."""
    cases.take(house, screener=anna.screener, case_id=told.id)
    newcomer, police = join_in(house, "Cleo"), join_in(house, "Piet", side="police")
    leader = join_as(house, "Cora", "coordinator", by=anna.screener)
    administrator = join_as(house, "Ada", "administrator", by=anna.screener)
    desk = {"newcomer": newcomer, "police": police, "colleague": bob, "leader": leader}
    desk |= {"administrator": administrator, "elsewhere": elsewhere.anna}
    return {
        "nobody": NOBODY,
        "other": Asker(f"s={told.id}.{other.token}", other.token),
        "reporter": Asker(f"s={told.id}.{told.token}", told.token),
        "screener as reporter": Asker(f"s={told.id}.{anna.session_token}", anna.session_token),
        "reporter as screener": Asker(f"d={told.token}", told.token),
        **{who: Asker(f"d={j.session_token}", j.session_token) for who, j in desk.items()},
        "owner": Asker(f"d={anna.session_token}", anna.session_token),
    }


def routes_of(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_stands_in_the_table(app: Flask) -> None:
    new, gone = routes_of(app) - set(ROUTES), set(ROUTES) - routes_of(app)
    assert not new, f"say in tests/attack/routes.py who each of these is for: {sorted(new)}"
    assert not gone, f"no route any more, take it out of tests/attack/routes.py: {sorted(gone)}"


PASSES = {200, 201, 204, 303, 400, 404, 409, 413, 422, 429, 503}
"""The door is open; what is inside may be wrong, gone, or not for this role, which the page says."""

OUTSIDE = ("nobody", "other", "reporter", "reporter as screener", "elsewhere")


def to_reporters(kind: str, who: str) -> set[int]:
    """Return what comes back from what is for who told it alone."""
    api = kind == routes.REPORTER_API
    if who == "reporter" or (who == "reporter as screener" and api):
        return PASSES - {303} if api else PASSES
    return {401} if api or "as reporter" in who or who == "other" else {303, 401}


def without_key(kind: str, path: str, method: str) -> set[int]:
    """Return what an administrator may get: people, roster and figures, and of no case anything."""
    if kind == routes.STAFF_KEY and path.startswith(routes.FOR_ADMINISTRATORS):
        return PASSES | ({403} if method == "POST" else set())
    return {303} if method == "GET" and "/api/" not in path else {403}


def allowed(route: str, who: str) -> set[int]:
    """Return the statuses that this asker may get."""
    kind, (method, path) = ROUTES[route], route.split(" ")
    to_log_in = {303} if method == "GET" else {401}
    if kind in (routes.PUBLIC, routes.DOOR):
        # A door refuses a form from nowhere (403) or what is not right (401); it never tells more.
        return PASSES | ({401, 403} if kind == routes.DOOR else set())
    if kind == routes.OWN_KEY:
        return {401, 403, 404}
    if kind in (routes.REPORTER, routes.REPORTER_API):
        return to_reporters(kind, who)
    api = kind in (routes.STAFF_API, routes.OWN_API, routes.CASE_API)
    if who in OUTSIDE:
        return {401} if api else to_log_in
    if who == "newcomer" and kind not in (routes.STAFF, routes.OWN_API):
        return {403} if api else {303}
    if who == "administrator" and kind not in (routes.STAFF, routes.OWN_API, routes.LEADERS):
        return without_key(kind, path, method)
    if kind in (routes.CASE, routes.CASE_API) and who == "police":
        return {403, 422} if method == "POST" else {403}  # 422: not even looked at
    if kind in (routes.CASE, routes.CASE_API):
        return PASSES | {403}  # 403: may read it, but has it not in hand
    if kind == routes.LEADERS and who not in ("leader", "administrator"):
        return {403} if method == "GET" else {403, 422}  # 422: not even looked at
    # 403: the door is open, but this one thing is not theirs to do.
    return PASSES | ({403} if method == "POST" else set())


def in_order() -> list[str]:
    """Return the routes, those that change much last."""
    late = [route for route in sorted(ROUTES) if any(one in route for one in routes.LAST)]
    first = [route for route in sorted(ROUTES) if route not in (*late, *routes.ENDS)]
    return [*first, *late, *routes.ENDS]


WHO = ("nobody", "other", "reporter", "reporter as screener", "newcomer", "police")
WHO += ("colleague", "leader", "owner", "administrator", "elsewhere")
NO_HANDS = ("nobody", "other", "newcomer", "police", "administrator", "elsewhere")
READS = ("reporter", "colleague", "leader", "owner")


@pytest.mark.parametrize("who", WHO)
def test_each_gets_what_the_table_says(
    app: Flask, askers: dict[str, Asker], told: Opened, who: str
) -> None:
    wrong = []
    for route in in_order():
        with askers[who].ask(app, route, told.id) as answer:
            status = answer.status_code
        if status not in allowed(route, who):
            wrong.append(f"{route}: {who} got {status}")
        if route in routes.ENDS and who not in OUTSIDE:
            break  # logged out; the other ways out are tried by tests/desk/test_door.py
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", [who for who in WHO if who not in READS])
def test_who_may_not_read_a_case_gets_no_word_of_it(
    app: Flask, askers: dict[str, Asker], house: Ports, told: Opened, who: str
) -> None:
    reply(house, told, f"he calls himself {CANARY}")
    with askers["owner"].ask(app, "GET /desk/cases/<case_id>", told.id) as answer:
        assert CANARY.encode() in answer.data
    for route in in_order():
        # Who asks with the reporter's own token may read by the one API that takes it.
        if not (who == "reporter as screener" and ROUTES[route] == routes.REPORTER_API):
            with askers[who].ask(app, route, told.id) as answer:
                assert CANARY.encode() not in answer.data, route


@pytest.mark.parametrize("who", NO_HANDS)
def test_who_may_not_read_a_case_changes_nothing_in_it(
    app: Flask, askers: dict[str, Asker], house: Ports, told: Opened, anna: Joined, who: str
) -> None:
    before = cases.read_case(house, screener=anna.screener, case_id=told.id)
    for route in in_order():
        if ROUTES[route] not in (routes.PUBLIC, routes.DOOR) and route not in routes.ENDS:
            askers[who].ask(app, route, told.id).close()
    after = cases.read_case(house, screener=anna.screener, case_id=told.id)
    assert (after.turns, after.fields, after.flags) == (before.turns, before.fields, before.flags)
    assert (after.row.floor, after.row.owner_name) == (before.row.floor, before.row.owner_name)


def test_another_method_is_not_another_way_in(app: Flask, told: Opened, anna: Joined) -> None:
    owner = Asker(f"d={anna.session_token}", anna.session_token)
    for rule in {route.split(" ")[1] for route in ROUTES}:
        known = {route.split(" ")[0] for route in ROUTES if route.split(" ")[1] == rule}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - known:
            with owner.ask(app, f"{method} {rule}", told.id) as answer:
                assert answer.status_code in (400, 401, 403, 404, 405), f"{method} {rule}"


@pytest.mark.parametrize("who", ["nobody", "other"])
def test_odd_spellings_of_an_address_open_nothing(
    app: Flask, askers: dict[str, Asker], told: Opened, who: str
) -> None:
    for route in ROUTES:
        method, rule = route.split(" ")
        if method != "GET" or ROUTES[route] in (routes.PUBLIC, routes.DOOR):
            continue
        for odd in (
            rule + "/",
            rule.replace("/", "//")[1:],
            rule.upper(),
            rule + "/.",
            rule + ";x",
        ):
            with askers[who].ask(app, f"GET {odd}", told.id) as answer:
                assert answer.status_code in (303, 308, 401, 403, 404), odd
        with askers[who].ask(app, f"HEAD {rule}", told.id) as answer:
            assert answer.status_code in (303, 401, 403, 404), rule
            assert answer.data == b""


def test_no_header_turns_a_question_into_a_deed(app: Flask, told: Opened) -> None:
    headers = {"Authorization": f"Bearer {told.token}"}
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        path = f"/api/v1/conversations/{told.id}?_method=DELETE"
        assert app.test_client().get(path, headers={**headers, name: "DELETE"}).status_code == 200
    assert app.test_client().get(path, headers=headers).status_code == 200


def test_nobody_gives_themselves_what_was_not_asked_for(
    app: Flask, house: Ports, told: Opened, anna: Joined
) -> None:
    extra = {
        "author": "screener",
        "floor": "screener",
        "owner": "Anna",
        "level": "acute",
        "id": "x",
    }
    extra |= {
        "role": "coordinator",
        "side": "police",
        "readers": "police",
        "acute": "1",
        "seq": "1",
    }
    headers = {"Authorization": f"Bearer {told.token}"}
    path = f"/api/v1/conversations/{told.id}/messages"
    sent = app.test_client().post(path, json={"text": "hello", **extra}, headers=headers)
    assert sent.status_code == 200
    case = cases.read_case(house, screener=anna.screener, case_id=told.id)
    assert [turn.author for turn in case.turns if turn.text == "hello"] == ["reporter"]
    assert (case.row.floor, case.row.owner_name, case.row.level) == ("waiting", None, "high")
    assert case.readers == ("care",)
    opened = app.test_client().post("/api/v1/conversations", json={"language": "en", **extra})
    assert opened.json is not None
    assert (opened.json["floor"], opened.json["id"] != "x") == ("bot", True)
