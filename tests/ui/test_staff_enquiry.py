"""What staff do about one enquiry: closing, logging, a booking moved, and whom a client asked for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from staff_app import go, open_app, words
from staffed import INTAKE, SETTINGS, enquire, held, look, new_store, open_places

from matcher.services.same_person import others
from matcher.store import places
from matcher.store.audit import read_entries
from matcher.store.erasure import erase_client
from matcher.store.rows import Contact, keep_contact
from matcher.store.store import Store
from matcher.ui import wording_staff as w

SOON = datetime.now(SETTINGS.zone).replace(hour=15, minute=30, second=0, microsecond=0) + timedelta(days=30)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def press(app, label: str):
    app = next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    return app


def case(store: Store):
    return press(open_app(store), look(store, "a").reference)


def booked(store: Store, first: datetime | None = SOON) -> None:
    enquire(store, "a", state="booked", therapist_id="t2", first_session_at=first, due_at=first)
    with store.writing() as session:
        places.take_place(session, "t2", "a", "x")


def test_a_booking_is_changed_from_what_it_is_and_not_erased_by_a_blank_day(store: Store) -> None:
    booked(store)
    app = case(store)
    assert w.BOOK not in [button.label for button in app.button]
    day = next(d for d in app.date_input if d.label == w.FIRST_DAY)
    clock = next(t for t in app.time_input if t.label == w.FIRST_TIME)
    assert (day.value, clock.value) == (SOON.date(), SOON.time())
    day.set_value((SOON + timedelta(days=1)).date())
    app = press(app, w.REBOOK)
    assert look(store, "a").first_session_at == SOON + timedelta(days=1)
    next(d for d in app.date_input if d.label == w.FIRST_DAY).set_value(None)
    press(app, w.REBOOK)
    assert look(store, "a").first_session_at == SOON + timedelta(days=1)


def test_a_booking_without_a_day_is_given_one(store: Store) -> None:
    booked(store, None)
    app = case(store)
    assert w.REBOOK not in [button.label for button in app.button]
    next(d for d in app.date_input if d.label == w.FIRST_DAY).set_value(SOON.date())
    press(app, w.SET_FIRST)
    assert look(store, "a").first_session_at is not None


def test_a_first_session_that_is_over_can_still_be_looked_at(store: Store) -> None:
    booked(store, SOON - timedelta(days=60))
    day = next(d for d in case(store).date_input if d.label == w.FIRST_DAY)
    assert day.value == (SOON - timedelta(days=60)).date()


def test_a_contact_logged_without_a_date_leaves_a_booking_due_when_it_is(store: Store) -> None:
    booked(store)
    app = case(store)
    app.selectbox(key="log:outcome").select("reached")
    app = press(app, w.LOG)
    assert w.LOGGED in words(app)
    assert look(store, "a").due_at == SOON
    app.selectbox(key="log:outcome").select("reached")
    app.date_input(key="log:again").set_value(SOON.date() - timedelta(days=9))
    press(app, w.LOG)
    due = look(store, "a").due_at
    assert due is not None
    assert due < SOON - timedelta(days=8)


def test_closing_asks_what_becomes_of_the_place_they_have(store: Store) -> None:
    enquire(store, "a", state="contacted", source="change")
    with store.writing() as session:
        places.take_place(session, "t2", "a", "x")
    before, app = open_places(store, "t2"), case(store)
    next(s for s in app.selectbox if s.label == w.CLOSE_WHY).set_value("declined")
    app = press(app, w.CLOSE)
    assert w.CHOOSE_GOES_ON.format(name="Ben Okafor") in words(app)
    assert look(store, "a").state == "contacted"
    app.radio(key="close:place").set_value(w.PLACE_FREE)
    app = press(app, w.CLOSE)
    assert (look(store, "a").state, held(store, "a"), open_places(store, "t2")) == ("closed", [], before + 1)


def test_only_whom_the_client_asked_for_is_marked_so(store: Store) -> None:
    enquire(store, "a", state="contacted", therapist_id="t1", private={"asked_for": "t2"})
    shown = [html.proto.body for html in case(store).get("html") if "They asked for this person" in html.proto.body]
    assert len(shown) == 1
    assert "Ben Okafor" in shown[0]


@pytest.mark.parametrize(
    ("asked", "said"), [("t2", "Asked for Ben Okafor"), ("t4", "Asked for Dev Rao"), ("gone", w.ASKED_FOR_GONE)]
)
def test_whom_they_ask_for_is_named_though_nobody_suggests_them(store: Store, asked: str, said: str) -> None:
    # The fourth does not work with what they want help with.
    enquire(store, "a", wants="therapist", private={"asked_for": asked})
    shown = words(case(store))
    assert said in shown
    assert w.WANTS["therapist"] + "<" not in shown


def test_nobody_is_offered_on_a_closed_enquiry_and_a_merged_one_leads_to_where_it_goes_on(store: Store) -> None:
    enquire(store, "b")
    enquire(store, "a", state="closed", closed_reason="duplicate", merged_into="b")
    enquire(store, "c", state="closed", closed_reason="no_answer")
    kept = look(store, "b").reference
    for client_id, merged in (("a", True), ("c", False)):
        app = go(open_app(store), "enquiry", r=look(store, client_id).reference)
        labels = [button.label for button in app.button]
        assert w.SUGGESTED in [header.value for header in app.header]
        assert w.OFFER not in labels
        assert (kept in labels) is merged
    app = press(go(app, "enquiry", r=look(store, "a").reference), kept)
    assert app.title[0].value == f"{w.CASE_TITLE} {kept}"
    assert w.OFFER in [button.label for button in app.button]


def test_whoever_wrote_before_is_shown_with_when_it_was_closed_and_why_before_anybody_asks(store: Store) -> None:
    enquire(store, "a", contact=Contact("Ada Rao", phone="0491 570 156"))
    closed = {"state": "closed", "closed_reason": "no_answer", "closed_at": datetime(2026, 5, 9, 3, tzinfo=UTC)}
    received = datetime(2026, 5, 3, 20, tzinfo=UTC)
    enquire(store, "b", contact=Contact(None, phone="+61 491 570 156"), received_at=received, **closed)
    enquire(store, "c", contact=Contact("Cy", phone="0491 570 006"), **closed)
    enquire(store, "d", contact=Contact(None, phone="0491570156"), state="waiting")
    enquire(store, "e", contact=Contact(None, phone="0491570156"), merged_into="a", **closed)
    app = case(store)
    before, also = look(store, "b").reference, look(store, "d").reference
    assert others_shown(app) == [also, before]
    said = words(app)
    # The clinic's own days.
    assert w.OTHER_CLOSED.format(wrote="4 May 2026", on=" on 9 May 2026", why=w.CLOSED["no_answer"]) in said
    assert w.STATES["waiting"].lower() in next(part for part in said.split("<p>") if part.startswith("Open as well"))
    with store.reading() as session:
        assert "searched contacts" in [entry.action for entry in read_entries(session, subject_id="a")]
    app = press(app, before)
    assert app.title[0].value == f"{w.CASE_TITLE} {before}"
    # It looks the same from there; who wrote once is told nothing.
    assert set(others_shown(app)) == {look(store, "a").reference, also}
    app = go(app, "enquiry", r=look(store, "c").reference)
    assert others_shown(app) == []
    assert w.OTHERS not in words(app)


def test_whoever_waits_for_a_call_in_another_enquiry_is_said_to(store: Store) -> None:
    ada = Contact("Ada Rao", phone="0491 570 156")
    for client_id, contact, raised in (("a", ada, False), ("b", ada, True), ("c", Contact("Cy", "cy@e.org"), True)):
        enquire(store, client_id, contact=contact, needs_person=raised)
    app = case(store)
    assert others_shown(app) == [look(store, "b").reference]
    assert [error.value for error in app.error] == [w.OTHERS_CALL]
    # From the enquiry that is raised the other one is found, and nothing is said that its own page does not say.
    app = go(app, "enquiry", r=look(store, "b").reference)
    assert others_shown(app) == [look(store, "a").reference]
    assert not app.error


def test_a_number_given_or_changed_since_is_found_and_one_erased_is_not(store: Store) -> None:
    ada = Contact("Ada Rao", phone="0491 570 156")
    enquire(store, "a", contact=ada)
    enquire(store, "b", state="closed", closed_reason="withdrew")
    assert others(INTAKE, store, "a") == []
    with store.writing() as session:
        keep_contact(session, "b", ada, "x")
    assert [other.client_id for other in others(INTAKE, store, "a")] == ["b"]
    with store.writing() as session:
        keep_contact(session, "b", Contact("Bo", phone="0491 570 006"), "x", 1)
    assert others(INTAKE, store, "a") == []
    with store.writing() as session:
        keep_contact(session, "b", ada, "x", 2)
        erase_client(session, "b", "x", "asked")
    assert others(INTAKE, store, "a") == []


def test_a_number_many_share_does_not_fill_the_page(store: Store) -> None:
    for number in range(12):
        enquire(store, f"r{number}", contact=Contact(None, phone="0491 570 156"), state="closed", closed_reason="other")
    enquire(store, "a", contact=Contact("Ada Rao", phone="0491 570 156"))
    app = case(store)
    assert len(others_shown(app)) == 5
    app = app.number_input(key="others:a").set_value(3).run()
    assert len(others_shown(app)) == 2


def others_shown(app) -> list[str]:
    return [button.label for button in app.button if (button.key or "").startswith("other:")]


def test_their_number_is_rung_when_touched(store: Store) -> None:
    enquire(store, "a", contact=Contact("Ada Rao", phone="0491 570 156"))
    assert 'href="tel:0491570156"' in " ".join(html.proto.body for html in case(store).get("html"))
