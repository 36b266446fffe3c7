"""What a client's own pages send, on every database: nothing twice, danger first, and every word sealed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from stores import CANARY, small_clinic

from matcher.config import Settings
from matcher.domain.client import Client
from matcher.domain.draft import Draft
from matcher.domain.enquiry import ClientRequest, ContactDetails, Standing
from matcher.services import resent
from matcher.services.enquiring import Enquiring
from matcher.services.live import LiveMatching
from matcher.services.promises import answer_by
from matcher.services.replay import match_again
from matcher.store.audit import read_entries
from matcher.store.clinics import import_clinic, load_clinic
from matcher.store.decisions import choices_of
from matcher.store.drafts import save_draft
from matcher.store.enquiries import ASKED_TO_ERASE, Enquiry, change_enquiry, enquiry_of, events_of, record_safety_call
from matcher.store.enquiry_tables import drafts, enquiries
from matcher.store.errors import NotFoundError
from matcher.store.queue import took_back_clients
from matcher.store.rows import Contact, change_client, client_of, contact_of, keep_contact
from matcher.store.slates import slates_of, snapshot_of
from matcher.store.snapshot import settled
from matcher.store.store import Store
from matcher.store.tables import clients, contacts, slates

SETTINGS = Settings()
ANNE = Client("anne", (("depression", 2),), enquired_at=datetime(2026, 11, 23, 9), age=30.0)
ANSWERS = {"client_id": "anne", "consent_matching": True, "concerns": ["depression"], "hopes": f"{CANARY} to sleep"}
CONTACT = ContactDetails(f"{CANARY} Rao", "she/her", "0491 570 006", safe=("text",), note="after six")
ASKED = ClientRequest("therapist", CONTACT, "t1")


@pytest.fixture
def matching(store: Store) -> LiveMatching:
    import_clinic(store, small_clinic())
    return LiveMatching(store, SETTINGS)


@pytest.fixture
def desk(store: Store, matching: LiveMatching) -> Iterator[Enquiring]:
    return Enquiring(lambda: store, SETTINGS, lambda: matching)


def enquiry(store: Store, client_id: str = "anne") -> Enquiry:
    with store.reading() as session:
        return enquiry_of(session, client_id, "test")


def count(store: Store, table: Any) -> int:
    with store.reading() as session:
        return int(session.scalar(select(func.count()).select_from(table)) or 0)


def kinds(store: Store) -> list[str]:
    with store.reading() as session:
        return [event.kind for event in events_of(session, "anne", "test")]


def spoke(store: Store) -> None:
    with store.writing() as session:
        record_safety_call(session, "anne", enquiry_of(session, "anne", "staff").version, "staff", "spoke", "well")


def test_a_raised_risk_is_on_the_list_at_once_without_contact_details_or_a_concern(
    desk: Enquiring, store: Store
) -> None:
    nobody_asked = replace(ANNE, concerns=(), about=f"{CANARY} I want to end my life")
    receipt = desk.raise_risk(nobody_asked, ["suicide"], {"client_id": "anne", "safety": "yes"})
    kept = enquiry(store)
    assert (kept.needs_person, kept.state, kept.reference) == (True, "new", receipt.reference)
    assert kept.private["why"] == ["suicide"]
    assert kept.due_at is not None
    assert datetime.now(UTC) - kept.due_at < timedelta(minutes=1)
    assert receipt.answer_by == answer_by(SETTINGS, kept.due_at, urgent=True)
    with store.reading() as session:
        assert client_of(session, "anne", "test").value.about == nobody_asked.about
    # Whoever has named no concern is in no clinic folder.
    assert "anne" not in set(load_clinic(store).clients["client_id"])


def test_raising_the_same_again_changes_nothing_and_something_new_is_raised_after_the_call(
    desk: Enquiring, store: Store
) -> None:
    said = replace(ANNE, about="I want to end my life")
    first = desk.raise_risk(said, ["suicide"], ANSWERS)
    assert desk.raise_risk(said, ["suicide"], ANSWERS) == first
    assert kinds(store) == ["risk_raised"]
    spoke(store)
    assert desk.raise_risk(said, ["suicide"], ANSWERS).reference == first.reference
    assert not enquiry(store).needs_person
    desk.raise_risk(replace(said, about="I cut myself last night, I want to die"), ["suicide"], ANSWERS)
    assert enquiry(store).needs_person
    assert kinds(store) == ["risk_raised", "safety_call", "risk_raised"]


def test_a_page_that_names_no_reason_raises_all_the_same(desk: Enquiring, store: Store) -> None:
    desk.raise_risk(ANNE, [], ANSWERS)
    assert enquiry(store).private["why"] == ["safety_answer"]
    assert enquiry(store).needs_person


def test_a_closed_enquiry_comes_back_when_danger_is_raised(desk: Enquiring, store: Store) -> None:
    desk.send(ANNE, ASKED, ANSWERS)
    with store.writing() as session:
        change_enquiry(
            session, "anne", enquiry_of(session, "anne", "s").version, "s", state="closed", closed_reason="declined"
        )
    desk.raise_risk(ANNE, ["abuse"], ANSWERS)
    assert (enquiry(store).state, enquiry(store).needs_person) == ("new", True)


def test_contact_details_left_on_the_help_page_are_kept_and_mended(desk: Enquiring, store: Store) -> None:
    with pytest.raises(NotFoundError):
        desk.add_contact("anne", CONTACT)
    desk.raise_risk(ANNE, ["suicide"], ANSWERS)
    desk.add_contact("anne", CONTACT)
    desk.add_contact("anne", replace(CONTACT, phone="0491 570 110"))
    with store.reading() as session:
        contact = contact_of(session, "anne", "test").value
    assert (contact.name, contact.phone, contact.note) == (CONTACT.name, "0491 570 110", "after six")
    assert (enquiry(store).private["pronouns"], enquiry(store).private["safe_contact"]) == ("she/her", ["text"])


def test_without_consent_nothing_is_kept_of_what_was_shown(desk: Enquiring, store: Store, matching) -> None:
    before = count(store, clients)
    assert desk.show(ANNE, matching.match(ANNE), {**ANSWERS, "consent_matching": None}) is None
    assert (count(store, clients), count(store, slates)) == (before, 0)


def test_a_slate_is_kept_as_shown_once_and_can_be_made_again(desk: Enquiring, store: Store, matching) -> None:
    slate = matching.match(ANNE, emphasis={"help": "more"})
    slate_id = desk.show(ANNE, slate, ANSWERS)
    assert slate_id is not None
    assert desk.show(ANNE, matching.match(ANNE, emphasis={"help": "more"}), ANSWERS) == slate_id
    with store.reading() as session:
        assert slates_of(session, "anne") == [slate_id]
        assert snapshot_of(session, slate_id, "test").slate == settled(slate)
    assert match_again(store, slate_id, "test") == settled(slate)
    without = matching.match(ANNE, past_matches=False)
    assert desk.show(replace(ANNE, max_fee=200.0), without, ANSWERS) is not None
    with pytest.raises(NotFoundError):
        enquiry(store)


def test_a_limit_the_client_loosens_after_a_list_is_kept_by_name(desk: Enquiring, store: Store, matching) -> None:
    strict = replace(ANNE, max_fee=100.0, languages=("english",))
    looser = replace(strict, max_fee=200.0)
    for shown in (strict, looser, looser, replace(strict, age=31.0), replace(looser, age=32.0)):
        desk.show(shown, matching.match(shown), ANSWERS)
    with store.reading() as session:
        kept = [(event.kind, event.code, event.actor) for event in events_of(session, "anne", "test")]
    # Raised once; then lowered again, which is no loosening; then raised again.
    assert kept == [("loosened", "max_fee", "client")] * 2


def test_a_request_is_kept_with_everything_said_and_repeats_change_it(desk: Enquiring, store: Store, matching) -> None:
    slate_id = desk.show(ANNE, matching.match(ANNE), ANSWERS)
    asked = replace(ASKED, slate_id=slate_id)
    receipt = desk.send(ANNE, asked, ANSWERS)
    assert desk.send(ANNE, asked, ANSWERS) == receipt
    kept = enquiry(store)
    assert (kept.state, kept.wants, kept.therapist_id, kept.source) == ("new", "therapist", "t1", "web")
    assert kept.due_at == receipt.answer_by > datetime.now(UTC)
    assert kept.private["answers"]["hopes"] == f"{CANARY} to sleep"
    assert kept.consent_matching_at is not None
    assert kept.consent_research_at is None
    assert kinds(store) == ["requested"]
    assert desk.send(ANNE, replace(asked, wants="call_me", therapist_id=None), ANSWERS).reference == receipt.reference
    assert (enquiry(store).wants, enquiry(store).therapist_id) == ("call_me", None)
    assert count(store, enquiries) == count(store, contacts) == 1
    with store.reading() as session:
        assert [choice.therapist_id for choice in choices_of(session, str(slate_id))] == ["t1"]


def test_danger_in_a_note_is_danger(desk: Enquiring, store: Store) -> None:
    note = replace(CONTACT, note="please hurry, I am going to kill myself")
    receipt = desk.send(ANNE, replace(ASKED, contact=note), ANSWERS)
    kept = enquiry(store)
    assert (kept.needs_person, kept.private["why"]) == (True, ["suicide"])
    assert receipt.answer_by < answer_by(SETTINGS, datetime.now(UTC))


def test_words_the_rules_cannot_read_are_marked_for_reading(desk: Enquiring, store: Store) -> None:
    desk.send(ANNE, ASKED, {**ANSWERS, "hopes": "我想睡得好一点，不知道怎么办"})
    assert enquiry(store).needs_reading


def test_a_wish_never_writes_over_what_staff_arranged(desk: Enquiring, store: Store) -> None:
    desk.send(ANNE, ASKED, ANSWERS)
    with store.writing() as session:
        version = enquiry_of(session, "anne", "staff").version
        change_enquiry(session, "anne", version, "staff", state="offered", therapist_id="t2")
    desk.send(ANNE, replace(ASKED, therapist_id="t1", wants="choose_for_me"), ANSWERS)
    kept = enquiry(store)
    assert (kept.state, kept.therapist_id, kept.private["asked_for"]) == ("offered", "t2", "t1")


def test_a_therapist_who_left_meanwhile_or_anothers_slate_stops_nobody(desk: Enquiring, store: Store, matching) -> None:
    theirs = desk.show(replace(ANNE, client_id="ben"), matching.match(replace(ANNE, client_id="ben")), ANSWERS)
    desk.send(ANNE, replace(ASKED, therapist_id="gone", slate_id=theirs), ANSWERS)
    assert (enquiry(store).wants, enquiry(store).therapist_id) == ("therapist", None)
    with store.reading() as session:
        assert choices_of(session, str(theirs)) == []


def test_what_was_not_sent_is_erased_and_what_was_sent_is_for_staff(desk: Enquiring, store: Store, matching) -> None:
    before = count(store, clients)
    assert desk.withdraw("nobody")
    desk.show(ANNE, matching.match(ANNE), ANSWERS)
    assert desk.withdraw("anne")
    assert (count(store, clients), count(store, slates)) == (before, 0)
    desk.send(ANNE, ASKED, ANSWERS)
    assert not desk.withdraw("anne")
    assert not desk.withdraw("anne")
    assert ASKED_TO_ERASE in enquiry(store).private
    assert kinds(store).count(ASKED_TO_ERASE) == 1


def test_a_consent_taken_back_is_gone(desk: Enquiring, store: Store) -> None:
    desk.send(ANNE, ASKED, {**ANSWERS, "consent_research": True})
    since = enquiry(store).consent_research_at
    desk.send(ANNE, ASKED, {**ANSWERS, "consent_research": True, "language": "zh"})
    assert enquiry(store).consent_research_at == since is not None
    desk.send(ANNE, ASKED, ANSWERS)
    assert enquiry(store).consent_research_at is None


def test_a_consent_taken_back_after_sending_is_gone_from_the_store_and_noted(desk: Enquiring, store: Store) -> None:
    desk.consent("anne", {**ANSWERS, "consent_research": True})
    assert count(store, enquiries) == 0
    desk.send(ANNE, ASKED, {**ANSWERS, "consent_research": True})
    matching_since = enquiry(store).consent_matching_at
    assert enquiry(store).consent_research_at is not None
    desk.consent("anne", ANSWERS)
    kept = enquiry(store)
    assert (kept.consent_matching_at, kept.consent_research_at) == (matching_since, None)
    desk.consent("anne", ANSWERS)
    assert kinds(store).count("consent_changed") == 1
    with store.reading() as session:
        written = [
            entry for entry in read_entries(session, subject_id="anne") if entry.detail.get("kind") == "consent_changed"
        ]
    assert len(written) == 1
    desk.consent("anne", {**ANSWERS, "consent_research": True})
    assert enquiry(store).consent_research_at is not None


def test_consent_dropped_by_sending_again_is_noted_and_research_is_no_matching(desk: Enquiring, store: Store) -> None:
    without = {name: value for name, value in ANSWERS.items() if name != "consent_matching"}
    desk.send(ANNE, ASKED, without)
    desk.consent("anne", {**without, "consent_research": True})
    desk.send(ANNE, ASKED, without)
    assert kinds(store).count("consent_changed") == 2
    with store.reading() as session:
        assert took_back_clients(session) == frozenset()
    desk.send(ANNE, ASKED, {**without, "consent_matching": True})
    desk.send(ANNE, ASKED, without)
    with store.reading() as session:
        assert took_back_clients(session) == {"anne"}


def test_a_code_leads_back_and_moves_the_answers(desk: Enquiring, store: Store) -> None:
    with pytest.raises(NotFoundError):
        desk.make_code("a" * 64)
    with store.writing() as session:
        save_draft(session, "a" * 64, ANSWERS, Draft())
    code = desk.make_code("a" * 64)
    assert not desk.take_up("nonsense", "b" * 64)
    assert desk.take_up(code, "b" * 64)
    assert count(store, drafts) == 1


def test_many_tabs_that_send_at_once_make_one_enquiry(desk: Enquiring, store: Store) -> None:
    def send(number: int) -> str:
        contact = replace(CONTACT, phone=f"0491 570 {number:03}")
        return desk.send(ANNE, replace(ASKED, contact=contact), ANSWERS).reference

    with ThreadPoolExecutor(6) as pool:
        references = set(pool.map(send, range(18)))
    assert len(references) == 1
    assert count(store, enquiries) == count(store, contacts) == 1
    assert CANARY not in str(enquiry(store).reference)


def test_a_client_is_told_where_their_own_request_stands(desk: Enquiring, store: Store) -> None:
    assert desk.standing("anne") is None
    told = desk.send(ANNE, ASKED, ANSWERS)
    assert desk.standing("anne") == Standing("new", False, told)
    with store.writing() as session:
        change_enquiry(session, "anne", enquiry(store).version, "test", state="contacted")
    assert desk.standing("anne") == Standing("contacted", False, told)


def change(store: Store, **values: Any) -> None:
    with store.writing() as session:
        seen = client_of(session, "anne", "staff")
        change_client(session, replace(seen.value, **values), seen.version, "staff")


def kept_client(store: Store) -> Client:
    with store.reading() as session:
        return client_of(session, "anne", "test").value


def test_what_staff_changed_meanwhile_stays_when_the_same_is_sent_again(
    desk: Enquiring, store: Store, matching
) -> None:
    asked = replace(ANNE, max_fee=150.0, formats=("in_person",), languages=("arabic",), must_have=("languages",))
    desk.send(asked, ASKED, ANSWERS)
    gave_way = {
        "max_fee": 190.0,
        "formats": ("in_person", "telehealth"),
        "must_have": (),
        "exclude_therapists": ("t2",),
    }
    change(store, **gave_way)
    for again in (
        lambda: desk.send(asked, ASKED, ANSWERS),
        lambda: desk.show(asked, matching.match(asked), ANSWERS),
        lambda: desk.raise_risk(asked, ["suicide"], ANSWERS),
    ):
        again()
        assert kept_client(store) == replace(asked, **gave_way)
    # What the client changes themselves is theirs; of a list, what they added or took away.
    desk.send(replace(asked, max_fee=160.0, formats=("in_person", "phone")), ASKED, ANSWERS)
    assert kept_client(store) == replace(
        asked, **{**gave_way, "max_fee": 160.0, "formats": ("in_person", "telehealth", "phone")}
    )
    # And what they said last is what the next change is told from, however it was sent.
    change(store, max_fee=200.0)
    shown = replace(asked, max_fee=160.0, age=31.0)
    desk.show(shown, matching.match(shown), ANSWERS)
    change(store, age=32.0)
    desk.show(shown, matching.match(shown), ANSWERS)
    assert (kept_client(store).max_fee, kept_client(store).age) == (200.0, 32.0)


def test_how_to_reach_a_client_and_their_words_as_staff_mended_them_stay_too(desk: Enquiring, store: Store) -> None:
    desk.send(ANNE, ASKED, ANSWERS | {"outcome": "rest"})
    with store.writing() as session:
        found = enquiry_of(session, "anne", "staff")
        keep_contact(session, "anne", Contact("Ann Rao", None, "0491 570 110", "after six"), "staff")
        private = {**found.private, "pronouns": "they/them", "answers": {"hopes": "to sleep again", "outcome": "rest"}}
        change_enquiry(session, "anne", found.version, "staff", private=private)
    desk.send(ANNE, replace(ASKED, contact=replace(CONTACT, email="a@example.org")), ANSWERS | {"outcome": "calm"})
    with store.reading() as session:
        contact = contact_of(session, "anne", "test").value
    assert contact == Contact("Ann Rao", "a@example.org", "0491 570 110", "after six")
    kept = enquiry(store).private
    assert (kept["pronouns"], kept["safe_contact"]) == ("they/them", ["text"])
    assert kept["answers"] == {"hopes": "to sleep again", "outcome": "calm"}
    desk.add_contact("anne", replace(CONTACT, email="a@example.org", note="before nine"))
    with store.reading() as session:
        assert contact_of(session, "anne", "test").value == replace(contact, note="before nine")


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_what_staff_change_at_the_very_moment_it_is_sent_again_stays(
    desk: Enquiring, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send(ANNE, ASKED, ANSWERS)
    merge, tries = resent.completed, []

    def meanwhile(kept: Client, before: Client, after: Client) -> Client:
        tries.append(kept.age)
        if len(tries) == 1:
            change(store, age=41.0)
        return merge(kept, before, after)

    monkeypatch.setattr(resent, "completed", meanwhile)
    desk.send(replace(ANNE, max_fee=90.0), ASKED, ANSWERS)
    assert tries == [30.0, 41.0]
    assert (kept_client(store).age, kept_client(store).max_fee) == (41.0, 90.0)
