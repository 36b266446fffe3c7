"""A client as answers and back: what staff leave as it was shown stays exactly as it is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from staffed import INTAKE, NOW, OTHER, SETTINGS, enquire, look, new_store

from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails
from matcher.intake import questionnaire as q
from matcher.intake.parsing import parse_answers
from matcher.intake.safety import safety_flags
from matcher.services.enquiring import Enquiring
from matcher.services.enquiry_words import other_answers
from matcher.services.known_answers import completed, known_answers
from matcher.services.phone_intake import PhoneIntake, begin_with, keep_phone_intake
from matcher.services.safety_lane import record_call
from matcher.store import places, rows
from matcher.store.enquiries import CONSENT_CHANGED, RESEARCH_ALONE, events_of
from matcher.store.errors import StaleVersionError
from matcher.store.queue import listed_clients, open_clients, took_back_clients
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
    with store.reading() as session:
        said = [event.code for event in events_of(session, "a", "test") if event.kind == CONSENT_CHANGED]
        assert said == [RESEARCH_ALONE]
        assert took_back_clients(session) == set()
    keep_phone_intake(INTAKE, store, SETTINGS, taken(store), NOW)
    with store.reading() as session:
        assert took_back_clients(session) == {"a"}
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


@pytest.mark.parametrize(
    "more",
    [
        {"formats": ["telehealth"], "times": ["weekday_evening"], "hopes": "To sleep through", "max_fee": 150},
        {"about": "I want to kill myself"},
        {"safety": "yes"},
        {"hopes": "我想好好睡觉"},
        {"about": "我想好好睡觉", "therapist_gender": ["woman"], "therapist_gender_weight": "must"},
    ],
)
def test_the_same_answers_by_phone_and_on_the_web_make_the_same_record(tmp_path: Path, more: dict[str, Any]) -> None:
    store = new_store(tmp_path)
    known = {"severity": {"sleep": "lot"}, "age_range": list(q.AGES)[2], "consent_matching": True}
    answers = {"concerns": ["sleep"], **known, **more}
    contact = ContactDetails("Ada Rao", "she/her", "0491 570 006", "ada@example.org", ("text",), "after six")
    asked = PhoneIntake(answers, contact, "choose_for_me")
    keep_phone_intake(INTAKE, store, SETTINGS, asked, NOW)
    flags = [flag for found in safety_flags([more.get("about", ""), more.get("hopes", "")]) for flag in found]
    on_the_web = parse_answers(answers, client_id="web", today=TODAY, enquired_at=NOW.replace(tzinfo=None), flags=flags)
    desk = Enquiring(lambda: store, SETTINGS, lambda: None)
    desk.send(on_the_web, ClientRequest("choose_for_me", contact), answers)
    with store.reading() as session:
        (phone,) = {line.client_id for line in listed_clients(session, open_clients(session))} - {"web"}
        kept = [replace(rows.client_of(session, c, "x").value, client_id="") for c in (phone, "web")]
        ways = [rows.contact_of(session, c, "x").value for c in (phone, "web")]
    assert kept[0] == kept[1]
    assert ways[0] == ways[1]
    spoken, sent = look(store, phone), look(store, "web")
    assert (spoken.needs_person, spoken.needs_reading) == (sent.needs_person, sent.needs_reading)
    assert (spoken.wants, spoken.state, sent.state) == (sent.wants, "contacted", "new")
    for name in ("answers", "why", "marks", "pronouns", "safe_contact", "contact_note"):
        assert spoken.private[name] == sent.private[name]
    assert (spoken.consent_matching_at is None) == (sent.consent_matching_at is None)


def test_what_no_question_by_phone_asks_for_stays(store: Store) -> None:
    kept = {"emphasis": {"cost": "more"}, "past_matches": False, "hopes": "To sleep", "affirming_weight": "must"}
    enquire(store, "a", private={"answers": kept})
    intake = taken(store)
    answers = {name: value for name, value in intake.answers.items() if name == "concerns"}
    keep_phone_intake(INTAKE, store, SETTINGS, replace(intake, answers=answers), NOW)
    assert look(store, "a").private["answers"] == {"emphasis": {"cost": "more"}, "past_matches": False}


@pytest.mark.parametrize("state", ["offered", "booked", "waiting"])
def test_completing_leaves_a_booking_and_an_offer_due_when_they_are(store: Store, state: str) -> None:
    later = NOW + timedelta(days=30)
    enquire(store, "a", state=state, therapist_id="t2", first_session_at=later, due_at=later)
    with store.writing() as session:
        places.take_place(session, "t2", "a", "x", later)
    keep_phone_intake(INTAKE, store, SETTINGS, taken(store), NOW)
    assert (look(store, "a").due_at == later) is (state != "waiting")


@pytest.mark.parametrize("wants", ["therapist", "choose_for_me"])
def test_whom_staff_offered_stays_named_whatever_they_ask_for(store: Store, wants: str) -> None:
    enquire(store, "a", state="booked", therapist_id="t2", private={"asked_for": "t3"})
    intake = replace(taken(store), wants=wants, therapist_id="t1")
    keep_phone_intake(INTAKE, store, SETTINGS, intake, NOW)
    kept = look(store, "a")
    assert (kept.therapist_id, kept.private["asked_for"]) == ("t2", "t1" if wants == "therapist" else None)


def test_in_danger_nobody_is_taken_to_refuse_what_they_were_not_asked(store: Store) -> None:
    enquire(store, "a")
    keep_phone_intake(INTAKE, store, SETTINGS, taken(store, safety="yes"), NOW)
    keep_phone_intake(INTAKE, store, SETTINGS, taken(store, formats=["phone"]), NOW)
    with store.reading() as session:
        assert took_back_clients(session) == set()
