"""The therapists' page: everybody whose places were not confirmed lately is reminded of."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from made import clinic, therapist
from staff_app import open_app, words
from staffed import INTAKE, OTHER, new_store

from matcher.services.therapist_desk import keep_profile, profile
from matcher.store.clinics import import_clinic
from matcher.store.store import Store
from matcher.ui import staff_therapists
from matcher.ui import wording_staff as w
from matcher.ui import wording_therapists as wt
from matcher.ui.staff_profile import label, style_steps


def asked(app) -> set[str]:
    """Return whose places the page asks to confirm."""
    return {button.key.removeprefix("confirm:") for button in app.button if button.key.startswith("confirm:")}


def test_everybody_stale_is_on_a_page_of_the_reminders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_therapists, "_REMINDED", 2)
    app = open_app(new_store(tmp_path), first="therapists")
    pages = [asked(app)]
    while len(pages) < app.number_input(key="remind:page").max:
        app = app.number_input(key="remind:page").set_value(len(pages) + 1).run()
        assert not app.exception
        pages.append(asked(app))
    assert set.union(*pages) >= {"t2", "t3", "t4", "t5", "t6"}
    assert sum(map(len, pages)) == len(set.union(*pages))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def chosen(store: Store):
    app = open_app(store, first="therapists")
    app = app.selectbox(key="therapist").set_value("t2").run()
    assert not app.exception
    return app


def press(app, label: str):
    app = next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    return app


def field(app, kind: str, name: str):
    return next(found for found in getattr(app, kind) if f":{name}" in found.key)


def test_a_profile_is_kept_again_and_again_whatever_its_places(store: Store) -> None:
    app = chosen(store)
    for places in (5, 4, 6):
        field(app, "number_input", "capacity").set_value(places)
        app = press(app, wt.KEEP)
        assert wt.KEPT in words(app)
        assert profile(INTAKE, store, "t2").therapist.capacity == places
        assert f"{places} open places" in words(app)
    field(app, "multiselect", "declined").set_value(["grief"])
    app = press(app, wt.KEEP)
    assert profile(INTAKE, store, "t2").limits.declined_concerns == ("grief",)
    app = press(app, wt.LINK)
    assert wt.LINK_LEAD in words(app)
    # The choice says the name alone: were it to change with places or leave, the browser would send another one.
    assert "Ben Okafor" in app.selectbox(key="therapist").options


def test_what_was_typed_and_refused_can_be_left_out_and_writes_over_nothing_else(store: Store) -> None:
    app = chosen(store)
    before = profile(INTAKE, store, "t2")
    field(app, "text_area", "bio").set_value("Mira wrote this")
    theirs = replace(before.therapist, fee=123.0)
    keep_profile(OTHER, store, before, theirs, replace(before.limits, declined_concerns=("anger",)))
    app = press(app, wt.KEEP)
    assert w.STALE_VERSION in words(app)
    assert field(app, "text_area", "bio").value == "Mira wrote this"
    assert field(app, "number_input", "fee").value == 123.0
    app = press(app, wt.NOT_TYPED)
    assert field(app, "text_area", "bio").value == (before.therapist.bio or "")
    field(app, "text_area", "bio").set_value("Mira wrote more")
    assert wt.KEPT in words(press(app, wt.KEEP))
    kept = profile(INTAKE, store, "t2")
    assert (kept.therapist.bio, kept.therapist.fee) == ("Mira wrote more", 123.0)
    assert kept.limits.declined_concerns == ("anger",)


def test_limits_both_changed_are_shown_as_they_stand_now_beside_what_was_typed(store: Store) -> None:
    app = chosen(store)
    before = profile(INTAKE, store, "t2")
    field(app, "multiselect", "declined").set_value(["grief"])
    field(app, "date_input", "from").set_value(date(2026, 12, 1))
    field(app, "multiselect", "primary").set_value(["depression"])
    field(app, "number_input", "fee").set_value(150.0)
    field(app, "selectbox", "directiveness").set_value(0.5)
    theirs = replace(before.limits, declined_concerns=("anger", "sleep"), leave_from=date(2026, 12, 24))
    keep_profile(OTHER, store, before, replace(before.therapist, fee=199.5, directiveness=-1.0), theirs)
    app = press(app, wt.KEEP)
    said = words(app)
    for name, now, typed in (
        (wt.DECLINED, f"{label('anger')}, {label('sleep')}", label("grief")),
        (wt.LEAVE_FROM, "24 Dec 2026", "1 Dec 2026"),
        (wt.FIELDS["fee"], "199.5", "150"),
        (wt.FIELDS["directiveness"], *(style_steps("directiveness", step)[step] for step in (-1.0, 0.5))),
    ):
        assert wt.BOTH_CHANGED.format(field=name, now=now, typed=typed) in said
    # Where nobody else changed it there is nothing to look at.
    assert f"{wt.PRIMARY}: now" not in said
    assert field(app, "multiselect", "declined").value == ["grief"]
    press(app, wt.KEEP)
    kept = profile(INTAKE, store, "t2").limits
    assert (kept.declined_concerns, kept.leave_from) == (("grief",), date(2026, 12, 1))
    assert kept.primary_concerns == ("depression",)


def test_a_limit_somebody_emptied_is_said_to_be_nothing(store: Store) -> None:
    first = profile(INTAKE, store, "t2")
    keep_profile(OTHER, store, first, first.therapist, replace(first.limits, declined_concerns=("anger",)))
    app = chosen(store)
    before = profile(INTAKE, store, "t2")
    field(app, "multiselect", "declined").set_value(["grief"])
    keep_profile(OTHER, store, before, before.therapist, replace(before.limits, declined_concerns=()))
    app = press(app, wt.KEEP)
    assert wt.BOTH_CHANGED.format(field=wt.DECLINED, now=wt.NOTHING, typed=label("grief")) in words(app)


def test_two_of_one_name_can_each_be_opened(store: Store) -> None:
    import_clinic(store, clinic(therapist("t8", name="Ben Okafor", fee=999)))
    app = open_app(store, first="therapists")
    names = app.selectbox(key="therapist").options
    assert {"Ben Okafor (t2)", "Ben Okafor (t8)"} <= set(names)
    app.selectbox(key="therapist").select("Ben Okafor (t8)").run()
    assert 999 in [field.value for field in app.number_input]
