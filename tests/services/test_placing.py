"""Placing a whole list as the command and the page use it: who goes where, why, and what cannot be."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import client, clients, clinic, therapist
from scipy.optimize import linear_sum_assignment

from matcher.allocation import solving
from matcher.clinic import Clinic, ClinicError
from matcher.ranking.recommender import WITHHELD, Recommender
from matcher.services.placing import ASSIGN_COLUMNS, Plan, assign_table, place
from matcher.services.waiting_list import Edits
from matcher.simulation import simulate_clinic


def placed(made: Clinic, edits: Edits | None = None, *, queue_first: bool = False) -> Plan:
    return place(made, Recommender().fit(made), made.clients, edits, queue_first=queue_first)


def where(plan: Plan) -> dict[str, str | None]:
    return {p.client_id: p.therapist_id for p in plan.placings}


@pytest.fixture(scope="module")
def simulated() -> Clinic:
    made = simulate_clinic(50, 20, 4)
    return Clinic(made.therapists, made.clients, made.episodes)


@pytest.fixture(scope="module")
def recommender(simulated: Clinic) -> Recommender:
    return Recommender().fit(simulated)


@pytest.mark.parametrize("queue_first", [False, True])
def test_every_client_has_one_row_as_recommend_ranks_them(
    simulated: Clinic, recommender: Recommender, queue_first: bool
) -> None:
    table = assign_table(place(simulated, recommender, simulated.clients, queue_first=queue_first))
    assert tuple(table.columns) == ASSIGN_COLUMNS
    assert table["client_id"].tolist() == simulated.clients["client_id"].tolist()
    assert (table["reason"].str.len() > 10).all()
    got = table.dropna(subset="therapist_id")
    assert len(got) > 20
    capacity = dict(zip(simulated.therapists["therapist_id"], simulated.therapists["capacity"], strict=True))
    assert all(n <= capacity[t] for t, n in Counter(got["therapist_id"]).items())
    slates = {s.client_id: s for s in recommender.recommend(simulated.clients, top=0)}
    for row in got.itertuples():
        found = next(r for r in slates[row.client_id].recommendations if r.therapist_id == row.therapist_id)
        assert (row.rank_for_client, row.benefit) == (found.rank, pytest.approx(found.benefit, abs=1e-6))
    for row in table[table["therapist_id"].isna()].itertuples():
        assert pd.isna(row.benefit)
        assert pd.isna(row.rank_for_client)


def test_the_total_is_what_the_peer_finds_on_the_expanded_matrix(simulated: Clinic, recommender: Recommender) -> None:
    plan = place(simulated, recommender, simulated.clients)
    open_to = [slate.withheld is None for slate in recommender.recommend(simulated.clients, top=1)]
    expanded = np.repeat(recommender.score(simulated.clients)[open_to], simulated.therapists["capacity"], axis=1)
    worth = np.where(np.isnan(expanded), 0, 1000 + expanded)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    served = worth[rows, columns] > 0
    assert plan.comparison.placed == served.sum()
    assert plan.comparison.total == pytest.approx(np.nansum(expanded[rows, columns]), abs=1e-6)
    assert plan.comparison.first_come_total <= plan.comparison.total


def test_no_order_of_rows_changes_the_plan(simulated: Clinic, recommender: Recommender) -> None:
    backwards = Clinic(
        simulated.therapists.iloc[::-1].reset_index(drop=True), simulated.clients, simulated.episodes.copy()
    )
    ours = place(simulated, recommender, simulated.clients)
    mixed = simulated.clients.sample(frac=1, random_state=3).reset_index(drop=True)
    theirs = place(backwards, Recommender().fit(backwards), mixed)
    assert where(ours) == where(theirs)


@pytest.fixture(scope="module")
def some(simulated: Clinic, recommender: Recommender) -> tuple[pd.DataFrame, dict[str, set[str]], set[str]]:
    """Return a few clients, whom each could see, and whose matching is withheld."""
    people = simulated.clients.iloc[:10].assign(risk_raised=pd.array([True] + 9 * [False], dtype="boolean"))
    slates = recommender.recommend(people, top=0, safety_checked=True)
    withheld = {s.client_id for s in recommender.recommend(people, top=1) if s.withheld}
    return people, {s.client_id: {r.therapist_id for r in s.recommendations} for s in slates}, withheld


@pytest.mark.slow
@given(st.data())
@settings(deadline=None, max_examples=10)
def test_pins_bans_limits_and_caseloads_are_never_broken(
    simulated: Clinic,
    recommender: Recommender,
    some: tuple[pd.DataFrame, dict[str, set[str]], set[str]],
    data: st.DataObject,
) -> None:
    people, fits, withheld = some
    assert people.iloc[0]["client_id"] in withheld
    pairs = [(c, t) for c in sorted(fits) for t in sorted(fits[c]) if c not in withheld]
    bans = frozenset(data.draw(st.lists(st.sampled_from(pairs), max_size=8)))
    pin = data.draw(st.sampled_from([pair for pair in pairs if pair not in bans]))
    edits = Edits(pins={pin[0]: pin[1]}, bans=bans, capacities={pin[1]: data.draw(st.integers(1, 2))})
    plan = place(simulated, recommender, people, edits, queue_first=data.draw(st.booleans()))
    capacity = dict(zip(simulated.therapists["therapist_id"], simulated.therapists["capacity"], strict=True))
    found = {c: t for c, t in where(plan).items() if t is not None}
    assert found[pin[0]] == pin[1]
    assert not bans & set(found.items())
    assert not withheld & set(found)
    assert all(t in fits[c] for c, t in found.items())
    assert all(n <= {**capacity, **edits.capacities}[t] for t, n in Counter(found.values()).items())


def test_reasons_say_what_happened() -> None:
    made = clinic(
        therapist("a", gender="woman", capacity=1, fee=150),
        therapist("b", gender="man", capacity=1, fee=150),
        therapist("closed", gender="man", capacity=0, fee=150),
        people=(
            client("c1", therapist_gender="woman", enquired_at="2026-01-01T09:00"),
            client("c2", therapist_gender="woman", enquired_at="2026-01-02T09:00", must_have="therapist_gender"),
            client("c3", max_fee=100),
            client("c4", risk_raised=True),
            client("c5", about="I want to kill myself"),
            client("c6", therapist_gender="man", must_have="therapist_gender", exclude_therapists="b"),
            client("c7", therapist_gender="woman", enquired_at="2026-02-02T09:00", must_have="therapist_gender"),
        ),
    )
    plan = placed(made)
    by_id = {p.client_id: p for p in plan.placings}
    assert where(plan) == {"c1": "b", "c2": "a", **dict.fromkeys(["c3", "c4", "c5", "c6", "c7"])}
    assert by_id["c1"].reason.startswith("Number 2 of 2 therapists within the limits, ")
    assert by_id["c1"].loss is not None
    assert by_id["c1"].loss > 0
    assert by_id["c2"].reason == "The only therapist within the limits."
    assert by_id["c3"].reason.startswith("Nobody is within the limits. If a session could cost $150 instead of $100")
    assert by_id["c4"].reason == by_id["c5"].reason == f"{WITHHELD}."
    # Somebody is within the limits, and full: it is a place that is missing.
    assert by_id["c6"].why == "no_place"
    assert by_id["c6"].reason == (
        "The one therapist within the limits is full. One more place there would bring in one more person."
    )
    assert by_id["c7"].reason == (
        "No place is left with the one therapist within the limits (1 in all). One more place there would bring in "
        "one more person."
    )
    assert plan.sentences[0] == (
        "2 of 7 clients placed; 2 left out until a person has spoken with them about safety; 1 with nobody within the "
        "limits; 2 for whom the places ran out."
    )
    # Nobody left over may see "b", and who is there may not make room for anyone by moving in.
    assert {m.therapist_id: m.client_id for m in plan.one_more} == {"a": "c7", "b": None, "closed": "c6"}


def test_equal_claims_go_to_whoever_waited_longest() -> None:
    made = clinic(
        therapist("a", capacity=1),
        people=(
            client("c1", enquired_at="2026-03-01T09:00"),
            client("c2", enquired_at="2026-01-01T09:00"),
            client("c3"),
        ),
    )
    assert where(placed(made)) == {"c1": None, "c2": "a", "c3": None}


def test_pins_bans_and_changed_places_solve_again() -> None:
    made = clinic(
        therapist("a", gender="woman", capacity=1),
        therapist("b", gender="man", capacity=2),
        people=(client("c1", therapist_gender="woman"), client("c2")),
    )
    assert where(placed(made))["c1"] == "a"
    pinned = placed(made, Edits(pins={"c1": "b"}))
    assert where(pinned)["c1"] == "b"
    assert pinned.placings[0].reason.startswith("Kept by hand. Number 2 of 2")
    both = frozenset({("c1", "a"), ("c1", "b")})
    ruled_out = placed(made, Edits(bans=both)).placings[0]
    assert (ruled_out.therapist_id, ruled_out.why) == (None, "ruled_out")
    assert set(where(placed(made, Edits(capacities={"a": 0}))).values()) == {"b"}
    assert made.therapists["capacity"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        (Edits(pins={"nobody": "a"}), "'nobody'"),
        (Edits(bans=frozenset({("c1", "z")})), "'z'"),
        (Edits(capacities={"z": 1}), "no therapist_id 'z'"),
        (Edits(capacities={"a": -1}), "-1 open places"),
        (Edits(pins={"c1": "a", "c2": "a"}), "more clients are pinned"),
        (Edits(pins={"c3": "a"}), "A safety concern was raised"),
        (Edits(pins={"c1": "a"}, bans=frozenset({("c1", "a")})), "'c1' cannot be pinned to therapist 'a'"),
    ],
)
def test_edits_that_cannot_be_kept_are_told(edits: Edits, said: str) -> None:
    made = clinic(therapist("a", capacity=1), people=(client("c1"), client("c2"), client("c3", risk_raised=True)))
    with pytest.raises(ClinicError, match=said):
        placed(made, edits)


def test_one_more_place_does_what_solving_again_with_it_does(simulated: Clinic, recommender: Recommender) -> None:
    plan = place(simulated, recommender, simulated.clients)
    count = plan.comparison.placed
    capacity = dict(zip(simulated.therapists["therapist_id"], simulated.therapists["capacity"], strict=True))
    for more in plan.one_more[:1] + plan.one_more[-1:]:
        edits = Edits(capacities={more.therapist_id: capacity[more.therapist_id] + 1})
        again = place(simulated, recommender, simulated.clients, edits)
        assert again.comparison.placed == count + (more.client_id is not None)
        if capacity[more.therapist_id]:
            assert again.comparison.total == pytest.approx(plan.comparison.total + more.benefit, abs=1e-5)


@pytest.mark.parametrize("people", [(), (client("c1", risk_raised=True),)])
def test_lists_with_nobody_to_place(people: tuple[dict[str, object], ...]) -> None:
    plan = placed(clinic(therapist("a"), people=people))
    assert [p.therapist_id for p in plan.placings] == [None] * len(people)
    assert plan.sentences[0].startswith(f"0 of {len(people)} client")
    assert list(assign_table(plan).columns) == list(ASSIGN_COLUMNS)


def test_a_clinic_without_therapists() -> None:
    made = clinic(therapist("a"), people=(client("c1"),))
    nobody = Clinic(made.therapists.iloc[:0], clients(client("c1")), made.episodes)
    assert placed(nobody).placings[0].reason == "The clinic has no therapists yet."


def test_a_long_list_is_placed_as_well_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = simulate_clinic(120, 8, seed=2)
    clinic = Clinic(made.therapists, made.clients, made.episodes.iloc[:0])
    recommender = Recommender().fit(clinic)
    short = place(clinic, recommender, clinic.clients)
    monkeypatch.setattr(solving, "MATRIX_CELLS", 0)
    long = place(clinic, recommender, clinic.clients)
    assert long.comparison.placed == short.comparison.placed
    assert long.comparison.total == pytest.approx(short.comparison.total, abs=1e-3)
