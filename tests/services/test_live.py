"""Matching for the running app: what changes in the store is taken up beside, and nobody waits for it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from stores import RING, renamed, small_clinic

from matcher.config import Settings
from matcher.domain.client import Client
from matcher.services import live as module
from matcher.services.clinic_data import demo_clinic
from matcher.services.live import LiveMatching
from matcher.services.training import train
from matcher.store.clinics import import_clinic
from matcher.store.models import use_model
from matcher.store.places import take_place
from matcher.store.snapshot import PUBLISHED
from matcher.store.store import Store, open_store
from matcher.store.therapist_desk import TherapistSettings, change_settings

SETTINGS = Settings()
ANNE = Client("anne", (("depression", 2),))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/s.sqlite", RING)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(store: Store, clock: Clock) -> LiveMatching:
    import_clinic(store, small_clinic())
    return LiveMatching(store, SETTINGS, clock)


def shown(live: LiveMatching) -> list[str]:
    return [r.therapist_id for r in live.match(ANNE).recommendations]


def test_a_place_taken_is_seen_within_a_second_and_nobody_waits(store: Store, live: LiveMatching, clock: Clock) -> None:
    import_clinic(store, small_clinic(capacity=1))
    live.look()
    assert shown(live) == ["t1"]
    with store.writing() as session:
        take_place(session, "t1", "c0", "staff")
    # Within the second the store is not asked again.
    clock.now = 0.5
    assert shown(live) == ["t1"]
    clock.now = 1.6
    shown(live)
    for _ in range(200):
        if shown(live) == []:
            return
        time.sleep(0.05)
    pytest.fail("the place taken was never seen")


def test_only_one_looks_however_many_ask(live: LiveMatching, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(live, "look", lambda: (looks.append(1), time.sleep(0.2)))
    clock.now = 5
    for _ in range(100):
        live.now()
    assert len(looks) == 1


def test_a_store_that_cannot_be_read_for_a_moment_stops_nobody(
    live: LiveMatching, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("hushhush")

    monkeypatch.setattr(live, "look", broken)
    for moment in (5, 10):
        clock.now = moment
        assert shown(live) == ["t1"]
        time.sleep(0.1)
    assert "RuntimeError" in caplog.text
    assert "hushhush" not in caplog.text


def test_a_concern_a_therapist_does_not_take_on_rules_them_out(store: Store, live: LiveMatching) -> None:
    with store.writing() as session:
        change_settings(session, TherapistSettings("t1", declined_concerns=("depression",)), "staff")
    live.look()
    assert shown(live) == []
    assert live.now().as_matched(ANNE).exclude_therapists == ("t1",)
    assert live.now().as_matched(replace(ANNE, concerns=(("sleep", 1),))).exclude_therapists == ()


def test_a_real_clinic_takes_the_demos_place(store: Store) -> None:
    import_clinic(store, small_clinic(), demo=True)
    live = LiveMatching(store, SETTINGS)
    import_clinic(store, renamed(small_clinic(), name="Real Person"))
    live.look()
    assert live.therapist("t1").name == "Real Person"


@pytest.mark.slow
def test_the_model_in_use_ranks_and_taking_it_out_of_use_is_noticed(store: Store, tmp_path: Path) -> None:
    clinic = demo_clinic()
    card = train(clinic, tmp_path / "m.joblib")
    import_clinic(store, clinic)
    live = LiveMatching(store, Settings(model=tmp_path / "m.joblib"))
    assert live.learns is card.use_learned
    assert live.now().model_hash == (card.sha256 if card.use_learned else PUBLISHED)
    with store.writing() as session:
        use_model(session, None, "owner")
    live.look()
    assert not live.learns
    assert live.now().model_hash == PUBLISHED
    # What the owner decided stands when the app starts again with the same setting.
    assert not LiveMatching(store, Settings(model=tmp_path / "m.joblib")).learns


def test_nothing_is_loaded_again_where_nothing_changed(live: LiveMatching, monkeypatch: pytest.MonkeyPatch) -> None:
    before = live.now()
    monkeypatch.setattr(module, "ranking_now", lambda *_: pytest.fail("loaded again"))
    live.look()
    assert live.now() is before
