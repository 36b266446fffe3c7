"""The page that takes in an export: columns guessed and asked, a look at it, and only then the import."""

from dataclasses import replace
from pathlib import Path

import pytest
from staff_app import open_app, words
from staffed import INTAKE, NOW, enquire, look, new_store
from streamlit.runtime.scriptrunner import StopException

from matcher.services.practice_columns import guess
from matcher.services.practice_files import read_export, remembered, remembered_maps, take_in
from matcher.services.therapist_desk import profile
from matcher.services.triage import queue
from matcher.store.clinics import load_clinic
from matcher.store.queue import Wanted
from matcher.store.store import Store
from matcher.ui import staff_files
from matcher.ui import wording_therapists as w
from matcher.ui.wording_staff import STALE_VERSION

EXPORT = b"Practitioner ID,Full Name,Focus,Formats,Spots\nt1,Asha Demir-Lee,depression;sleep,in_person,3\n"
WAITING = b"""\
Patient ID,Full Name,Concerns,Formats,Notes,Added on
p1,Ada Rao,Low mood,"Zoom, in_person",,03/04/2026
p2,Bo Lind,,,I want to kill myself,05/04/2026 9:05 am
"""
COURSES = (
    b"Case ID,Patient ID,Practitioner ID,Start date,End date,Outcome\nc1,known,t1,13/01/2026,30 Jun 2026,Finished\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def upload(store: Store, content: bytes, kind: str = "therapists"):
    app = open_app(store, first="practice-files")
    if kind != "therapists":
        app.radio[0].set_value(kind).run()
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


def take_them_in(app, n: int):
    app = next(b for b in app.button if b.label == w.TAKE_IN.format(n=n)).click().run()
    assert not app.exception
    return app


def explain(app, **words: str):
    """Say what each strange word means."""
    for word, meant in words.items():
        next(s for s in app.selectbox if s.label.endswith(f": {word}")).set_value(meant)
    return app.run()


def test_a_waiting_list_is_mapped_looked_at_and_taken_in_with_its_dates_day_first(store: Store) -> None:
    app = upload(store, WAITING, "clients")
    said = words(app)
    assert w.DAY_FIRST.format(column="enquired at", written="03/04/2026", day="3 Apr 2026") in said
    assert w.RAISED.format(n=1) in said
    app = explain(app, **{"Low mood": "depression:2", "Zoom": "telehealth"})
    app.text_input[0].set_value("Our software").run()
    assert queue(INTAKE, store, Wanted(), NOW).total == 0
    assert app.dataframe[0].value["enquired_at"].astype(str).tolist()[1] == "2026-04-05 09:05:00"
    app = take_them_in(app, 2)
    assert w.TAKEN_IN.format(added=2, changed=0, unchanged=0) in words(app)
    assert look(store, "p1").received_at.date().isoformat() == "2026-04-03"
    assert look(store, "p2").needs_person
    assert look(store, "p2").received_at.isoformat() == "2026-04-04T23:05:00+00:00"
    assert load_clinic(store).clients.set_index("client_id").loc["p1", "formats"] == "telehealth;in_person"
    assert remembered(INTAKE, store, "clients")["Our software"].words["formats"] == {"Zoom": "telehealth"}


def test_courses_are_mapped_looked_at_and_taken_in(store: Store) -> None:
    enquire(store, "known")
    app = explain(upload(store, COURSES, "episodes"), Finished="planned")
    assert "day first" not in words(app)
    assert load_clinic(store).episodes.empty
    app = take_them_in(app, 1)
    assert w.TAKEN_IN.format(added=1, changed=0, unchanged=0) in words(app)
    (episode,) = load_clinic(store).episodes.to_dict("records")
    assert (str(episode["started_on"].date()), str(episode["ended_on"].date())) == ("2026-01-13", "2026-06-30")
    assert episode["ending"] == "planned"


def test_dates_that_are_month_first_are_not_read(store: Store) -> None:
    said = words(upload(store, WAITING.replace(b"05/04/2026 9:05 am", b"05/14/2026"), "clients"))
    assert w.MONTH_FIRST.format(column="enquired at", written="05/14/2026") in said
    assert w.ASIDE.format(n=2) in said


@pytest.mark.slow
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


class Bar:
    """A progress bar that notes what it says, and is stopped once, as by somebody who presses something else."""

    def __init__(self, stop: bool) -> None:
        self.said: list[str] = []
        self.stop = stop

    def __call__(self, _value: float, words: str) -> "Bar":
        self.said.append(words)
        return self

    def progress(self, value: float, words: str) -> None:
        self(value, words)
        if self.stop and value == 1.0:
            self.stop = False
            raise StopException


@pytest.mark.parametrize("stop", [True, False])
def test_a_waiting_list_says_how_far_it_is_and_that_it_was_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch, stop: bool
) -> None:
    bar = Bar(stop)
    app = upload(store, WAITING, "clients")
    label = next(b.label for b in app.button if (b.key or "").startswith("take in:"))
    n = int("".join(c for c in label if c.isdigit()))
    monkeypatch.setattr(staff_files.st, "progress", bar)
    app = next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    app = app.run() if stop else app
    assert bar.said == [w.TAKING_IN.format(done=done, n=n) for done in (0, 0, n)]
    assert (w.STOPPED in words(app)) is stop
    assert queue(INTAKE, store, Wanted(), NOW).total == (0 if stop else n)
    # Said once; and pressed again it is done.
    if stop:
        app = next(b for b in app.button if b.label == label).click().run()
        assert w.STOPPED not in words(app)
        assert w.TAKEN_IN.format(added=n, changed=0, unchanged=0) in words(app)
