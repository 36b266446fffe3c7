"""The staff's list, holds, limits therapists set, and notices, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from stores import small_clinic

from matcher.domain.client import Client
from matcher.store import column_maps, contact_search, enquiries, notices, places, queue, therapist_desk
from matcher.store.clinics import import_clinic
from matcher.store.erasure import erase_client
from matcher.store.errors import AlreadyTakenError, NoPlaceLeftError, NotFoundError, StaleVersionError, StoreError
from matcher.store.queue import Wanted
from matcher.store.rows import Contact, add_client
from matcher.store.store import Store
from matcher.store.therapist_desk import TherapistSettings

NOW = datetime.now(UTC)
STALE = NOW - timedelta(days=28)


def fill(store: Store) -> None:
    """Keep six enquiries: one raised, one overdue, one due later, one by phone, one closed, one of the same person."""
    import_clinic(store, small_clinic(0))
    people = {
        "a": ((("sleep", 1),), {}, Contact("Ada Rao", "ADA@example.org", "0491 570 156")),
        "b": ((("depression", 2),), {"needs_person": True}, None),
        "c": ((("depression", 2), ("sleep", 1)), {"due_at": NOW - timedelta(hours=1)}, Contact("Cy", None, "1")),
        "d": ((("ocd", 1),), {"due_at": NOW + timedelta(hours=1), "wants": "call_me"}, None),
        "e": ((("ocd", 1),), {"state": "closed", "closed_reason": "other"}, Contact("E", "ada@example.org")),
        "f": ((("anger", 1),), {"therapist_id": "t1"}, Contact("Ada R", None, "+61 491 570 156")),
    }
    with store.writing() as session:
        for client_id, (concerns, values, contact) in people.items():
            add_client(session, Client(client_id, concerns), "test", contact)
            source = "phone" if client_id == "d" else "web"
            enquiries.add_enquiry(session, client_id, source, "test", **values)


def ids(store: Store, wanted: Wanted, most: int = 50, first: int = 0) -> tuple[str, int]:
    with store.reading() as session:
        lines, total = queue.listed(session, wanted, NOW, STALE, most, first)
    return "".join(line.client_id for line in lines), total


def test_safety_comes_first_then_what_is_due_then_who_came_first_and_closed_last(store: Store) -> None:
    fill(store)
    assert ids(store, Wanted()) == ("bcdafe", 6)
    assert ids(store, Wanted(), most=2, first=2) == ("da", 6)


FILTERS = (
    (Wanted(states=("closed",)), "e"),
    (Wanted(needs_person=True), "b"),
    (Wanted(overdue=True), "c"),
    (Wanted(source="phone"), "d"),
    (Wanted(concern="depression"), "bc"),
    (Wanted(concern="press"), ""),
    (Wanted(therapist_id="t1"), "f"),
    (Wanted(concern="ocd", states=("new",)), "d"),
    (Wanted(text="a", client_ids=()), "a"),
    (Wanted(text="nobody", client_ids=("c", "f")), "cf"),
    (Wanted(text="%"), ""),
    (Wanted(assigned_to="x"), ""),
    (Wanted(stale=True), ""),
)


def test_each_filter_narrows_the_list(store: Store) -> None:
    fill(store)
    for wanted, expected in FILTERS:
        found, total = ids(store, wanted)
        if wanted.text != "a":
            assert (found, total) == (expected, len(expected)), wanted
        # A reference may hold the letter by chance.
        assert set(expected) <= set(found)


def test_a_reference_is_found_by_part_of_it(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        (line,), _ = queue.listed(session, Wanted(source="phone"), NOW, STALE, 1)
    first, last = line.reference.split("-")
    for typed in (line.reference.lower(), f" {first}{last} ", f"{first} {last.lower()}", f"{first[2:]}{last[:2]}"):
        assert "d" in ids(store, Wanted(text=typed))[0]
    assert ids(store, Wanted(text="-")) == ("", 0)
    assert line.concerns == ("ocd",)
    assert line.held_until is None


def test_counts_say_what_waits(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        found = queue.counts(session, NOW, NOW + timedelta(days=1))
        assert queue.open_clients(session) == ["a", "b", "c", "d", "f"]
    assert found == {"new": 4, "closed": 1, "needs_person": 1, "overdue": 1, "stale": 4, "change": 0, "fit_told": 0}


def test_whose_fit_check_is_to_be_read_is_listed_until_somebody_says_they_have(store: Store) -> None:
    fill(store)

    def told() -> tuple[list[str], int]:
        with store.reading() as session:
            lines, total = queue.listed(session, queue.Wanted(fit_told=True), NOW, NOW, 10)
            assert queue.counts(session, NOW, NOW)["fit_told"] == total
            assert all(line.fit_told for line in lines)
        return [line.client_id for line in lines], total

    assert told() == ([], 0)
    for kind, found in ((enquiries.FIT_TOLD, 1), (enquiries.FIT_READ, 0), (enquiries.FIT_TOLD, 1)):
        with store.writing() as session:
            enquiries.add_event(session, "a", kind, "x")
        assert told() == (["a"] * found, found)


def test_the_stamp_tells_every_change_even_within_one_tick_of_the_clock(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    moment = datetime.now(UTC) + timedelta(minutes=1)
    clock = type("Stopped", (datetime,), {"now": classmethod(lambda cls, zone=None: moment)})
    monkeypatch.setattr(enquiries, "datetime", clock)
    seen = []
    for work in (
        lambda session: enquiries.change_enquiry(session, "a", 1, "x", assigned_to="x"),
        lambda session: enquiries.change_enquiry(session, "a", 2, "x", assigned_to="y"),
        lambda session: enquiries.change_enquiry(session, "c", 1, "x", assigned_to="y"),
        lambda session: erase_client(session, "f", "x", "asked"),
    ):
        with store.writing() as session:
            work(session)
        with store.reading() as session:
            seen.append(queue.stamp(session))
    assert len(set(seen)) == len(seen)


def test_the_same_person_twice_is_found_by_telephone_or_address_among_open_enquiries(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        assert contact_search.same_contact(session) == [("a", "f")]
    with store.writing() as session:
        add_client(session, Client("g", (("ocd", 1),)), "test", Contact("G", "ada@EXAMPLE.org "))
        enquiries.add_enquiry(session, "g", "web", "test")
    with store.reading() as session:
        assert contact_search.same_contact(session) == [("a", "f", "g")]


def test_names_are_searched_in_memory_and_that_is_noted(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        assert contact_search.clients_named(session, "ADA", "a1") == ("a", "f")
        assert contact_search.names_of(session, ["a", "b", "c"], "a1") == {"a": "Ada Rao", "c": "Cy"}
    from matcher.store.audit import read_entries

    with store.reading() as session:
        noted = [(e.action, e.actor) for e in read_entries(session)[:2]]
    assert noted == [("saw names", "a1"), ("searched names", "a1")]


def test_only_a_recorded_call_makes_a_client_checked(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        assert queue.checked_clients(session) == frozenset()
    with store.writing() as session:
        enquiries.record_safety_call(session, "b", 1, "a1", "spoke", "")
    with store.reading() as session:
        assert queue.checked_clients(session) == {"b"}


def test_a_held_place_is_gone_for_others_until_it_is_given_back(store: Store) -> None:
    fill(store)
    with store.writing() as session:
        held = places.take_place(session, "t1", "a", "x", NOW - timedelta(minutes=1))
        kept = places.take_place(session, "t1", "c", "x", NOW + timedelta(days=1))
        with pytest.raises(NoPlaceLeftError):
            places.take_place(session, "t1", "d", "x")
        with pytest.raises(AlreadyTakenError):
            places.take_place(session, "t1", "a", "x")
    with store.writing() as session:
        (lapsed,) = places.lapsed_places(session, NOW)
        assert (lapsed.place_id, lapsed.client_id) == (held, "a")
        places.give_back_place(session, held, "x")
        places.keep_place(session, kept, "x")
        with pytest.raises(NotFoundError):
            places.keep_place(session, held, "x")
    with store.reading() as session:
        assert places.lapsed_places(session, NOW + timedelta(days=2)) == []
        assert places.places_of(session, "a") == []
        assert places.places_of(session, "c")[0].held_until is None
        assert rows_of_line(session, "c").held_until is None


def rows_of_line(session, client_id: str) -> queue.Listed:
    (line,), _ = queue.listed(session, Wanted(client_ids=(client_id,)), NOW, STALE, 1)
    return line


def test_limits_come_out_as_they_went_in_and_two_first_writers_do_not_both_stand(store: Store) -> None:
    fill(store)
    mine = TherapistSettings(
        "t1", date(2026, 12, 20), date(2027, 1, 10), ("ocd",), ("sleep", "grief"), "asha@example.org"
    )
    with store.writing() as session:
        assert therapist_desk.change_settings(session, mine, "x") == 1
    with pytest.raises(StaleVersionError), store.writing() as session:
        therapist_desk.change_settings(session, mine, "y")
    with store.reading() as session:
        assert therapist_desk.settings_of(session, "t1") == replace(mine, version=1)
        assert therapist_desk.all_settings(session) == {"t1": replace(mine, version=1, email=None)}
        assert therapist_desk.settings_of(session, "t2") == TherapistSettings("t2")
        before = therapist_desk.therapist_stamp(session)
    with store.writing() as session:
        therapist_desk.change_settings(session, replace(mine, version=1, leave_until=None), "x")
    with store.reading() as session:
        assert therapist_desk.settings_of(session, "t1").away(date(2030, 1, 1))
        assert not therapist_desk.settings_of(session, "t1").away(date(2026, 12, 19))
        assert therapist_desk.therapist_stamp(session) != before


NO_SENSE = (
    {"declined_concerns": ("nonsense",)},
    {"primary_concerns": ("ocd", "sleep", "grief", "anger")},
    {"declined_concerns": ("ocd",), "primary_concerns": ("ocd",)},
    {"leave_until": date(2026, 1, 1)},
    {"leave_from": date(2026, 1, 2), "leave_until": date(2026, 1, 1)},
)


def test_limits_that_make_no_sense_are_refused(store: Store) -> None:
    fill(store)
    for wrong in NO_SENSE:
        with pytest.raises(StoreError), store.writing() as session:
            therapist_desk.change_settings(session, replace(TherapistSettings("t1"), **wrong), "x")


def test_a_column_map_is_remembered_by_its_name(store: Store) -> None:
    with store.writing() as session:
        column_maps.keep_column_map(session, "therapists", "old", column_maps.ColumnMap({"a": "name"}), "x")
        column_maps.keep_column_map(session, "therapists", "mine", column_maps.ColumnMap({"a": "name"}), "x")
    with store.writing() as session:
        seen = column_maps.column_maps_kept(session, "therapists")["mine"]
        changed = replace(seen, columns={"b": "name"})
        column_maps.keep_column_map(session, "therapists", "mine", changed, "x")
    with store.reading() as session:
        kept = column_maps.column_maps_kept(session, "therapists")
        assert {name: one.columns for name, one in kept.items()} == {"mine": {"b": "name"}, "old": {"a": "name"}}
        assert column_maps.column_maps_kept(session, "clients") == {}


def test_a_column_map_somebody_changed_meanwhile_or_has_named_so_is_not_written_over(store: Store) -> None:
    first, other = column_maps.ColumnMap({"a": "name"}), column_maps.ColumnMap({"b": "name"})
    with store.writing() as session:
        column_maps.keep_column_map(session, "clients", "mine", first, "x")
        seen = column_maps.column_maps_kept(session, "clients")["mine"]
        column_maps.keep_column_map(session, "clients", "mine", replace(other, version=seen.version), "x")
        # The same once more is nothing to write.
        column_maps.keep_column_map(session, "clients", "mine", other, "y")
    with pytest.raises(StaleVersionError), store.writing() as session:
        column_maps.keep_column_map(session, "clients", "mine", replace(seen, words={"a": {"b": "c"}}), "y")
    with pytest.raises(StoreError, match="by this name already"), store.writing() as session:
        column_maps.keep_column_map(session, "clients", "mine", first, "y")
    with store.reading() as session:
        kept = column_maps.column_maps_kept(session, "clients")
    assert kept == {"mine": replace(other, version=seen.version + 1)}


def test_a_notice_waits_to_be_sent_and_seen_and_is_not_repeated(store: Store) -> None:
    with store.writing() as session:
        first = notices.add_notice(session, "raised", "b", "intake")
        assert notices.add_notice(session, "raised", "b", "intake") == first
        other = notices.add_notice(session, "raised", "b", "lead")
        for _ in range(notices.MOST_TRIES):
            notices.tried(session, other, sent=False)
    with store.reading() as session:
        assert [n.notice_id for n in notices.unsent(session)] == [first]
        assert [n.recipient for n in notices.unseen(session, ("intake",))] == ["intake"]
    with store.writing() as session:
        notices.tried(session, first, sent=True)
        notices.tried(session, first, sent=False)
        notices.saw_notices(session, [first])
    with store.reading() as session:
        assert notices.unsent(session) == []
        assert notices.unseen(session, ("intake",)) == []
