"""A whole made-up clinic: therapists, clients, two years of episodes, and the truth behind them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.encoding import ClientTable, TherapistTable, encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.simulation.choosing import choose_therapists
from matcher.simulation.clients import DrawnClients, draw_clients
from matcher.simulation.courses import Courses, draw_courses
from matcher.simulation.draws import Bools, Rng, day_number, either, ids, streams, text_column
from matcher.simulation.episodes import Begun, record_episodes
from matcher.simulation.hidden import domain_strength, draw_prognosis, draw_therapist_effects, with_experience
from matcher.simulation.therapists import simulate_therapists
from matcher.simulation.truth import HiddenClients, HiddenTherapists, Truth
from matcher.simulation.world import World

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
# Shares of clients who chose for themselves or were moved by staff, whatever else was usual: assumption.
_CHOICE, _OVERRIDE = 0.11, 0.03
_HIDDEN_STREAM, _COURSE_STREAM = 1, 2


@dataclass(frozen=True, eq=False)
class SimulatedClinic:
    """What the clinic's folder would hold, in canonical frames, and apart from it the truth."""

    therapists: pd.DataFrame
    clients: pd.DataFrame
    episodes: pd.DataFrame
    truth: Truth


@dataclass(frozen=True, eq=False)
class _Run:
    """One simulation under way: both sides as they are compared, observed and hidden."""

    rng: dict[str, Rng]
    frame: pd.DataFrame
    clients: ClientTable
    therapists: TherapistTable
    hidden: tuple[HiddenClients, HiddenTherapists]
    world: World


@dataclass(frozen=True, slots=True, eq=False)
class _Starts:
    """Who begins with whom, on which day, after how many weeks' wait."""

    rows: Rows
    chosen: Rows
    started: Floats
    wait: Floats
    recommended: Bools

    def where(self, keep: NDArray[np.bool_]) -> "_Starts":
        return _Starts(*(getattr(self, name)[keep] for name in self.__slots__))


@dataclass(frozen=True, eq=False)
class _Batch:
    starts: _Starts
    courses: Courses
    record: pd.DataFrame


def simulate_clinic(n_clients: int, n_therapists: int, seed: int, world: World | None = None) -> SimulatedClinic:
    """Return a made-up clinic; the same arguments give the same clinic.

    Clients whose first session would lie after ``World.today``, or whom no therapist may see, wait without an
    episode.
    """
    world = (world or World()).settled()
    hidden = draw_therapist_effects(_hidden_rng(seed), text_column(ids("t", n_therapists)), world)
    therapists = simulate_therapists(n_therapists, seed, world, domain_strength(hidden))
    return _simulate(therapists, hidden, draw_clients(n_clients, seed, world), seed, world)


def simulate_around(therapists: pd.DataFrame, n_clients: int, seed: int, world: World | None = None) -> SimulatedClinic:
    """Return a made-up clinic around given therapists."""
    world = (world or World()).settled()
    hidden = draw_therapist_effects(_hidden_rng(seed), therapists["therapist_id"], world)
    return _simulate(therapists, hidden, draw_clients(n_clients, seed, world), seed, world)


def _hidden_rng(seed: int) -> Rng:
    return np.random.default_rng([seed, _HIDDEN_STREAM])


def _simulate(
    therapists: pd.DataFrame, hidden: HiddenTherapists, drawn: DrawnClients, seed: int, world: World
) -> SimulatedClinic:
    rng = streams(seed + _COURSE_STREAM, "prognosis", "choice", "recommend", "dates", "courses", "records", "rematch")
    table = encode_therapists(therapists)
    clients = encode_clients(drawn.frame, table)
    hidden = with_experience(hidden, therapists["years_experience"].to_numpy(np.float64), world)
    prognosis = draw_prognosis(rng["prognosis"], clients, drawn.severity, world)
    run = _Run(rng, drawn.frame, clients, table, (prognosis, hidden), world)
    first = _episodes(run, _first_starts(run))
    batches = (first, _episodes(run, _second_starts(run, first), "rematch"))
    episodes, courses = _in_order(batches)
    return SimulatedClinic(therapists, drawn.frame, episodes, Truth(world, hidden, prognosis, courses))


