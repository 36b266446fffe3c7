"""A therapist's own page: opened by the clinic's code alone, theirs to keep, and the clinic's part left as it is."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import fake_services
from staffed import INTAKE, OTHER, new_store
from walking import opened, title

from matcher.services.therapist_desk import keep_profile, make_link, profile
from matcher.store.store import Store
from matcher.ui import wiring
from matcher.ui import wording_therapists as w
from matcher.ui.staff_profile import label


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path)
    wiring.install(replace(fake_services(), store=lambda: store))
    return store


def page():
    app = opened()
    pages = app._registered_pages.items()
    app._page_hash = next(key for key, info in pages if info.get("url_pathname") == "my-profile")
    app.run()
    assert not app.exception
    assert title(app) == w.OWN_TITLE
    return app


def send(app, label: str):
    app = next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def enter(store: Store):
    app = page()
    app.text_input[0].set_value(make_link(INTAKE, store, "t2", datetime.now(UTC)))
    return send(app, w.OWN_OPEN)


def test_a_wrong_code_opens_nobodys_profile(store: Store) -> None:
    app = page()
    app.text_input[0].set_value("nope-nope-nope")
    app = send(app, w.OWN_OPEN)
    assert [error.value for error in app.error] == [w.OWN_WRONG]
    assert not app.text_area


@pytest.mark.slow
def test_a_therapist_keeps_what_is_theirs_and_not_the_clinics_part(store: Store) -> None:
    app = enter(store)
    assert [header.value for header in app.header] == ["Ben Okafor"]
    assert w.FIELDS["fee"] not in [field.label for field in app.number_input]
    next(area for area in app.text_area if area.label == w.FIELDS["bio"]).set_value("I work slowly.")
    next(number for number in app.number_input if number.label == w.FIELDS["capacity"]).set_value(1)
    next(field for field in app.multiselect if field.label == w.DECLINED).set_value(["trauma"])
    app = send(app, w.KEEP)
    assert [said.value for said in app.success] == [w.OWN_KEPT]
    kept = profile(INTAKE, store, "t2")
    assert (kept.therapist.bio, kept.therapist.capacity, kept.therapist.fee) == ("I work slowly.", 1, None)
    assert kept.limits.declined_concerns == ("trauma",)
    # They may go on: what they just kept is not taken for somebody else's change.
    next(area for area in app.text_area if area.label == w.FIELDS["bio"]).set_value("I work slowly, and listen.")
    app = send(app, w.KEEP)
    assert [said.value for said in app.success] == [w.OWN_KEPT]
    assert profile(INTAKE, store, "t2").therapist.bio == "I work slowly, and listen."


@pytest.mark.slow
def test_what_was_typed_and_refused_stands_in_the_form_again_beside_what_the_clinic_changed(store: Store) -> None:
    app = enter(store)
    before = profile(INTAKE, store, "t2")
    next(area for area in app.text_area if area.label == w.FIELDS["bio"]).set_value("I work slowly.")
    next(field for field in app.multiselect if field.label == w.DECLINED).set_value(["trauma"])
    next(field for field in app.multiselect if field.label == w.FIELDS["modalities"]).set_value(["act"])
    # A place of theirs was taken, and the clinic wrote of them and of their limits.
    theirs = replace(before.therapist, capacity=1, bio="The clinic wrote this")
    keep_profile(OTHER, store, before, theirs, replace(before.limits, declined_concerns=("anger",)))
    app = send(app, w.KEEP)
    assert [error.value for error in app.error] == [w.OWN_STALE]
    assert [warning.value for warning in app.warning] == [w.OWN_TYPED_AGAIN]
    (said,) = [element.proto.body for element in app.get("html") if "<ul" in element.proto.body]
    for name, now, typed in (
        ("bio", "The clinic wrote this", "I work slowly."),
        ("declined_concerns", label("anger"), label("trauma")),
    ):
        assert w.BOTH_CHANGED.format(field=w.FIELDS[name], now=now, typed=typed) in said
    assert w.FIELDS["capacity"] not in said
    assert next(area for area in app.text_area if area.label == w.FIELDS["bio"]).value == "I work slowly."
    assert next(number for number in app.number_input if number.label == w.FIELDS["capacity"]).value == 1
    app = send(app, w.KEEP)
    assert [said.value for said in app.success] == [w.OWN_KEPT]
    assert not app.warning
    kept = profile(INTAKE, store, "t2")
    assert (kept.therapist.bio, kept.therapist.capacity, kept.therapist.modalities) == ("I work slowly.", 1, ("act",))
    assert kept.limits.declined_concerns == ("trauma",)


def test_a_newer_code_ends_the_page_somebody_has_open(store: Store) -> None:
    app = enter(store)
    make_link(INTAKE, store, "t2", datetime.now(UTC))
    app.run()
    assert [error.value for error in app.error] == [w.OWN_WRONG]
