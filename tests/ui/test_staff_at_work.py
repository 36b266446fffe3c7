"""The staff's pages at work: duplicates, the list accepted one by one, past work with its interval, the handover."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from made import client, clinic, therapist
from staff_app import open_app, words
from staffed import CLINIC, INTAKE, NOW, OTHER, SETTINGS, enquire, held, look, new_store, open_places

from matcher.services import fit_enquiry
from matcher.services.access import Person
from matcher.services.client_files import take_in_clients
from matcher.services.handover import handover_text
from matcher.services.practice_files import read_export
from matcher.services.records import FEWEST, records
from matcher.services.safety_lane import (
    BY_STAFF,
    FIT_NOTE,
    HANDOVER,
    OUTCOMES,
    SAW_OR_HEARD,
    keep_handover,
    kept_handover,
    raise_concern,
    record_call,
)
from matcher.store import queue
from matcher.store.accounts import add_account
from matcher.store.clinics import import_clinic
from matcher.store.column_maps import ColumnMap
from matcher.store.enquiries import events_of
from matcher.store.rows import Contact
from matcher.store.store import Store
from matcher.ui import staff_place, staff_same_person
from matcher.ui import wording_staff as w
from matcher.ui.staff_common import short


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def press(app, label: str, nth: int = 0):
    app = [b for b in app.button if b.label == label][nth].click().run()
    assert not app.exception
    return app


def case(store: Store, client_id: str):
    return press(open_app(store), look(store, client_id).reference)


def test_what_was_written_in_a_fit_check_is_on_the_page_once(store: Store) -> None:
    enquire(store, "a")
    why = fit_enquiry.Change("t1", 3, ("other",), "I may <b>die</b>")
    with store.writing() as session:
        fit_enquiry.raise_hand(session, "a", ["suicide"], "Nobody hears me", SETTINGS, unread=False)
        fit_enquiry.raise_hand(session, "a", ["suicide"], why.note, SETTINGS, unread=False)
        fit_enquiry.ask(session, "a", why, SETTINGS)
    app = case(store, "a")
    assert FIT_NOTE in [header.value for header in app.header]
    told = re.findall(r'class="words">([^<]*)', words(app))
    assert told == ["Nobody hears me", "I may &lt;b&gt;die&lt;/b&gt;"]


def test_duplicates_are_shown_and_merged_only_when_somebody_says_so(store: Store) -> None:
    for client_id in ("a", "b"):
        enquire(store, client_id, contact=Contact("Ada Rao", "ada@example.org"))
    enquire(store, "c", contact=Contact("Cy Moreno", "cy@example.org"))
    first, second = look(store, "a").reference, look(store, "b").reference
    app = open_app(store)
    said = words(app)
    assert w.DUPLICATES_LEAD in said
    assert f"<b>Ada Rao</b> {first} (New" in said
    assert f"{look(store, 'c').reference} (New" not in said
    assert {look(store, client_id).state for client_id in "abc"} == {"new"}
    assert f"<b>Ada Rao</b> {second} (New" in said
    app = press(app, w.MERGE.format(keep=first))
    assert w.MERGED.format(keep=first) in words(app)
    assert w.DUPLICATES_LEAD not in words(app)
    assert (look(store, "a").state, look(store, "c").state) == ("new", "new")
    assert (look(store, "b").state, look(store, "b").closed_reason, look(store, "b").merged_into) == (
        "closed", "duplicate", "a",
    )  # fmt: skip


def test_however_many_duplicates_there_are_the_first_are_shown_and_the_rest_counted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_AT_ONCE", 3)
    monkeypatch.setattr(staff_same_person, "PAGE", 2)
    for n in range(8):
        enquire(store, f"c{n}", contact=Contact(None, f"{n % 4}@example.org"))
    app = open_app(store)
    assert sum(button.key.startswith("merge:") for button in app.button) == 2
    assert w.DUPLICATES_MORE.format(n=2) in words(app)


def test_whoever_stands_twice_on_the_list_or_waits_for_a_call_elsewhere_is_named_before_anybody_is_placed(
    store: Store,
) -> None:
    ada, bo = Contact("Ada Rao", phone="0491 570 156"), Contact("Bo", "bo@example.org")
    for client_id, contact, raised in (("a", ada, False), ("b", ada, False), ("c", bo, False), ("d", bo, True)):
        enquire(store, client_id, contact=contact, needs_person=raised)
    enquire(store, "e", contact=Contact("Cy", "cy@example.org"))
    references = {client_id: look(store, client_id).reference for client_id in "abcde"}
    said = words(open_app(store, first="place-list"))
    assert w.TWICE.format(n=2) in said
    assert f"<li>{references['a']} and {references['b']}</li>" in said
    assert f"<li>{references['c']} and {w.WAITS_FOR_CALL.format(reference=references['d'])}</li>" in said


def test_nothing_is_said_of_twins_where_nobody_on_the_list_has_one(store: Store) -> None:
    enquire(store, "a", contact=Contact("Ada Rao", phone="0491 570 156"))
    for client_id in "bc":
        enquire(store, client_id, contact=Contact("Bo", "bo@example.org"), needs_person=True)
    said = words(open_app(store, first="place-list"))
    assert w.TWICE.split(":")[0] not in said


def test_the_placed_list_is_accepted_one_by_one(store: Store) -> None:
    for client_id in "abc":
        enquire(store, client_id)
    app = press(open_app(store, first="place-list"), w.ACCEPT, 1)
    said = words(app)
    assert w.ACCEPTED.format(n=1) in said
    assert "2 of 2 clients placed" in said
    offered = [client_id for client_id in "abc" if look(store, client_id).state == "offered"]
    assert len(offered) == 1
    assert [client_id for client_id in "abc" if held(store, client_id)] == offered
    app = press(app, w.ACCEPT)
    assert sum(look(store, client_id).state == "offered" for client_id in "abc") == 2


def whom(app) -> dict[str, str]:
    """Return whom the page places each client with, by reference."""
    names = dict(zip(CLINIC.therapists["therapist_id"], CLINIC.therapists["name"], strict=True))
    accepted = [(button.key or "").split(":") for button in app.button if (button.key or "").startswith("accept:")]
    shown = {reference: str(names[therapist]) for _, reference, therapist in accepted}
    assert all(f"→ <b>{name}</b>" in words(app) for name in shown.values())
    return shown


@pytest.mark.slow
def test_a_client_placed_by_hand_and_a_changed_caseload_move_the_plan(store: Store) -> None:
    for client_id in "ab":
        enquire(store, client_id)
    one, app = look(store, "a").reference, open_app(store, first="place-list")
    before = whom(app)
    names = set(app.selectbox(key="pin:therapist").options)
    other = min(names - {before[one]})
    app.selectbox(key="pin:client").select(one)
    app.selectbox(key="pin:therapist").select(other)
    app = press(app, w.KEEP_PAIR, [b.label for b in app.button].count(w.KEEP_PAIR) - 1)
    assert f"{one} with {other}" in words(app)
    assert whom(app)[one] == other
    app = press(app, w.UNDO)
    assert whom(app) == before
    app.selectbox(key="load:who").select(before[one])
    app.number_input(key="load:places").set_value(0)
    app = press(app, w.ASK)
    assert f"{before[one]}: 0 open places" in words(app)
    assert before[one] not in whom(app).values()


def test_a_number_of_places_tried_out_is_lowered_by_each_offer_made(store: Store) -> None:
    for client_id in "ab":
        enquire(store, client_id)
    app = open_app(store, first="place-list")
    name = whom(app)[look(store, "a").reference]
    app.selectbox(key="load:who").select(name)
    app.number_input(key="load:places").set_value(3)
    app = press(app, w.ASK)
    assert f"{name}: 3 open places" in words(app)
    app = next(b for b in app.button if (b.key or "").startswith(f"accept:{look(store, 'a').reference}")).click().run()
    assert f"{name}: 2 open places" in words(app)
    press(app, w.KEEP_CASELOADS)
    (place,) = held(store, "a")
    assert open_places(store, place.therapist_id) == 2


def test_places_tried_out_are_written_before_the_whole_plan_is_accepted(store: Store) -> None:
    only = {"exclude_therapists": ("t1", "t3", "t4", "t5", "t6", "t7")}
    for client_id in "abc":
        enquire(store, client_id, **only)
    app = open_app(store, first="place-list")
    assert len(whom(app)) == 2
    app.selectbox(key="load:who").select("Ben Okafor")
    app.number_input(key="load:places").set_value(4)
    app = press(app, w.ASK)
    # Tried as well, and needed by nobody: it is not named, and not written.
    app.selectbox(key="load:who").select("Clara Nguyen")
    app.number_input(key="load:places").set_value(0)
    app = press(app, w.ASK)
    before = open_places(store, "t3")
    assert w.WRITE_FIRST.format(whose="Ben Okafor (4 instead of 2)") in words(app)
    assert w.ACCEPT_ALL.format(n=3) not in [button.label for button in app.button]
    app = press(app, w.WRITE_AND_ACCEPT.format(n=3))
    assert w.ACCEPTED.format(n=3) in words(app)
    assert [look(store, client_id).state for client_id in "abc"] == ["offered"] * 3
    assert open_places(store, "t2") == 1
    assert open_places(store, "t3") == before


def test_a_refused_offer_of_a_place_tried_out_says_to_write_it(store: Store) -> None:
    enquire(store, "a", exclude_therapists=("t1", "t2", "t3", "t4", "t5", "t6"))
    app = open_app(store, first="place-list")
    app.selectbox(key="load:who").select("Gus Petrov")
    app = press(app, w.ASK)
    assert w.NOT_WRITTEN in words(press(app, w.ACCEPT))


def test_a_pin_that_cannot_be_kept_leaves_the_rest_of_the_plan(store: Store) -> None:
    enquire(store, "a", exclude_therapists=("t2",))
    enquire(store, "b")
    one, app = look(store, "a").reference, open_app(store, first="place-list")
    app.selectbox(key="pin:client").select(one)
    app.selectbox(key="pin:therapist").select("Ben Okafor")
    app = press(app, w.KEEP_PAIR, [b.label for b in app.button].count(w.KEEP_PAIR) - 1)
    why = "This therapist is never to be suggested to this client."
    assert w.UNKEPT.format(who=one, name="Ben Okafor", why=why) in words(app).replace("\\", "")
    assert "2 of 2 clients placed" in words(app)
    assert set(whom(app)) == {one, look(store, "b").reference}


def test_the_plan_opens_each_enquiry_by_name_with_who_has_a_place_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    enquire(store, "a", exclude_therapists=tuple(f"t{n}" for n in range(1, 8)), contact=Contact("Ada Rao"))
    enquire(store, "b", contact=Contact("Bo Lind"))
    enquire(store, "c", contact=Contact("Cy Moreno"))
    references = {client_id: look(store, client_id).reference for client_id in "abc"}
    app = open_app(store, first="place-list")
    opens = [button.label for button in app.button if (button.key or "").startswith("open:")]
    assert opens[-1] == references["a"]
    assert set(opens) == set(references.values())
    for name in ("Ada Rao", "Bo Lind", "Cy Moreno"):
        assert f"<b>{name}</b>" in words(app)
    assert w.ACCEPT_ALL.format(n=2) in [button.label for button in app.button]
    app = press(app, references["b"])
    assert app.title[0].value == f"{w.CASE_TITLE} {references['b']}"
    monkeypatch.setattr(staff_place, "PAGE", 2)
    app = open_app(store, first="place-list")
    assert w.ACCEPT_PAGES.format(n=2, pages=2) in [button.label for button in app.button]
    assert app.number_input(key="list:page").label == w.PAGE_OF.format(pages=2)


def test_a_pair_that_staff_rule_out_stays_parted_when_the_list_is_solved_again(store: Store) -> None:
    for client_id in "ab":
        enquire(store, client_id)
    one, app = look(store, "a").reference, open_app(store, first="place-list")
    before = whom(app)
    app = next(b for b in app.button if (b.key or "").startswith(f"ban:{one}:")).click().run()
    assert f"{one} not with {before[one]}" in words(app)
    assert whom(app).keys() == before.keys()
    assert whom(app)[one] != before[one]
    enquire(store, "c")
    app = press(app.run(), w.SOLVE_AGAIN)
    assert whom(app).keys() == {*before, look(store, "c").reference}
    assert whom(app)[one] != before[one]
    app = press(app, w.UNDO)
    assert f"{one} not with" not in words(app)


def measured(store: Store, therapist_id: str, courses: int, improved: int) -> None:
    """Keep courses of therapy with scores, the first of them reliably better at the end."""
    people = tuple(client(f"{therapist_id}-{n}") for n in range(courses))
    episodes = tuple(
        {
            "episode_id": f"e{person['client_id']}", "client_id": person["client_id"], "therapist_id": therapist_id,
            "started_on": "2026-01-05", "ended_on": "2026-06-05", "ending": "planned", "measure": "phq9",
            "score_start": 18, "score_end": 5 if n < improved else 18,
        }
        for n, person in enumerate(people)
    )  # fmt: skip
    kept = therapist(therapist_id, name="Ben Okafor" if therapist_id == "t2" else "Clara Nguyen", modalities="cbt")
    import_clinic(store, clinic(kept, people=people, episodes=episodes))


def test_past_work_stands_with_its_interval_and_number_of_cases_or_too_few(store: Store) -> None:
    measured(store, "t2", 20, 14)
    measured(store, "t3", FEWEST - 1, 9)
    enquire(store, "a")
    known = {record.domain: record for record in records(store)["t2"]}
    record = known["all"]
    assert record.n == 20
    assert record.low < record.rate < record.high
    said = words(case(store, "a"))
    whole = w.RECORD.format(share=record.rate, low=record.low, high=record.high, n=20, what="(all concerns)")
    assert f"{record.low:.0%} to {record.high:.0%}; 20 cases" in whole
    assert whole in said
    assert f"{FEWEST - 1} cases here, too few to say" in said
    assert w.RECORD_NONE in said


def test_two_in_one_handover_sheet_each_find_what_the_other_wrote(store: Store) -> None:
    enquire(store, "a")
    app = case(store, "a")
    keep_handover(OTHER, store, "a", {"symptoms": "Sleeps badly", "supports": "A sister"})

    def field(name: str) -> object:
        return next(area for area in app.text_area if area.label == HANDOVER[name])

    field("symptoms").set_value("Sleeps two hours")
    field("harm").set_value("None today")
    app = press(app, w.KEEP_HANDOVER)
    both = {"symptoms": "Sleeps badly\nSleeps two hours", "supports": "A sister", "harm": "None today"}
    assert {name: field(name).value for name in HANDOVER if field(name).value} == both
    # Kept once more as it stands, nothing is doubled; and what is emptied goes.
    field("supports").set_value("")
    app = press(app, w.KEEP_HANDOVER)
    with store.reading() as session:
        events = events_of(session, "a", "test")
    assert kept_handover(events) == {name: both[name] for name in ("symptoms", "harm")}


def test_a_handover_is_written_kept_and_saved_for_anybody(store: Store) -> None:
    enquire(store, "a", contact=Contact("Ada Rao", None, "0491 570 156"), about="I cannot sleep",
            private={"safe_contact": ["text"]})  # fmt: skip
    app = case(store, "a")
    next(area for area in app.text_area if area.label == HANDOVER["symptoms"]).set_value("Sleeps two hours")
    # Nothing is saved before it is kept, and a field is sent together with the click that keeps it.
    assert not app.get("link_button")
    assert "FormSubmitter" in next(b.key for b in app.button if b.label == w.KEEP_HANDOVER)
    app = press(app, w.KEEP_HANDOVER)
    (link,) = app.get("link_button")
    reference = look(store, "a").reference
    assert (link.proto.label, link.proto.url) == (w.SAVE_HANDOVER, f"/exports/handover.txt?who={reference}")
    assert f"{HANDOVER['symptoms']}: Sleeps two hours" in words(app)
    harbour, morning = SETTINGS.model_copy(update={"clinic_name": "Harbour"}), NOW - timedelta(hours=5)
    sheet = handover_text(INTAKE, store, harbour, reference, morning)
    for part in (
        "Harbour",
        "Written 23 November 2026",
        "Ada Rao",
        "0491 570 156",
        "text",
        "I cannot sleep",
        "Sleeps two hours",
        *HANDOVER.values(),
    ):
        assert part in sheet
    assert "Why a person was asked for" not in sheet
    # Whoever opens the page anew goes on from what was kept.
    shown = {area.label: area.value for area in case(store, "a").text_area}
    assert shown[HANDOVER["symptoms"]] == "Sleeps two hours"


def test_somebody_of_whom_nothing_is_known_has_a_whole_page(store: Store) -> None:
    waiting = read_export(b"Patient ID,Room\np1,4\n")
    take_in_clients(INTAKE, store, SETTINGS, waiting, ColumnMap({"Patient ID": "client_id"}), "")
    app = case(store, "p1")
    said = words(app)
    for part in (w.NO_CONTACT, w.NOTHING_TOLD, w.NO_CONCERN):
        assert part in said
    assert w.HISTORY in [header.value for header in app.header]


def test_somebody_raised_without_a_rule_can_be_called(store: Store) -> None:
    enquire(store, "a", needs_person=True)
    assert w.RECORD_CALL in [button.label for button in case(store, "a").button]


def test_what_staff_raised_is_printed_with_who_when_and_their_words_on_page_and_sheet(store: Store) -> None:
    enquire(store, "a", about="I want to kill myself", private={"answers": {"safety": "yes"}})
    with store.writing() as session:
        mira = add_account(session, "mira", "Mira Rao", "intake", "test")
    person = Person(mira.account_id, "mira", "intake")
    raise_concern(person, store, SETTINGS, "a", 1, "Her <b>mother</b> rang", NOW)
    raise_concern(OTHER, store, SETTINGS, "a", 2, "", NOW)
    with store.reading() as session:
        last, first = [event for event in reversed(events_of(session, "a", "x")) if event.kind == "raised"]
    zone = SETTINGS.zone
    rules = next(part for part in words(case(store, "a")).split(w.RULES_ARE_NO_RATING) if SAW_OR_HEARD in part)
    assert f"{BY_STAFF} ({OTHER.account_id}, {short(last.at, zone)})</li>" in rules
    assert f"{BY_STAFF} (mira, {short(first.at, zone)}): “Her &lt;b&gt;mother&lt;/b&gt; rang”" in rules
    assert "kill myself" in rules
    # What was done says it in words, not in a code.
    assert f"<li>{w.EVENTS['raised']}\nHer &lt;b&gt;mother" in words(case(store, "a"))
    sheet = handover_text(INTAKE, store, SETTINGS, look(store, "a").reference, NOW)
    when = f"{first.at.astimezone(zone):%-d %B %Y %H:%M}"
    assert f"- {BY_STAFF} (mira, {when}): Her <b>mother</b> rang" in sheet
    assert "kill myself" in sheet
    assert "Calls about safety" not in sheet
    record_call(person, store, SETTINGS, "a", 3, "no_answer", "", NOW)
    record_call(OTHER, store, SETTINGS, "a", 4, "spoke_go_on", "Safe tonight, her sister stays", NOW)
    sheet = handover_text(INTAKE, store, SETTINGS, look(store, "a").reference, NOW)
    _, calls = sheet.split("Calls about safety:\n")
    last, before = calls.splitlines()[:2]
    assert last.startswith(f"- {OUTCOMES['spoke_go_on']} ({OTHER.account_id}, ")
    assert last.endswith("): Safe tonight, her sister stays")
    assert before.startswith(f"- {OUTCOMES['no_answer']} (mira, ")


def test_who_was_called_and_named_no_concern_is_not_asked_to_be_called_again(store: Store) -> None:
    enquire(store, "a", concerns=(), needs_person=True)
    raise_concern(INTAKE, store, SETTINGS, "a", 1, "Sounded frightened", NOW)
    assert w.WHY_RAISED in [header.value for header in case(store, "a").header]
    record_call(INTAKE, store, SETTINGS, "a", look(store, "a").version, "spoke_go_on", "Safe tonight", NOW)
    app = case(store, "a")
    assert w.WHY_RAISED not in [header.value for header in app.header]
    assert w.NO_CONCERN in words(app)


def test_whoever_is_left_out_is_paged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_place, "PAGE", 2)
    for client_id in "abc":
        enquire(store, client_id, needs_reading=True)
    app = open_app(store, first="place-list")
    assert sum((button.key or "").startswith("left:") for button in app.button) == 2
    app = app.number_input(key="list:left unread").set_value(2).run()
    assert sum((button.key or "").startswith("left:") for button in app.button) == 1


def test_of_those_who_nearly_fit_the_best_are_named_and_the_rest_counted(store: Store) -> None:
    # None of them is within the fee; who works with the concern comes before who does not, whatever their place.
    others = [therapist(f"z{n}", name=f"Far {n}", fee=300, concerns="anger") for n in range(6)]
    import_clinic(store, clinic(*others, therapist("zz", name="Near Best", fee=300, concerns="depression")))
    enquire(store, "a", max_fee=250, must_have=("max_fee",), exclude_therapists=tuple(f"t{n}" for n in range(1, 8)))
    app = case(store, "a")
    (choice,) = [radio for radio in app.radio if (radio.key or "").startswith("near who:")]
    assert choice.options[0] == "Near Best"
    assert w.NEAR_MORE.format(n=2) in words(app)
