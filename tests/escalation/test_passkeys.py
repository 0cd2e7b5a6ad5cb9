"""Passkeys: what counts as one's own answer to the question that was put, and everything that does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import func, select

from escalation import audit
from escalation.desk.challenges import CONFIRM, LOG_IN
from escalation.desk.confirming import confirm, log_out_everywhere, need_fresh, own_sessions
from escalation.desk.factors import MAX_ANSWER_CHARS, PasskeyAnswer, Site, site_of
from escalation.desk.passkeys import (
    MAX_PASSKEYS,
    add_passkey,
    list_passkeys,
    options_to_add,
    options_to_show,
    remove_passkey,
    set_code,
    takes_code,
)
from escalation.desk.screeners import revoke
from escalation.desk.sessions import MAX_FAILED_LOGINS, authenticate, log_in
from escalation.errors import (
    FactorNotFreshError,
    LastFactorError,
    LoginFailedError,
    PasskeyRefusedError,
    SessionExpiredError,
)
from escalation.ports import Ports
from escalation.store.passkey_tables import ChallengeRow, PasskeyRow
from escalation.store.session import reading
from escalation.store.tables import ScreenerRow
from escalation.worker import drop_what_ran_out
from tests.authenticator import Authenticator
from tests.builders import PASSWORD, Joined, join
from tests.fakes import Clock

SITE = Site("desk.example", "https://desk.example")
DOOR = "what the cookie of the door holds"


def new_key(**lies: str) -> Authenticator:
    return Authenticator(**{"origin": SITE.origin, "rp_id": SITE.rp_id, **lies})


def add(house: Ports, owner: Joined, key: Authenticator, label: str = "blue key") -> None:
    options = options_to_add(house, screener=owner.screener, bound_to=DOOR, site=SITE)
    answer = PasskeyAnswer(SITE, DOOR, key.create(options))
    add_passkey(house, screener=owner.screener, answer=answer, label=label)


def asked(house: Ports, bound_to: str = DOOR, purpose: str = LOG_IN) -> str:
    return options_to_show(house, bound_to=bound_to, purpose=purpose, site=SITE)


def enter(house: Ports, credential: str, *, name: str = "Anna", bound_to: str = DOOR) -> str:
    answer = PasskeyAnswer(SITE, bound_to, credential)
    return log_in(house, name=name, password=PASSWORD, passkey=answer).token


@pytest.fixture
def key(house: Ports, anna: Joined) -> Authenticator:
    """Anna's passkey."""
    made = new_key()
    add(house, anna, made)
    return made


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://desk.example", SITE),
        ("https://DESK.example:443/", SITE),
        ("https://desk.example:8443", Site("desk.example", "https://desk.example:8443")),
        ("http://localhost:8000", Site("localhost", "http://localhost:8000")),
        ("http://desk.example", None),
        ("https://127.0.0.1:8000", None),
        ("https://[::1]", None),
        ("", None),
    ],
)
def test_passkeys_hold_where_browsers_give_them(address: str, site: Site | None) -> None:
    assert site_of(address) == site


def test_password_and_passkey_open_a_session(
    house: Ports, anna: Joined, key: Authenticator
) -> None:
    token = enter(house, key.get(asked(house)))
    assert authenticate(house, session_token=token).private_key == anna.screener.private_key
    with pytest.raises(LoginFailedError):
        answer = PasskeyAnswer(SITE, DOOR, key.get(asked(house)))
        log_in(house, name="Anna", password="not the password", passkey=answer)


def test_no_name_leaves_and_all_of_one_owner_carry_the_same_mark(
    house: Ports, anna: Joined, key: Authenticator
) -> None:
    options = options_to_add(house, screener=anna.screener, bound_to=DOOR, site=SITE)
    assert "anna" not in options.lower()
    assert anna.screener.id not in options
    told = json.loads(options)
    assert told["attestation"] == "none"
    assert told["authenticatorSelection"]["residentKey"] == "required"
    assert len(told["excludeCredentials"]) == 1
    again = json.loads(options_to_add(house, screener=anna.screener, bound_to=DOOR, site=SITE))
    assert again["user"] == told["user"]
    assert again["challenge"] != told["challenge"]


def test_who_is_not_logged_in_is_asked_in_the_same_words(house: Ports, key: Authenticator) -> None:
    told = json.loads(asked(house))
    assert told.pop("challenge")
    assert told == {
        "allowCredentials": [],
        "rpId": SITE.rp_id,
        "timeout": 120_000,
        "userVerification": "preferred",
    }


def test_only_the_day_and_the_public_half_are_kept(
    house: Ports, anna: Joined, key: Authenticator, clock: Clock
) -> None:
    with reading(house.sessions) as session:
        row = session.scalars(select(PasskeyRow)).one()
    assert row.added_at == clock().replace(hour=0, minute=0, second=0, microsecond=0)
    assert row.transports == "internal,hybrid"
    secret = key.key.private_numbers().private_value.to_bytes(32, "big")
    assert secret not in row.public_key


Spoil = Callable[[Ports, Authenticator], str]

