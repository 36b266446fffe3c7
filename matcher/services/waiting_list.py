"""A list to be placed as the solver takes it: people by id become rows, whose turn it is, and rows people again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from matcher.allocation.problem import NOBODY, Array, Problem, Rows, problem
from matcher.clinic.folder import Clinic
from matcher.clinic.problems import ClinicError
from matcher.ranking.ranks import stable_hashes
from matcher.ranking.recommender import WITHHELD, Recommender


@dataclass(frozen=True, slots=True)
class Edits:
    """What staff settled by hand before solving: clients' pins, pairs ruled out, and changed numbers of open places."""

    pins: Mapping[str, str] = field(default_factory=dict)
    bans: frozenset[tuple[str, str]] = frozenset()
    capacities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class WaitingList:
    """Clients and therapists by a hash of their ids, so that no order of rows, and no name, has a say in ties."""

    frame: pd.DataFrame
    clients: list[str]
    therapists: list[str]
    benefits: Array
    places: Rows


def with_capacities(clinic: Clinic, recommender: Recommender, capacities: Mapping[str, int]) -> Recommender:
    """Return the recommender with changed numbers of open places: 0 closes a therapist, 1 or more opens one.

    Raises
    ------
    ClinicError
        If the clinic has no such therapist, or a number is below 0.
    """
    therapists = clinic.therapists.set_index("therapist_id", drop=False)
    for therapist, places in capacities.items():
        if therapist not in therapists.index:
            raise ClinicError(f"The clinic has no therapist_id {therapist!r}: give one that it holds.")
        if places < 0:
            raise ClinicError(f"Therapist {therapist!r} cannot have {places} open places: give 0 or more.")
        therapists.loc[therapist, "capacity"] = places
    edited = replace(clinic, therapists=therapists.reset_index(drop=True))
    return Recommender(recommender.weights).attach(edited, recommender.learned_)


def waiting_list(
    recommender: Recommender, clients: pd.DataFrame, progress: Callable[[int], object] | None = None
) -> WaitingList:
    """Return canonical clients, scored, as a list to be placed; ``progress`` is called with how many are scored."""
    rows = np.argsort(stable_hashes(clients["client_id"]), kind="stable")
    columns = np.argsort(recommender.hashes_, kind="stable")
    frame = clients.iloc[rows].reset_index(drop=True)
    return WaitingList(
        frame,
        frame["client_id"].tolist(),
        [recommender.therapists_.ids[column] for column in columns],
        recommender.score(frame, progress=progress)[:, columns],
        recommender.therapists_.numbers["capacity"][columns].astype(np.intp),
    )


def with_closed(clinic: Clinic, recommender: Recommender, listed: WaitingList) -> WaitingList:
    """Return the list with therapists who have no place scored as well, on each client's own scale.

    They stay without a place; what one more place with them would do can then be told.
    """
    closed = np.flatnonzero(listed.places == 0)
    if not len(closed):
        return listed
    opened = with_capacities(clinic, recommender, {listed.therapists[t]: 1 for t in closed})
    benefits = waiting_list(opened, listed.frame).benefits
    # Benefits are relative to the average therapist a client could see, and that average moves with who is open.
    moved = benefits - listed.benefits
    count = np.maximum((~np.isnan(moved)).sum(axis=1), 1)
    benefits[:, closed] -= (np.nansum(moved, axis=1) / count)[:, None]
    return replace(listed, benefits=np.where(listed.places > 0, listed.benefits, benefits))


def problem_of(listed: WaitingList, withheld: set[str], edits: Edits) -> Problem:
    """Return what the solver is to place; the ``withheld`` are left out of it.

    Raises
    ------
    ClinicError
        If an edit names someone the list or the clinic does not hold, or a pin cannot be kept.
    """
    for client in sorted(withheld & edits.pins.keys()):
        raise ClinicError(f"Client {client!r} cannot be pinned. {WITHHELD}.")
    rows = {client: row for row, client in enumerate(listed.clients)}
    columns = {therapist: column for column, therapist in enumerate(listed.therapists)}
    benefits = listed.benefits.copy()
    benefits[[rows[client] for client in withheld]] = np.nan
    known = {(c, t) for c, t in edits.pins.items() if c in rows and t in columns}
    for client, therapist in sorted(known):
        if (client, therapist) in edits.bans or np.isnan(benefits[rows[client], columns[therapist]]):
            raise ClinicError(
                f"Client {client!r} cannot be pinned to therapist {therapist!r}, who is banned or does not fit the "
                "limits."
            )
    try:
        return problem(
            benefits,
            listed.places,
            priority=_priority(listed, benefits),
            pins=[(rows[c], columns[t]) for c, t in edits.pins.items()],
            bans=[(rows[c], columns[t]) for c, t in edits.bans],
        )
    except KeyError as error:
        raise ClinicError(f"The list has no {error.args[0]!r}: pin or rule out people it holds.") from None
    except ValueError as error:
        raise ClinicError(f"The list cannot be placed as asked: {error}.") from None


def _priority(listed: WaitingList, benefits: Array) -> Array:
    """Return whose turn it is: shares of the list that came later and that have more places to choose from, added.

    A client whose enquiry has no date counts as having waited as long as half of the list: not known is neither.
    """
    waited = listed.frame["enquired_at"].rank(pct=True, ascending=False).fillna(0.5).to_numpy()
    choices = pd.Series(~np.isnan(benefits) @ listed.places)
    return np.asarray(waited + choices.rank(pct=True, ascending=False).to_numpy(), dtype=np.float64)


def arrival(frame: pd.DataFrame) -> Rows:
    """Return the rows of clients, first come first; those without a date come last."""
    return np.asarray(frame["enquired_at"].argsort(kind="stable") if len(frame) else [], dtype=np.intp)


def stand(recommender: Recommender, listed: WaitingList, placed: Rows) -> dict[int, tuple[float, int, float]]:
    """Return, by row, the benefit, rank and loss of the pairs placed, as ``recommend`` gives them."""
    rows = np.flatnonzero(placed != NOBODY)
    column = np.array([recommender.therapists_.position[t] for t in listed.therapists], dtype=np.intp)
    found = recommender.stand(listed.frame.iloc[rows].reset_index(drop=True), column[placed[rows]])
    loss = (found.best - found.benefit).tolist()
    return dict(zip(rows.tolist(), zip(found.benefit.tolist(), found.rank.tolist(), loss, strict=True), strict=True))
