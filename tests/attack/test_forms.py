"""Forms of other sites, sessions that somebody planted, headers that somebody made up, and where links lead."""

from __future__ import annotations

import time

import pyotp
import pytest
from flask import Flask

from escalation.conversation import Opened
from escalation.ports import Ports
from tests.attack import routes
from tests.attack.routes import ROUTES
from tests.attack.test_routes import Asker
from tests.builders import PASSWORD, Joined
from tests.desk.desk import SAME_ORIGIN, Desk
from web.app import create_app
from web.config import Settings
from web.security import csrf_token

WITH_SESSION = (routes.REPORTER, routes.STAFF, routes.STAFF_KEY, routes.LEADERS, routes.CASE)
FORMS = [
    route for route, kind in ROUTES.items() if route.startswith("POST") and kind in WITH_SESSION
]
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
)


@pytest.mark.parametrize("route", FORMS)
def test_no_form_passes_without_the_token_of_its_session(
    app: Flask, told: Opened, anna: Joined, bob: Joined, route: str
) -> None:
    reporter = ROUTES[route] == routes.REPORTER
    cookie = ("s", f"{told.id}.{told.token}") if reporter else ("d", anna.session_token)
    right = csrf_token(told.token if reporter else anna.session_token)
    asker = Asker("=".join(cookie), "")
    path = route.split(" ")[1].replace("<case_id>", told.id)
    client = app.test_client()
    client.set_cookie(*cookie)
    for token in (
        "",
        "0" * 64,
        csrf_token(bob.session_token),
        csrf_token(""),
        right[:-1],
        right.upper(),
    ):
        form = {"csrf": token, "text": "x"}
        with client.post(
            path.replace("<", "").replace(">", ""), data=form, headers=SAME_ORIGIN
        ) as answer:
            assert answer.status_code == 403, f"{route} with {token[:8]!r}"
    for headers in FOREIGN:
        form = {"csrf": right, "text": "x"}
        with client.post(
            path.replace("<", "").replace(">", ""), data=form, headers=headers
        ) as answer:
            assert answer.status_code == 403, f"{route} from {headers}"
    with asker.ask(app, route, told.id) as answer:
        assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/start", "/receipt", "/desk/login"])
@pytest.mark.parametrize("headers", FOREIGN)
def test_no_other_site_opens_a_session_for_somebody(
    app: Flask, path: str, headers: dict[str, str]
) -> None:
    answer = app.test_client().post(
        path, data={"language": "en", "receipt": "1" * 16}, headers=headers
    )
    assert answer.status_code == 403
    assert not any(one.startswith(("s=", "d=")) for one in answer.headers.getlist("Set-Cookie"))


def test_a_cookie_that_was_planted_before_is_no_session_after(app: Flask, anna: Joined) -> None:
    planted = "planted-by-somebody-else-with-forty-letters-xx"
    desk = Desk(app, planted)
    desk.client.set_cookie("e", planted)
    desk.get("/desk/login")
    code = pyotp.TOTP(anna.totp_secret).at(int(time.time()))
    answer = desk.send("/desk/login", follow=False, name="Anna", password=PASSWORD, code=code)
    assert answer.status_code == 303
    mine = desk.client.get_cookie("d")
    assert mine is not None
    assert mine.value != planted
    assert Desk(app, planted).get("/desk", follow=False).status_code == 303
    assert Desk(app, mine.value).get("/desk", follow=False).status_code == 200


def test_a_conversation_that_was_planted_is_not_the_one_that_is_opened(
    app: Flask, told: Opened
) -> None:
    client = app.test_client()
    client.set_cookie("s", f"{told.id}.{told.token}")
    client.post("/start", data={"language": "en"}, headers=SAME_ORIGIN)
    fresh = client.get_cookie("s")
    assert fresh is not None
    assert not fresh.value.startswith(told.id)
    assert told.token not in fresh.value


ODD_PLACES = [
    "https://evil.example/desk",
    "//evil.example/desk",
    "/\\evil.example/desk",
    "/desk\\..\\..\\evil.example",
    "/desk/../../evil.example",
    "\t//evil.example",
    "https:evil.example",
    "javascript:alert(1)//desk",
    "/desk\r\nSet-Cookie: d=evil",
    "/desk\nLocation: https://evil.example",
    "http://localhost@evil.example/desk",
    "/desk?next=\x00",
]


@pytest.mark.parametrize("place", ODD_PLACES)
def test_logging_in_and_leaving_lead_nowhere_that_somebody_chose(
    app: Flask, anna: Joined, place: str
) -> None:
    desk = Desk(app, anna.session_token)
    answer = desk.client.get("/desk/login", query_string={"next": place})
    assert answer.location.startswith("/desk")
    assert not any(one.startswith("d=evil") for one in answer.headers.getlist("Set-Cookie"))
    left = app.test_client().get("/leave", query_string={"next": place, "url": place, "to": place})
    assert left.location == Settings().exit_url


@pytest.mark.parametrize("host", ["evil.example", "localhost:80@evil.example", "evil.example:1234"])
def test_links_go_where_we_are_and_not_where_the_request_says(
    house: Ports, anna: Joined, host: str
) -> None:
    app = create_app(Settings(public_url="https://help.example"), house)
    client = app.test_client()
    client.set_cookie("__Host-d", anna.session_token)
    headers = {
        "Host": host,
        "X-Forwarded-Host": host,
        "X-Forwarded-Proto": "ftp",
        "Forwarded": f"host={host}",
    }
    for path in ("/", "/receipt", "/about", "/desk", "/desk/roster", "/desk/login", "/nope"):
        with client.get(path, headers=headers) as answer:
            assert "evil.example" not in answer.text, path
            assert "evil.example" not in answer.headers.get("Location", ""), path
    made = client.post("/desk/roster/agenda", data={"csrf": csrf_token(anna.session_token)},
                       headers={**headers, **SAME_ORIGIN})  # fmt: skip
    assert "evil.example" not in made.text


@pytest.mark.parametrize("parameter", ["lang", "next", "after", "state", "x"])
@pytest.mark.parametrize(
    "value", ["en\r\nX-Evil: 1", "en%0d%0aX-Evil:%201", "\u560d\u560aX-Evil: 1"]
)
def test_no_parameter_becomes_a_header(app: Flask, desk: Desk, parameter: str, value: str) -> None:
    for client, path in (
        (app.test_client(), "/"),
        (app.test_client(), "/desk"),
        (desk.client, "/desk/login"),
    ):
        with client.get(path, query_string={parameter: value}) as answer:
            assert "X-Evil" not in answer.headers
            assert "\n" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "path", ["/", "/chat", "/receipt", "/desk", "/desk/login", "/nope", "/static/site.css"]
)
def test_nothing_is_framed_cached_or_sniffed(desk: Desk, path: str) -> None:
    with desk.client.get(path) as answer:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
