"""Episodes as rows a model can learn from: comparisons, case mix, therapist columns, outcomes, as of each episode."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.encoding import (
    Bools,
    ClientTable,
    Floats,
    TherapistTable,
    days_of,
    encode_clients,
    rows_of,
    start_severity,
)
from matcher.clinic.folder import Clinic
from matcher.clinic.pairs import Pairs
from matcher.features.case_mix import CASE_MIX_NAMES, THERAPIST_COVARIATES, case_mix, therapist_covariates
from matcher.features.comparisons import COMPARISONS, compare
from matcher.features.outcomes import OUTCOMES, outcomes

Array = NDArray[np.float64]
# Episodes encoded at once; bounds memory at about 100 MB above the result.
CHUNK = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class EpisodeDesign:
    """Episodes as n aligned rows.

    ``X`` (n, p) comparisons, columns as ``features.comparisons.NAMES``; ``C`` (n, q) case mix; ``Z`` (n, k) what a
    therapist's own effects multiply; ``Y`` (n, 3) outcomes, NaN where not known. ``rows`` are positions in the
    clinic's episodes, ``started_on`` days since 1970. ``listed`` is false where the therapist is no longer listed:
    nothing can be compared there and X is 0, the neutral level. ``left_out`` counts episodes of unknown clients.
    """

    X: Array
    C: Array
    Z: Array
    Y: Array
    client_ids: NDArray[np.object_]
    therapist_ids: NDArray[np.object_]
    started_on: Floats
    rows: NDArray[np.intp]
    listed: Bools
    left_out: int

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def unlisted(self) -> int:
        """The number of episodes with a therapist who is no longer listed."""
        return int((~self.listed).sum())

    def take(self, places: NDArray[np.intp] | Bools) -> "EpisodeDesign":
        """Return the given rows of the design."""
        kept = {name: getattr(self, name)[places] for name in _ALIGNED}
        return EpisodeDesign(**kept, left_out=self.left_out)


_ALIGNED = ("X", "C", "Z", "Y", "client_ids", "therapist_ids", "started_on", "rows", "listed")


def episode_design(clinic: Clinic, therapists: TherapistTable) -> EpisodeDesign:
    """Return a clinic's episodes as aligned rows, in their order.

    What is known of a client is taken as of the episode: the start score is the episode's own, else the client's intake
    score if it was not taken after the episode began; the wait is from the enquiry to the first session, and is not
    known for a client's later episodes or where the enquiry came after.
    """
    position = {client_id: row for row, client_id in enumerate(clinic.clients["client_id"].to_numpy(object))}
    client_rows = rows_of(position, clinic.episodes["client_id"].tolist())
    rows = np.flatnonzero(client_rows >= 0)
    episodes = clinic.episodes.iloc[rows]
    # Clients without an episode here cost time and change nothing.
    seen, client_rows = np.unique(client_rows[rows], return_inverse=True)
    found = _Found(
        encode_clients(clinic.clients.iloc[seen], therapists),
        therapists,
        client_rows,
        rows_of(therapists.position, episodes["therapist_id"].tolist()),
        days_of(episodes["started_on"]),
        start_severity(episodes),
        ~_is_first(episodes),
    )
    parts = [_chunk(found, slice(start, start + CHUNK)) for start in range(0, len(rows), CHUNK)]
    X, C, Z = (np.concatenate(blocks) for blocks in zip(*parts, strict=True)) if parts else _nothing()
    return EpisodeDesign(
        X,
        C,
        Z,
        outcomes(episodes) if len(rows) else np.zeros((0, len(OUTCOMES))),
        episodes["client_id"].to_numpy(dtype=object),
        episodes["therapist_id"].to_numpy(dtype=object),
        found.started,
        rows,
        found.therapist_rows >= 0,
        len(clinic.episodes) - len(rows),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Episodes joined to their two sides by row number, -1 where the therapist is not listed."""

    clients: ClientTable
    therapists: TherapistTable
    client_rows: NDArray[np.intp]
    therapist_rows: NDArray[np.intp]
    started: Floats
    start: Floats
    later: Bools


def _chunk(found: _Found, place: slice) -> tuple[Array, Array, Array]:
    clients = _as_of(found, place)
    therapist_rows = found.therapist_rows[place]
    X = np.zeros((len(clients), len(COMPARISONS)))
    listed = np.flatnonzero(therapist_rows >= 0)
    if len(listed):
        met = found.therapists.take(therapist_rows[listed])
        # The therapist's next opening is today's; what the client met with was the first session's date.
        started = found.started[place][listed]
        # What is confirmed now says nothing of then.
        unconfirmed = np.full_like(started, np.nan)
        met = replace(met, days={**met.days, "next_opening": started, "openings_confirmed_on": unconfirmed})
        pairs = Pairs(clients if len(listed) == len(clients) else clients.take(listed), met, grid=False)
        for column, comparison in enumerate(COMPARISONS):
            values = compare(comparison, pairs)
            if values is not None:
                X[listed, column] = values
    return X, case_mix(clients), therapist_covariates(clients)


def _as_of(found: _Found, place: slice) -> ClientTable:
    """Return the clients of a chunk of episodes as they stood when the episode began."""
    clients = found.clients.take(found.client_rows[place])
    started, enquired = found.started[place], clients.days["enquired_at"]
    after = enquired > started
    start = np.where(np.isnan(found.start[place]), np.where(after, np.nan, clients.start), found.start[place])
    unknown = after | found.later[place]
    days = {name: np.where(unknown, np.float32(np.nan), values) for name, values in clients.days.items()}
    return replace(clients, start=start.astype(np.float32), days=days)


def _is_first(episodes: pd.DataFrame) -> Bools:
    """Return which episodes are their client's first (n,)."""
    order = episodes["started_on"].argsort(kind="stable").to_numpy()
    first = np.zeros(len(episodes), dtype=bool)
    first[order] = ~episodes["client_id"].iloc[order].duplicated().to_numpy()
    return first


def _nothing() -> tuple[Array, Array, Array]:
    return tuple(np.zeros((0, k)) for k in (len(COMPARISONS), len(CASE_MIX_NAMES), len(THERAPIST_COVARIATES)))  # type: ignore[return-value]