def _first_starts(run: _Run) -> _Starts:
    """Return the first episodes: a therapist, a wait, and a fortnight more where the first session was missed."""
    n, world, rng = len(run.clients), run.world, run.rng["dates"]
    share = 1.0 if world.matching == "recommended" else world.recommended_share
    recommended = run.rng["recommend"].random(n) < share
    chosen = _choose(run, np.flatnonzero(~recommended), world)
    chosen[recommended] = _choose(run, np.flatnonzero(recommended), replace(world, matching="recommended"))[recommended]
    wait = rng.gamma(2.0, world.wait_weeks / 2, n) + 2 * (rng.random(n) < world.no_show)
    enquired = run.frame["enquired_at"].to_numpy(dtype="datetime64[D]").astype(np.float64)
    starts = _Starts(np.arange(n), chosen, enquired + 1 + np.floor(wait * 7), wait, recommended)
    return starts.where((chosen >= 0) & (starts.started <= day_number(world.today)))


def _second_starts(run: _Run, first: _Batch) -> _Starts:
    """Return the second episodes of clients who moved to another therapist, as unwell as they first came."""
    moved = first.courses.changed & first.record["ended_on"].notna().to_numpy()
    before = first.starts.where(moved)
    hidden = run.hidden[0].take(before.rows), run.hidden[1]
    clients = run.clients.take(before.rows)
    chosen = choose_therapists(run.rng["rematch"], clients, run.therapists, hidden, run.world, avoid=before.chosen)
    ended = first.record["ended_on"].to_numpy(dtype="datetime64[D]")[moved].astype(np.float64)
    starts = _Starts(before.rows, chosen, ended + 14, np.full(len(chosen), 2.0), np.zeros(len(chosen), dtype=bool))
    return starts.where((chosen >= 0) & (starts.started <= day_number(run.world.today)))


def _episodes(run: _Run, starts: _Starts, how: str = "") -> _Batch:
    pairs = Pairs(run.clients.take(starts.rows), run.therapists.take(starts.chosen), grid=False)
    hidden = run.hidden[0].take(starts.rows), run.hidden[1].take(starts.chosen)
    courses = draw_courses(run.rng["courses"], pairs, hidden, starts.wait, run.world)
    n = len(starts.rows)
    begun = Begun(
        clients=run.frame.iloc[starts.rows].reset_index(drop=True),
        severity=hidden[0].severity,
        therapist_ids=np.asarray(pairs.therapists.ids, dtype=object),
        started=starts.started,
        matched_by=np.full(n, how, dtype=object) if how else _ways(run.rng["records"], starts.recommended, run.world),
    )
    return _Batch(starts, courses, record_episodes(run.rng["records"], begun, courses, run.world))


def _ways(rng: Rng, recommended: Bools, world: World) -> NDArray[np.object_]:
    """Return how each pair is said to have come together; in an experiment by chance, always ``usual``."""
    draw = rng.random(len(recommended))
    ways = either(recommended, "recommended", "usual")
    if world.matching != "random":
        ways[draw < _CHOICE + _OVERRIDE] = "override"
        ways[draw < _CHOICE] = "client_choice"
    return ways


def _choose(run: _Run, rows: Rows, world: World) -> Rows:
    """Return the therapists chosen for the given clients, -1 for everybody else."""
    chosen = np.full(len(run.clients), -1, dtype=np.intp)
    hidden = run.hidden[0].take(rows), run.hidden[1]
    chosen[rows] = choose_therapists(run.rng["choice"], run.clients.take(rows), run.therapists, hidden, world)
    return chosen


def _in_order(batches: tuple[_Batch, _Batch]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the episodes and the hidden courses in order of their start, with ids."""
    record = pd.concat([batch.record for batch in batches], ignore_index=True)
    hidden = pd.concat([batch.courses.frame() for batch in batches], ignore_index=True)
    order = record.sort_values(["started_on", "client_id"], kind="stable").index
    episodes, courses = record.loc[order].reset_index(drop=True), hidden.loc[order].reset_index(drop=True)
    episodes["episode_id"] = text_column(ids("e", len(episodes)))
    courses.insert(0, "episode_id", episodes["episode_id"])
    return episodes, courses
