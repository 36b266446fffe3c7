"""The page that takes in an export: columns guessed and asked, a look at it, and only then the import."""

from dataclasses import replace
from pathlib import Path

import pytest
from staff_app import open_app, words
from staffed import INTAKE, new_store

from matcher.services.practice_columns import guess
from matcher.services.practice_files import read_export, remembered, remembered_maps, take_in
from matcher.services.therapist_desk import profile
from matcher.store.store import Store
from matcher.ui import wording_therapists as w
from matcher.ui.wording_staff import STALE_VERSION

EXPORT = b"Practitioner ID,Full Name,Focus,Formats,Spots\nt1,Asha Demir-Lee,depression;sleep,in_person,3\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def upload(store: Store, content: bytes):
    app = open_app(store, first="practice-files")
    app.file_uploader[0].upload("export.csv", content, "text/csv").run()
    assert not app.exception
    return app


def test_an_export_is_looked_at_mapped_taken_in_and_remembered(store: Store) -> None:
    app = upload(store, EXPORT)
    button = next(b for b in app.button if b.label == w.TAKE_IN.format(n=1))
    assert button.disabled
    assert profile(INTAKE, store, "t1").therapist.name == "Asha Demir"
    app = next(s for s in app.selectbox if s.label == "Focus").set_value("concerns").run()
    app.text_input[0].set_value("Our software").run()
    app = next(b for b in app.button if b.label == w.TAKE_IN.format(n=1)).click().run()
    assert w.TAKEN_IN.format(added=0, changed=1, unchanged=0) in words(app)
    assert profile(INTAKE, store, "t1").therapist.name == "Asha Demir-Lee"
    assert remembered_maps(INTAKE, store)["Our software"]["Focus"] == "concerns"


def test_a_file_that_cannot_be_used_is_said_and_changes_nothing(store: Store) -> None:
    assert "cannot be read" in words(upload(store, b"\xff\xfe\x00"))
    app = upload(store, EXPORT.replace(b"Focus", b"Concerns").replace(b"depression;", b"nonsense;"))
    assert "column concerns" in words(app)
    assert next(b for b in app.button if b.label == w.TAKE_IN.format(n=1)).disabled


def test_a_map_somebody_changed_meanwhile_is_not_written_over_and_nothing_is_loaded(store: Store) -> None:
    frame = read_export(EXPORT)
    mapping = guess(list(frame.columns))
    take_in(INTAKE, store, frame, {**mapping, "Focus": "concerns"}, "Our software")
    app = upload(store, EXPORT.replace(b"-Lee", b"-Lin"))
    app = next(s for s in app.selectbox if s.label == w.MAP).set_value("Our software").run()
    (kept,) = remembered(INTAKE, store, "therapists").values()
    said = {"concerns": {"low mood": "depression"}}
    take_in(INTAKE, store, frame, replace(kept, words=said), "Our software")
    app = next(b for b in app.button if b.label == w.TAKE_IN.format(n=1)).click().run()
    assert STALE_VERSION in words(app)
    assert profile(INTAKE, store, "t1").therapist.name == "Asha Demir-Lee"
    assert remembered(INTAKE, store, "therapists")["Our software"].words == said
    # What is kept now has been read meanwhile.
    next(b for b in app.button if b.label == w.TAKE_IN.format(n=1)).click().run()
    assert profile(INTAKE, store, "t1").therapist.name == "Asha Demir-Lin"
