"""What enquiries keep to, on SQLite and on PostgreSQL alike."""

from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from stores import CANARY, RING, small_clinic

from matcher.store import audit, enquiries
from matcher.store.clinics import import_clinic
from matcher.store.enquiry_tables import STATES
from matcher.store.errors import NotFoundError, StaleVersionError, StoreError
from matcher.store.store import Store


def begin(store: Store, client_id: str = "c0", **values: object) -> str:
    import_clinic(store, small_clinic())
    with store.writing() as session:
        return enquiries.add_enquiry(session, client_id, "web", "client", **values)


def read(store: Store, client_id: str = "c0") -> enquiries.Enquiry:
    with store.reading() as session:
        return enquiries.enquiry_of(session, client_id, "a1")


def change(store: Store, version: int, client_id: str = "c0", **values: object) -> int:
    with store.writing() as session:
        return enquiries.change_enquiry(session, client_id, version, "a1", **values)


def test_an_enquiry_comes_out_as_it_went_in_and_reading_it_is_noted(store: Store) -> None:
    reference = begin(store, private={"hopes": CANARY, "safe": ["text"]}, language="zh", wants="call_me")
    kept = read(store)
    assert (kept.reference, kept.state, kept.source, kept.language, kept.wants, kept.version) == (
        reference, "new", "web", "zh", "call_me", 1,
    )  # fmt: skip
    assert kept.private == {"hopes": CANARY, "safe": ["text"]}
    assert kept.received_at.tzinfo is not None
    with store.reading() as session:
        seen = [(e.actor, e.action, e.subject_id) for e in audit.read_entries(session) if e.subject == "enquiry"]
        assert enquiries.client_of_reference(session, reference.lower().replace("-", "")) == "c0"
        assert enquiries.client_of_reference(session, "ZZZZ-ZZZZ") is None
        assert audit.verify(session, RING.audit).intact
    assert seen == [("a1", "saw", "c0"), ("client", "added", "c0")]


def test_words_of_an_enquiry_and_its_events_are_nowhere_in_the_clear(store: Store) -> None:
    begin(store, private={"hopes": CANARY})
    with store.writing() as session:
        enquiries.add_event(session, "c0", "call", "a1", "reached", f"{CANARY} rang back")
    with store.engine.connect() as connection:
        for table in ("enquiries", "enquiry_events", "audit"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            assert CANARY.encode() not in b"|".join(
                cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row
            )


def test_events_come_back_in_order_with_their_words(store: Store) -> None:
    begin(store)
    with store.writing() as session:
        enquiries.add_event(session, "c0", "call", "a1", "no_answer")
        enquiries.add_event(session, "c0", "call", "a2", "reached", f" {CANARY} ")
    with store.reading() as session:
        found = enquiries.events_of(session, "c0", "a1")
    assert [(e.kind, e.actor, e.code, e.words) for e in found] == [
        ("call", "a1", "no_answer", None),
        ("call", "a2", "reached", CANARY),
    ]


def test_two_changes_of_one_version_do_not_both_stand(store: Store) -> None:
    begin(store)
    assert change(store, 1, state="contacted") == 2
    with pytest.raises(StaleVersionError):
        change(store, 1, state="waiting")
    assert read(store).state == "contacted"


def test_of_many_at_once_exactly_one_change_stands(store: Store) -> None:
    begin(store)
    together, done = Barrier(4), []

    def work(name: str) -> None:
        together.wait()
        try:
            change(store, 1, assigned_to=name)
            done.append(name)
        except StaleVersionError:
            pass

    threads = [Thread(target=work, args=(f"a{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [read(store).assigned_to] == done


def test_nobody_is_offered_while_a_person_is_needed_and_only_a_recorded_call_ends_that(store: Store) -> None:
    begin(store, needs_person=True)
    for state in ("offered", "booked"):
        with pytest.raises(StoreError, match="speak with this client first"):
            change(store, 1, state=state, therapist_id="t1")
    with pytest.raises(StoreError, match="recorded call"):
        change(store, 1, needs_person=False)
    with pytest.raises(StoreError, match="recorded call"):
        change(store, 1, needs_person=False, state="offered", therapist_id="t1")
    with store.writing() as session:
        version = enquiries.record_safety_call(session, "c0", 1, "a1", "spoke", CANARY)
    assert not read(store).needs_person
    assert change(store, version, state="offered", therapist_id="t1") == version + 1
    with store.reading() as session:
        (call,) = enquiries.events_of(session, "c0", "a1")
    assert (call.kind, call.actor, call.code, call.words) == ("safety_call", "a1", "spoke", CANARY)


def test_a_call_is_not_kept_where_somebody_else_changed_the_enquiry(store: Store) -> None:
    begin(store, needs_person=True)
    change(store, 1, assigned_to="a2")
    with pytest.raises(StaleVersionError), store.writing() as session:
        enquiries.record_safety_call(session, "c0", 1, "a1", "spoke", "")
    assert read(store).needs_person


def test_closing_needs_a_reason_and_opening_again_forgets_it(store: Store) -> None:
    begin(store)
    with pytest.raises(StoreError, match="has a reason"):
        change(store, 1, state="closed")
    change(store, 1, state="closed", closed_reason="no_answer")
    closed = read(store)
    assert closed.closed_at is not None
    assert closed.closed_reason == "no_answer"
    change(store, 2, state="contacted")
    again = read(store)
    assert (again.closed_at, again.closed_reason) == (None, None)


def test_moments_are_noted_once_a_state_is_reached(store: Store) -> None:
    begin(store)
    with pytest.raises(StoreError, match="names its therapist"):
        change(store, 1, state="offered")
    change(store, 1, state="offered", therapist_id="t1")
    offered = read(store)
    assert offered.offered_at is not None
    change(store, 2, state="booked")
    booked = read(store)
    assert booked.booked_at is not None
    assert booked.offered_at == offered.offered_at
    assert booked.updated_at >= offered.updated_at


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STATES), max_size=6), st.booleans())
def test_no_path_leaves_the_allowed_ones(store: Store, wished: list[str], needed: bool) -> None:
    with store.engine.begin() as connection:
        connection.execute(enquiries.enquiries.delete())
        connection.execute(text("DELETE FROM places"))
    begin(store, needs_person=needed)
    at, version = "new", 1
    for state in wished:
        allowed = state == at or state in enquiries.NEXT_STATES[at]
        allowed = allowed and not (needed and state in enquiries.WITH_THERAPIST)
        try:
            version = change(store, version, state=state, therapist_id="t1", closed_reason="other")
            assert allowed
            at = state
        except StoreError:
            assert not allowed
    with store.engine.connect() as connection:
        assert connection.scalar(select(enquiries.enquiries.c.state)) == at


def test_what_is_not_there_is_said(store: Store) -> None:
    begin(store)
    with pytest.raises(NotFoundError):
        read(store, "c1")
    with pytest.raises(NotFoundError):
        change(store, 1, reference="AAAA-AAAA")
    with pytest.raises(StoreError), store.writing() as session:
        enquiries.add_enquiry(session, "c0", "web", "client")