WRONG: dict[str, Spoil] = {
    "from another origin": lambda house, key: replace(key, origin="https://desk.exam.ple").get(
        asked(house)
    ),
    "for another site": lambda house, key: replace(key, rp_id="exam.ple").get(asked(house)),
    "another key under this id": lambda house, key: new_key_like(key).get(asked(house)),
    "a key that nobody added": lambda house, key: new_key().get(asked(house)),
    "asked for something else": lambda house, key: key.get(asked(house, purpose=CONFIRM)),
    "asked of another browser": lambda house, key: key.get(asked(house, bound_to="another")),
    "an older question": lambda house, key: [key.get(asked(house)), asked(house)][0],
    "another owner's mark": lambda house, key: replace(key, owner=b"somebody").get(asked(house)),
    "a making, not a showing": lambda house, key: replace(key).create(making(asked(house))),
    "nothing": lambda house, key: [asked(house), ""][1],
    "no JSON": lambda house, key: [asked(house), "{"][1],
    "no object": lambda house, key: [asked(house), "[1]"][1],
    "another shape": lambda house, key: [asked(house), '{"id": 1, "response": []}'][1],
    "far too long": lambda house, key: key.get(asked(house)) + " " * MAX_ANSWER_CHARS,
}


def new_key_like(key: Authenticator) -> Authenticator:
    return replace(new_key(), credential_id=key.credential_id, owner=key.owner)


def making(options: str) -> str:
    return json.dumps({**json.loads(options), "user": {"id": "AAAA"}})


@pytest.mark.parametrize("how", WRONG)
def test_every_other_answer_is_refused_in_the_same_way(
    house: Ports, key: Authenticator, how: str
) -> None:
    with pytest.raises(LoginFailedError):
        enter(house, WRONG[how](house, key))
    enter(house, replace(key, sign_count=50).get(asked(house)))


def test_an_answer_counts_once(house: Ports, key: Authenticator) -> None:
    answer = key.get(asked(house))
    enter(house, answer)
    with pytest.raises(LoginFailedError):
        enter(house, answer)


def test_a_question_is_gone_also_after_a_wrong_answer(house: Ports, key: Authenticator) -> None:
    options = asked(house)
    with pytest.raises(LoginFailedError):
        enter(house, replace(key, origin="https://false.example").get(options))
    with pytest.raises(LoginFailedError):
        enter(house, key.get(options))


def test_a_question_runs_out_and_is_forgotten(
    house: Ports, key: Authenticator, clock: Clock
) -> None:
    options = asked(house)
    clock.forward(minutes=5)
    with pytest.raises(LoginFailedError):
        enter(house, key.get(options))
    asked(house)
    clock.forward(minutes=5)
    drop_what_ran_out(house)
    with reading(house.sessions) as session:
        assert session.scalar(select(func.count()).select_from(ChallengeRow)) == 0


@pytest.mark.parametrize("back_to", [0, 6, 7])
def test_a_count_that_goes_back_is_a_copy_and_refused(
    house: Ports, key: Authenticator, back_to: int
) -> None:
    key.sign_count = 6
    enter(house, key.get(asked(house)))
    with pytest.raises(LoginFailedError):
        enter(house, replace(key, sign_count=back_to - 1 if back_to else 0).get(asked(house)))


def test_a_passkey_that_counts_nothing_works_every_time(house: Ports, key: Authenticator) -> None:
    for _ in range(2):
        key.sign_count = -1
        enter(house, key.get(asked(house)))


def test_the_passkey_of_a_colleague_opens_nothing(
    house: Ports, anna: Joined, key: Authenticator
) -> None:
    bob = join(house, "Bob", by=anna.screener)
    add(house, bob, new_key())
    with pytest.raises(LoginFailedError):
        enter(house, key.get(asked(house)), name="Bob")
    with pytest.raises(LoginFailedError):
        enter(house, replace(key, owner=None).get(asked(house)), name="Bob")
    with pytest.raises(LoginFailedError):
        enter(house, key.get(asked(house)), name="Nobody")


def test_wrong_answers_make_the_log_in_rest(house: Ports, key: Authenticator, clock: Clock) -> None:
    for _ in range(MAX_FAILED_LOGINS):
        with pytest.raises(LoginFailedError):
            enter(house, "{}")
    with pytest.raises(LoginFailedError):
        enter(house, key.get(asked(house)))
    clock.forward(minutes=6)
    enter(house, key.get(asked(house)))


def test_a_passkey_is_added_once_by_one_owner_and_for_the_question_that_was_put(
    house: Ports, anna: Joined, key: Authenticator
) -> None:
    bob = join(house, "Bob", by=anna.screener)
    with pytest.raises(PasskeyRefusedError):
        add(house, bob, replace(key, key=new_key().key))
    options = options_to_add(house, screener=anna.screener, bound_to=DOOR, site=SITE)
    for bound_to, lies in (("another", {}), (DOOR, {"origin": "https://false.example"})):
        answer = PasskeyAnswer(SITE, bound_to, new_key(**lies).create(options))
        with pytest.raises(PasskeyRefusedError):
            add_passkey(house, screener=anna.screener, answer=answer, label="x")
    right = PasskeyAnswer(SITE, DOOR, new_key().create(options))
    with pytest.raises(PasskeyRefusedError):  # the question went with the wrong answer
        add_passkey(house, screener=anna.screener, answer=right, label="x")
    assert len(list_passkeys(house, screener=anna.screener)) == 1
    assert list_passkeys(house, screener=bob.screener) == []


