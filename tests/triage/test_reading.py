"""What turns alarming words into danger now, and what takes it off them again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.signal import FLAGS, LEVELS
from escalation.triage.assessment import RaisedFlag
from escalation.triage.lexicons import languages
from escalation.triage.reading import read_text
from escalation.triage.tokens import HEAD_CHARS


def raised(text: str, language: str | None) -> dict[str, RaisedFlag]:
    """Return the flags of a text by name."""
    return {flag.flag: flag for flag in read_text(text, language).flags}


ONE_OF_EACH = [
    ("en", "violence_or_weapon", "my boyfriend is hitting me"),
    ("nl", "violence_or_weapon", "hij slaat mij"),
    ("pl", "violence_or_weapon", "on mnie bije"),
    ("en", "confined", "we can't get out, he locked us in"),
    ("nl", "confined", "hij heeft ons opgesloten in de kelder"),
    ("pl", "confined", "zamknął nas w pokoju"),
    ("en", "medical", "he is bleeding a lot"),
    ("nl", "medical", "hij is bewusteloos"),
    ("pl", "medical", "ona krwawi"),
    ("en", "suicide_risk", "I want to kill myself"),
    ("nl", "suicide_risk", "ik wil niet meer leven"),
    ("pl", "suicide_risk", "nie chcę już żyć"),
    ("en", "being_moved", "tonight they are moving us to another country"),
    ("nl", "being_moved", "vanavond brengen ze ons naar een ander land"),
    ("pl", "being_moved", "jutro rano wiozą nas do innego kraju"),
    ("en", "followed", "a car is following me"),
    ("nl", "followed", "ze zitten achter mij aan"),
    ("pl", "followed", "ktoś mnie śledzi"),
    ("en", "forced_sex_now", "he makes me have sex with his friends"),
    ("nl", "forced_sex_now", "hij dwingt me tot seks met zijn vrienden"),
    ("pl", "forced_sex_now", "zmusza mnie do seksu z kolegami"),
    ("en", "shelter_tonight", "we have nowhere to sleep tonight"),
    ("nl", "shelter_tonight", "ik heb geen slaapplaats vannacht"),
    ("pl", "shelter_tonight", "nie mam gdzie spać dzisiaj"),
    ("en", "immediate_danger", "SOS"),
    ("nl", "immediate_danger", "stuur nu politie"),
    ("pl", "immediate_danger", "ratunku"),
]


@pytest.mark.parametrize(("language", "flag", "text"), ONE_OF_EACH)
def test_danger_happening_now_raises_its_flag(language: str, flag: str, text: str) -> None:
    assert raised(text, language)[flag].now


@pytest.mark.parametrize(
    ("language", "flag", "text"),
    [
        ("en", "minor", "a girl of 15 works in the nail salon"),
        ("nl", "minor", "het meisje is 15 jaar"),
        ("pl", "minor", "ona jest nieletnia"),
        ("en", "group", "we are 12 people in one house"),
        ("nl", "group", "er wonen 12 mensen in dat huis"),
        ("pl", "group", "mieszka tam 12 osób"),
        ("en", "image_blackmail", "he threatens to post my nude photos"),
        ("nl", "image_blackmail", "hij dreigt mijn naaktfoto's online te zetten"),
        ("pl", "image_blackmail", "grozi że wrzuci moje nagie zdjęcia do internetu"),
    ],
)
def test_some_flags_head_the_queue_without_paging(language: str, flag: str, text: str) -> None:
    assert flag in raised(text, language)
    assert read_text(text, language).level == "high"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "he does not have a knife"),
        ("en", "nobody is in danger"),
        ("en", "I am not suicidal, just tired"),
        ("nl", "hij slaat me niet"),
        ("nl", "er is niemand in gevaar"),
        ("nl", "ik ben niet suïcidaal"),
        ("pl", "on mnie nie bije"),
        ("pl", "nikt nie jest w niebezpieczeństwie"),
        ("pl", "nie mam myśli samobójczych"),
    ],
)
def test_what_is_denied_raises_nothing(language: str, text: str) -> None:
    assert read_text(text, language).level == "normal"


def test_a_denial_of_one_thing_does_not_deny_the_next() -> None:
    assert read_text("please do not call, he has a gun", "en").level == "acute"
    assert read_text("ik kan niet bellen hij heeft een mes", "nl").level == "acute"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "last year he locked me in, I am safe now"),
        ("en", "I worked there in 2019. He hit me with a hammer."),
        ("nl", "vorig jaar heeft hij me opgesloten, ik ben nu veilig"),
        ("pl", "w zeszłym roku zamknął mnie w domu, teraz jestem bezpieczna"),
    ],
)
def test_what_is_over_is_kept_but_pages_nobody(language: str, text: str) -> None:
    assessment = read_text(text, language)
    assert assessment.level == "high"
    assert not any(flag.now for flag in assessment.flags)


def test_what_began_in_the_past_and_goes_on_is_now() -> None:
    assert read_text("since last year he has been beating me", "en").level == "acute"
    assert (
        read_text("last month I came here and since sunday I am locked in the cellar", "en").level
        == "acute"
    )


def test_safety_of_one_does_not_cover_another_after_a_but() -> None:
    assert read_text("I am safe but my sister is locked in the cellar", "en").level == "acute"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "may my boss lock us in at night?"),
        ("nl", "mag mijn baas ons 's nachts opsluiten?"),
        ("pl", "czy szef może nas zamykać na noc?"),
        ("en", "what should I do if a guest is held captive?"),
        ("nl", "wat moet ik doen als een gast wordt vastgehouden?"),
        ("pl", "co zrobić jeśli gość jest przetrzymywany?"),
        ("en", "I read an article about a girl who was locked in a cellar"),
        ("nl", "ik las in de krant over een meisje dat werd opgesloten"),
        ("pl", "czytałam artykuł o dziewczynie uwięzionej w piwnicy"),
        ("en", "this job is killing me"),
        ("nl", "ik lach me dood"),
        ("pl", "ta praca mnie zabija"),
    ],
)
def test_questions_of_law_suppositions_news_and_sayings_raise_nothing(
    language: str, text: str
) -> None:
    assert read_text(text, language).level == "normal"


def test_a_question_of_law_behind_the_facts_takes_away_their_urgency_only() -> None:
    assessment = read_text("My landlord kicked us out of the house. Is that legal?", "en")
    assert assessment.level == "high"


def test_hearsay_without_a_now_pages_nobody_and_with_a_now_it_does() -> None:
    assert read_text("I heard that a woman was beaten in that house", "en").level == "high"
    assert (
        read_text("I heard that a woman is being beaten in that house right now", "en").level
        == "acute"
    )


def test_a_threat_under_an_if_is_a_threat() -> None:
    assert read_text("he says if I leave he will kill my family", "en").level == "acute"


def test_a_sign_counts_only_beside_its_cue() -> None:
    assert read_text("my friend is 15 years old", "en").level == "high"
    assert raised("my friend is 15 years old. Men go into her room all night", "en")["minor"].now


def test_now_and_then_is_not_now() -> None:
    assert read_text("my boss sometimes hits me", "en").level == "high"


def test_dutch_and_english_are_read_beside_every_language() -> None:
    assert read_text("proszę help, he is hitting me", "pl").level == "acute"
    assert read_text("szef mówi, baas heeft een mes", "pl").level == "acute"


def test_the_language_of_the_message_also_weighs_words_of_another() -> None:
    assert read_text("I am not suicidal", "en").level == "normal"
    assert read_text("w zeszłym roku he was hitting me", "pl").level == "high"


@pytest.mark.parametrize("language", [None, "xx", "vi"])
def test_without_a_known_language_every_lexicon_reads(language: str | None) -> None:
    assert read_text("on mnie bije", language).level == "acute"
    assert read_text("hij slaat mij", language).level == "acute"
    assert read_text("he is hitting me", language).level == "acute"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "hes got a nife, hlp me"),
        ("en", "im lockd in the celar, cant get out"),
        ("en", "HELP HEEELP he is beeting me"),
        ("nl", "kanniet weg hij heeft me opgesoten"),
        ("nl", "hij bedrijgt me met een mes"),
        ("pl", "zamknol mnie w pokoju, niemoge wyjsc"),
        ("pl", "ZAMKNĄŁ NAS NA KLUCZ"),
    ],
)
def test_phone_typing_is_read_as_meant(language: str, text: str) -> None:
    assert read_text(text, language).level == "acute"


@pytest.mark.parametrize(("language", "flag", "text"), ONE_OF_EACH)
def test_evidence_stands_in_the_text_and_the_rule_names_language_and_flag(
    language: str, flag: str, text: str
) -> None:
    found = raised(text, language)[flag]
    assert found.evidence in text
    assert found.source == "words"
    assert found.rule.split(" ", 2)[1] == flag


def test_evidence_keeps_what_was_typed_between_its_words() -> None:
    text = "Pomocy! On ma… NÓŻ 🔪 i nie mogę wyjść"
    assert all(flag.evidence in text for flag in read_text(text, "pl").flags)
    turned = "he i\u200bs hi\u202etting ME"
    assert raised(turned, "en")["violence_or_weapon"].evidence == "he i\u200bs hi\u202etting"


def test_beginning_and_end_of_a_very_long_text_are_read() -> None:
    filler = "the weather is nice today and tomorrow. " * 3_000
    assert read_text("he is hitting me. " + filler, "en").level == "acute"
    assert read_text(filler + " he is hitting me.", "en").level == "acute"
    middle = filler[:HEAD_CHARS] + " he is hitting me. " + filler
    assert read_text(middle, "en").level == "normal"


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\u202e", "🙏🏽👨‍👩‍👧", "?!.,;", "a" * 100_000, "(" * 9_999, "‎\ufeff"]
)
def test_texts_without_words_are_normal(text: str) -> None:
    for language in (*languages(), None):
        assert read_text(text, language).level == "normal"


SENTENCES = Path(__file__).parent / "sentences"
WORDS_OF_DANGER = sorted(
    {word for file in SENTENCES.glob("*.yml") for word in file.read_text(encoding="utf-8").split()}
)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300), st.lists(st.sampled_from(WORDS_OF_DANGER), max_size=60).map(" ".join)
    )
)
def test_any_text_is_read_without_error_and_every_reason_stands_in_it(text: str) -> None:
    for language in (None, "en", "nl", "pl"):
        assessment = read_text(text, language)
        assert assessment.level in LEVELS
        for flag in assessment.flags:
            assert flag.evidence in text
            assert flag.evidence
            assert flag.flag in FLAGS
