"""The model's owner: trains, compares, puts in use and goes back; and sees what changed since."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from stores import RING

from matcher.clinic import Clinic
from matcher.ranking.persistence import ModelCard
from matcher.ranking.recommender import Recommender
from matcher.reports.suppression import rounded
from matcher.services import model_desk, model_drift
from matcher.services.access import NotAllowedError, Person
from matcher.services.clinic_data import demo_clinic
from matcher.services.model_drift import _calibration_sentence, calibration_since, intake_drift
from matcher.services.shown_card import shown_card, shown_sentence
from matcher.store.clinics import import_clinic
from matcher.store.errors import NotFoundError, StaleVersionError
from matcher.store.models import model_in_use
from matcher.store.store import Store, open_store
from matcher.ui.wording_owner import FIRST_UNKNOWN

OWNER = Person("a" * 32, "Owner", "owner")
LEAD = Person("c" * 32, "Lead", "lead")


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return demo_clinic()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, clinic: Clinic) -> Store:
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('desk')}/store.sqlite", RING)
    import_clinic(opened, clinic)
    yield opened
    opened.close()


def used(store: Store) -> str | None:
    with store.reading() as session:
        found = model_in_use(session)
    return None if found is None else found.model_hash


@pytest.mark.slow
def test_a_new_model_ranks_only_when_it_is_put_in_use_and_there_is_a_way_back(store: Store) -> None:
    trained = model_desk.retrain(OWNER, store)
    assert used(store) is None
    assert trained.verdict
    changes = model_desk.first_changes(OWNER, store, trained.model_hash)
    assert 0.9 * model_desk.RECENT <= changes.asked <= model_desk.RECENT
    assert 0 < changes.changed <= changes.asked
    assert changes.changed % 5 == 0
    model_desk.put_in_use(OWNER, store, trained.model_hash, None)
    assert used(store) == trained.model_hash
    assert [model.in_use for model in model_desk.models(OWNER, store)] == [True]
    sections = model_desk.drift(OWNER, store, trained.model_hash)
    assert [section.key for section in sections] == ["intake", "calibration"]
    assert "Too few" in sections[1].sentence, "it was trained on everything up to today"
    with pytest.raises(StaleVersionError):
        model_desk.put_in_use(OWNER, store, None, None)
    assert used(store) == trained.model_hash, "another owner's choice, not yet seen, stays"
    model_desk.put_in_use(OWNER, store, None, trained.model_hash)
    assert used(store) is None
    assert model_desk.models(OWNER, store)[0].model_hash == trained.model_hash, "it is kept"
    with pytest.raises(NotFoundError):
        model_desk.put_in_use(OWNER, store, "0" * 64, None)


@pytest.mark.parametrize("call", ["models", "retrain", "drift", "first_changes", "put_in_use"])
def test_nobody_but_the_owner_manages_the_model(store: Store, call: str) -> None:
    more = {"models": (), "retrain": (), "put_in_use": ("0" * 64, None)}.get(call, ("0" * 64,))
    with pytest.raises(NotAllowedError):
        getattr(model_desk, call)(LEAD, store, *more)


def test_the_same_people_have_not_drifted_and_others_have(clinic: Clinic) -> None:
    asked = clinic.clients["enquired_at"].sort_values().reset_index(drop=True)
    first, middle = asked.iloc[0].date(), asked.iloc[len(asked) // 2].date()
    later = clinic.clients["enquired_at"] >= pd.Timestamp(middle) + pd.Timedelta(days=1)
    twins = clinic.clients[~later].assign(enquired_at=pd.Timestamp(middle) + pd.Timedelta(days=2))
    twins["client_id"] = "twin" + twins["client_id"]
    alike = replace(clinic, clients=pd.concat([clinic.clients[~later], twins], ignore_index=True))
    same = intake_drift(alike, first, middle)
    assert "do not clearly differ from those before" in same.sentence
    change = same.tables[1].frame["change (points)"].dropna()
    assert len(change)
    # Alike but for the steps of 5 that counts come in.
    assert (change.abs() <= 2).all()
    older = twins.assign(age=twins["age"].where(np.arange(len(twins)) % 2 == 0, 80.0))
    young = clinic.clients[~later].assign(age=clinic.clients["age"].where(clinic.clients.index % 8 != 0, 80.0))
    other = replace(clinic, clients=pd.concat([young, older], ignore_index=True))
    assert "aged 65 and over" in intake_drift(other, first, middle).sentence


def test_who_came_is_counted_by_the_series_that_reports_count_by(clinic: Clinic) -> None:
    """Rounded anew, it would narrow a report's counts down, which the same months take from one rounded series."""
    # No multiple of 5 in all, nor before the first day: there both ways of rounding would be the same.
    clinic = replace(clinic, clients=clinic.clients.iloc[:-2])
    asked, first = clinic.clients["enquired_at"], date(2025, 3, 7)
    for last in (first + timedelta(days=days) for days in range(200, 460, 20)):
        after = pd.Timestamp(last) + pd.Timedelta(days=1)
        since = rounded((asked >= after).sum(), (asked < after).sum())
        within = rounded(asked.between(pd.Timestamp(first), after, "left").sum(), (asked < pd.Timestamp(first)).sum())
        shown = intake_drift(clinic, first, last).tables[0].frame["people"]
        assert shown.tolist() == [within, since]


