"""A client as answers and back: what staff leave as it was shown stays exactly as it is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from staffed import INTAKE, NOW, OTHER, SETTINGS, enquire, look, new_store

from matcher.domain.client import Client
from matcher.domain.enquiry import ContactDetails
from matcher.intake import questionnaire as q
from matcher.intake.parsing import parse_answers
from matcher.services.enquiry_words import other_answers
from matcher.services.known_answers import completed, known_answers
from matcher.services.phone_intake import PhoneIntake, begin_with, keep_phone_intake
from matcher.services.safety_lane import record_call
from matcher.store import rows
from matcher.store.errors import StaleVersionError
from matcher.store.store import Store

TODAY = date(2026, 11, 23)
CALM = ContactDetails("Ada Rao")


def some(question: q.Question):
    return st.lists(st.sampled_from(question.codes()), unique=True, min_size=1)


ANSWERS = st.fixed_dictionaries(
    {"concerns": some(q.CONCERN_CHOICES)},
    optional={
        "formats": some(q.FORMAT),
        "funding": some(q.PAYING),
        "times": some(q.TIMES),
        "soon": st.sampled_from(q.SOON.codes()),
        "therapist_gender": some(q.GENDER),
        "therapist_gender_weight": st.sampled_from(["must", "nice"]),
        "languages": st.just(["arabic"]),
        "affirming": some(q.AFFIRMING),
        "age_range": st.sampled_from(list(q.AGES)),
        "challenge": st.sampled_from(["low", "high", "either"]),
        "max_fee": st.integers(0, 500),
    },
)


def parsed(answers) -> Client:
    return parse_answers(answers, client_id="a", today=TODAY)


@given(ANSWERS)
def test_answers_kept_and_shown_again_are_the_same_client(answers) -> None:
    client = parsed(answers)
    assert parsed(known_answers(client, other_answers(answers))) == client


@given(ANSWERS, ANSWERS)
def test_what_is_left_as_shown_stays_and_what_is_changed_is_taken(first, second) -> None:
    kept = replace(parsed(first), directiveness=-0.2, latitude=1.0, exclude_therapists=("t9",))
    shown = parsed(known_answers(kept, other_answers(first)))
    assert completed(kept, shown, shown) == kept
    after = completed(kept, shown, parsed({**second, "exclude_therapists": ["t9"]}))
    assert (after.directiveness, after.latitude, after.exclude_therapists) == (-0.2, 1.0, ("t9",))
    assert after.concerns == parsed(second).concerns
    assert set(after.formats) == set(parsed(second).formats)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def client(store: Store) -> Client:
    with store.reading() as session:
        return rows.client_of(session, "a", "test").value


def taken(store: Store, **more) -> PhoneIntake:
    begun = begin_with(INTAKE, store, "a")
    return PhoneIntake({**begun.answers, **more}, CALM, "call_me", begun)


def test_danger_spoken_of_already_is_not_raised_again_and_new_danger_is(store: Store) -> None:
    enquire(store, "a", about="I want to kill myself", needs_person=False)
    keep_phone_intake(INTAKE, store, SETTINGS, taken(store), NOW)
    assert look(store, "a").needs_person
    record_call(INTAKE, store, SETTINGS, "a", look(store, "a").version, "spoke_go_on", "Safe tonight", NOW)
    keep_phone_intake(INTAKE, store, SETTINGS, taken(store, formats=["phone"]), NOW)
    assert not look(store, "a").needs_person
    assert client(store).formats == ("phone",)
    keep_phone_intake(INTAKE, store, SETTINGS, taken(store, hopes="He hits me and I am afraid to go home"), NOW)
    assert look(store, "a").needs_person


def test_when_they_enquired_and_what_they_agreed_to_stay(store: Store) -> None:
    since = datetime(2026, 11, 20, tzinfo=UTC)
    enquire(store, "a", consent_matching_at=since, consent_research_at=since)
    keep_phone_intake(INTAKE, store, SETTINGS, taken(store, consent_matching=True), NOW)
    kept = look(store, "a")
    assert (kept.consent_matching_at, kept.consent_research_at) == (since, None)
    assert client(store).enquired_at == datetime(2026, 11, 20)


def test_what_somebody_else_changed_meanwhile_is_not_written_over(store: Store) -> None:
    enquire(store, "a")
    first, second = taken(store, formats=["phone"]), taken(store, formats=["in_person"])
    keep_phone_intake(OTHER, store, SETTINGS, second, NOW)
    with pytest.raises(StaleVersionError):
        keep_phone_intake(INTAKE, store, SETTINGS, first, NOW)
    assert client(store).formats == ("in_person",)


def test_a_number_they_gave_meanwhile_is_not_written_over(store: Store) -> None:
    enquire(store, "a", contact=rows.Contact("Ada", phone="0491 570 156"))
    begun = taken(store)
    with store.writing() as session:
        rows.keep_contact(session, "a", rows.Contact("Ada", phone="0491 570 006"), "client")
    with pytest.raises(StaleVersionError):
        keep_phone_intake(INTAKE, store, SETTINGS, begun, NOW)
    with store.reading() as session:
        assert rows.known_contact(session, "a", "test").value.phone == "0491 570 006"