def test_nobody_fills_the_table(house: Ports, anna: Joined) -> None:
    for _ in range(MAX_PASSKEYS):
        add(house, anna, new_key())
    with pytest.raises(PasskeyRefusedError):
        add(house, anna, new_key())


def test_a_removed_passkey_opens_nothing_and_nobody_removes_a_colleagues(
    house: Ports, anna: Joined, key: Authenticator
) -> None:
    bob = join(house, "Bob", by=anna.screener)
    (mine,) = list_passkeys(house, screener=anna.screener)
    remove_passkey(house, screener=bob.screener, passkey_id=mine.id)
    enter(house, key.get(asked(house)))
    remove_passkey(house, screener=anna.screener, passkey_id=mine.id)
    with pytest.raises(LoginFailedError):
        enter(house, key.get(asked(house)))
    with reading(house.sessions) as session:
        events = [entry.event for entry in audit.latest(session)]
    assert events.count("passkey_added") == events.count("passkey_removed") == 1
    assert events.count("logged_in") == 3


def test_the_last_second_factor_stays(house: Ports, anna: Joined) -> None:
    with pytest.raises(LastFactorError):
        set_code(house, screener=anna.screener, on=False)
    key = new_key()
    add(house, anna, key)
    set_code(house, screener=anna.screener, on=False)
    (mine,) = list_passkeys(house, screener=anna.screener)
    with pytest.raises(LastFactorError):
        remove_passkey(house, screener=anna.screener, passkey_id=mine.id)
    enter(house, key.get(asked(house)))


def test_who_takes_no_codes_is_not_let_in_with_one(
    house: Ports, anna: Joined, key: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_code(house, screener=anna.screener, on=False)
    assert not takes_code(house, screener=anna.screener)
    monkeypatch.setattr("escalation.desk.factors.time.time", lambda: 2_000_000_000)
    code = pyotp.TOTP(anna.totp_secret).at(2_000_000_000)
    with pytest.raises(LoginFailedError):
        log_in(house, name="Anna", password=PASSWORD, totp=code)
    set_code(house, screener=anna.screener, on=True)
    log_in(house, name="Anna", password=PASSWORD, totp=code)


def test_who_left_leaves_no_passkey_behind(house: Ports, anna: Joined, key: Authenticator) -> None:
    revoke(house, name="Anna")
    with reading(house.sessions) as session:
        assert session.scalar(select(func.count()).select_from(PasskeyRow)) == 0


def test_the_second_factor_goes_stale_and_is_fresh_when_it_was_shown_again(
    house: Ports, anna: Joined, key: Authenticator, clock: Clock
) -> None:
    need_fresh(house, session_token=anna.session_token)
    clock.forward(minutes=5)
    with pytest.raises(FactorNotFreshError):
        need_fresh(house, session_token=anna.session_token)
    token = anna.session_token
    for credential in (key.get(asked(house, bound_to=token, purpose=LOG_IN)), "{}"):
        answer = PasskeyAnswer(SITE, token, credential)
        with pytest.raises(LoginFailedError):
            confirm(house, screener=anna.screener, session_token=token, passkey=answer)
    shown = key.get(asked(house, bound_to=token, purpose=CONFIRM))
    confirm(
        house,
        screener=anna.screener,
        session_token=token,
        passkey=PasskeyAnswer(SITE, token, shown),
    )
    need_fresh(house, session_token=token)
    with pytest.raises(FactorNotFreshError):
        need_fresh(house, session_token="another")


def test_wrong_codes_in_an_open_session_make_it_rest_too(house: Ports, anna: Joined) -> None:
    for _ in range(MAX_FAILED_LOGINS):
        with pytest.raises(LoginFailedError):
            confirm(house, screener=anna.screener, session_token=anna.session_token, totp="0")
    with reading(house.sessions) as session:
        row = session.get_one(ScreenerRow, anna.screener.id)
    assert row.locked_until == house.clock() + house.durations.login_lock


def test_all_log_ins_of_one_person_end_at_once_and_nobody_elses(
    house: Ports, anna: Joined, key: Authenticator
) -> None:
    bob = join(house, "Bob", by=anna.screener)
    other = enter(house, key.get(asked(house)))
    listed = own_sessions(house, screener=anna.screener, session_token=other)
    assert sorted(one.is_this for one in listed) == [False, True]
    log_out_everywhere(house, screener=anna.screener)
    for token in (anna.session_token, other):
        with pytest.raises(SessionExpiredError):
            authenticate(house, session_token=token)
    assert authenticate(house, session_token=bob.session_token).name == "Bob"


def test_nothing_of_an_answer_shows_in_a_trace() -> None:
    assert "secret" not in repr(PasskeyAnswer(SITE, "secret", "secret"))