def test_few_people_are_not_shown(clinic: Clinic) -> None:
    few = replace(clinic, clients=clinic.clients.assign(enquired_at=pd.Timestamp("2026-01-01")))
    few.clients.loc[:4, "enquired_at"] = pd.Timestamp("2026-06-01")
    section = intake_drift(few, date(2025, 12, 1), date(2026, 1, 31))
    assert "Too few" in section.sentence
    assert section.tables[1].frame.drop(columns="people").isna().all().all()


def test_a_model_is_held_against_what_began_after_it(clinic: Clinic) -> None:
    starts = clinic.episodes["started_on"].sort_values().reset_index(drop=True)
    last = starts.iloc[int(0.6 * len(starts))].date()
    before = clinic.episodes["started_on"] <= pd.Timestamp(last)
    learned = Recommender().fit(replace(clinic, episodes=clinic.episodes[before].reset_index(drop=True))).learned_
    section = calibration_since(clinic, learned, last)
    assert "episodes since" in section.sentence
    frame = section.pictures[0].frame
    assert (frame["low"] <= frame["observed"]).all()
    assert np.isfinite(frame.to_numpy()).all()


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.3, 1.3, "it cannot be told yet"),
        (0.4, 1.4, "agrees with what followed ("),
        (0.1, 2.4, "agrees with what followed though the data leave much open"),
        (0.1, 0.8, "differed less than"),
        (1.1, 2.0, "differed more than"),
    ],
)
def test_calibration_says_no_more_than_its_interval(low: float, high: float, said: str) -> None:
    slope = SimpleNamespace(value=(low + high) / 2, low=low, high=high)
    found = SimpleNamespace(result=lambda _: SimpleNamespace(slope=slope), counts=SimpleNamespace(compared=120))
    assert said in _calibration_sentence(found)


def test_a_card_shows_counts_of_courses_in_steps_and_tells_two_trainings_that_differ_by_one_alike() -> None:
    def card(episodes: int, error: float = 0.1) -> ModelCard:
        trial = {"interval": {"value": error, "low": 0.0, "high": 0.2, "n": episodes // 3, "clusters": 12}}
        metrics = {"compared_episodes": episodes // 3, "against_published": [trial], "verdict": "Cannot tell yet."}
        metrics["outcomes"] = [{"outcome": "alliance", "missing_earlier": 1 - 400 / episodes}]
        said = f"{episodes} episodes with 20 therapists cannot yet tell whether therapists differ."
        seen = {"alliance": 300, "improvement": 12, "staying": episodes}
        return ModelCard("0" * 64, episodes, 20, seen, "2025-01-01", "2026-01-01", {}, said, metrics=metrics,
                         created_at="2026-01-02")  # fmt: skip

    shown = shown_card(card(911))
    assert shown == shown_card(card(912))
    assert shown["episodes"] == 910
    assert shown["therapists"] == 20
    assert shown["observed"] == {"alliance": 300, "improvement": "not shown", "staying": 910}
    assert shown["metrics"]["against_published"][0]["interval"]["n"] == 305
    assert shown["summary"].startswith("about 910 episodes with 20 therapists")
    # Its figures have no more digits than a report's: in full they would tell what followed the one course.
    assert shown_card(card(911, 0.1 + 1e-6)) == shown
    assert shown["metrics"]["against_published"][0]["interval"]["value"] == 0.1
    few = "Too few later episodes to tell: 12 with 5 therapists can be compared, and at least 100 with 10 are needed."
    assert "12" not in shown_sentence(few)
    assert "at least 100" in shown_sentence(few)


@pytest.mark.parametrize("others", [0, 1, 9, 12, 190, 200])
def test_that_no_first_suggestion_or_hardly_any_would_change_is_told_alike(
    store: Store, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    first = [np.zeros(200, dtype=np.intp), (np.arange(200) < others).astype(np.intp)]
    monkeypatch.setattr(model_desk, "_first", lambda *_: first.pop())
    monkeypatch.setattr(model_desk, "_recommender", lambda *_: None)
    assert np.isnan(model_desk.first_changes(OWNER, store, None).changed)
    assert "cannot be shown" in FIRST_UNKNOWN


def test_no_third_of_the_calibration_is_of_fewer_than_may_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def report(*sizes: int) -> SimpleNamespace:
        groups = [
            SimpleNamespace(predicted=0.0, realised=SimpleNamespace(value=0.0, low=-1.0, high=1.0, n=n)) for n in sizes
        ]
        slope = SimpleNamespace(value=1.0, low=0.5, high=1.5)
        return SimpleNamespace(
            result=lambda _: SimpleNamespace(slope=slope), counts=SimpleNamespace(compared=sum(sizes)),
            calibration=groups, differences=(),
        )  # fmt: skip

    for sizes, told in (((20, 20, 20), True), ((40, 12, 40), False)):
        monkeypatch.setattr(model_drift, "evaluate", lambda *_, sizes=sizes, **__: report(*sizes))
        section = calibration_since(None, None, date(2026, 1, 1))  # type: ignore[arg-type]
        assert bool(section.pictures) == told
