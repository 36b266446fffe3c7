"""The queue's page: everybody raised can be reached, and a search is found and left again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from staff_app import open_app, words
from staffed import OTHER, SETTINGS, enquire, look, new_store

from matcher.services.notices import SUBJECTS
from matcher.services.triage import PAGE
from matcher.store import enquiries, notices
from matcher.store.store import Store
from matcher.ui import wording_staff as w
from matcher.ui.staff_common import short


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def press(app, key: str):
    app = app.button(key=key).click().run()
    assert not app.exception
    return app


def listed(app, name: str) -> set[str]:
    """Return the references one of the page's lists shows."""
    return {button.label for button in app.button if button.key.startswith(f"{name}:") and "-" in button.label}


def test_everybody_raised_is_counted_and_reached_however_many_there_are(store: Store) -> None:
    everyone = [f"c{n}" for n in range(PAGE + 1)]
    for client_id in everyone:
        enquire(store, client_id, needs_person=True)
    references = {look(store, client_id).reference for client_id in everyone}
    app = open_app(store)
    assert f"{w.LANE} ({PAGE + 1})" in words(app)
    first = listed(app, "lane")
    app = press(app, "lane:on")
    last = listed(app, "lane")
    assert (len(first), first | last) == (PAGE, references)
    assert listed(app, "list") == set()
    # Somebody called one of them: the page they stand on is gone, the others are not.
    with store.writing() as session:
        enquiries.record_safety_call(session, "c0", 1, "a2", "spoke_go_on", "Safe")
    assert listed(app.run(), "lane") == references - {look(store, "c0").reference}


def test_a_search_finds_a_reference_without_its_hyphen_and_is_left_with_one_click(store: Store) -> None:
    for client_id in "ab":
        enquire(store, client_id)
    first, second = (look(store, client_id).reference for client_id in "ab")
    app = open_app(store)
    assert "narrowed:clear" not in [button.key for button in app.button]
    app = app.text_input(key="queue:text").set_value(first.replace("-", "").lower()).run()
    assert listed(app, "list") == {first}
    assert w.NARROWED in words(app)
    # Whoever opens what they found and comes back sees that the list is narrowed, or sees all of it.
    app = press(press(app, f"list:{first}"), "back")
    narrowed = "narrowed:clear" in [button.key for button in app.button]
    assert listed(app, "list") == ({first} if narrowed else {first, second})
    app = app.text_input(key="queue:text").set_value(second).run()
    app = press(app, "narrowed:clear")
    assert listed(app, "list") == {first, second}
    assert app.text_input(key="queue:text").value == ""


def test_a_line_says_who_waits_how_long_and_what_is_due_by_when(store: Store) -> None:
    now = datetime.now(UTC)
    enquire(store, "a", received_at=now - timedelta(days=9, hours=1), due_at=now + timedelta(hours=5))
    enquire(store, "b", state="booked", therapist_id="t2", due_at=now - timedelta(hours=5))
    said = words(open_app(store))
    assert f"<div>{w.WAITS_FOR.format(span='9 days')}</div>" in said
    assert f'<span class="">due {short(now + timedelta(hours=5), SETTINGS.zone)}</span>' in said
    assert f'<span class="late">Overdue: {short(now - timedelta(hours=5), SETTINGS.zone)}</span>' in said
    # Whoever is booked waits for nobody.
    assert said.count("waits ") == 1


def test_each_count_is_of_those_its_list_shows(store: Store) -> None:
    enquire(store, "a")
    enquire(store, "b", needs_person=True)
    app = open_app(store)
    (shown,) = [group for group in app.get("button_group") if "All open" in str(group.proto)]
    assert "All open (1)" in str(shown.proto)
    assert "New (1)" in str(shown.proto)
    assert len(listed(app, "list")) == 1


def test_a_search_looks_through_everything_whatever_list_was_chosen(store: Store) -> None:
    enquire(store, "a")
    enquire(store, "b", state="closed", closed_reason="declined")
    app = open_app(store)
    for chosen in ("overdue", "change", "stale"):
        app = next(one for one in app.button_group if one.key == "queue:show").set_value(chosen).run()
        assert listed(app, "list") == set()
        for client_id in "ab":
            reference = look(store, client_id).reference
            app = app.text_input(key="queue:text").set_value(reference).run()
            assert listed(app, "list") == {reference}
        app = press(app, "narrowed:clear")


def test_what_nobody_has_seen_stays_until_somebody_says_they_have(store: Store) -> None:
    enquire(store, "a")
    with store.writing() as session:
        notices.add_notice(session, "raised", "a", "intake")
    app = open_app(store)
    assert SUBJECTS["raised"] in words(app)
    for version in (1, 2):
        with store.writing() as session:
            enquiries.change_enquiry(session, "a", version, "a2", assigned_to=f"x{version}")
        app = app.run()
        assert SUBJECTS["raised"] in words(app)
    # Loaded anew, and at a colleague's desk, it is there as well.
    reloaded, colleague = open_app(store), open_app(store, OTHER)
    assert SUBJECTS["raised"] in words(reloaded)
    assert SUBJECTS["raised"] in words(colleague)
    app = press(app, "notices:seen")
    for one in (app, app.run(), colleague.run(), open_app(store)):
        assert SUBJECTS["raised"] not in words(one)
