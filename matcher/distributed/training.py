"""Training on a cluster: every part is reduced to the model's sums where it lies, and only sums travel."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
from distributed import Client

from matcher.clinic.encoding import TherapistTable, encode_therapists
from matcher.clinic.folder import Clinic
from matcher.clinic.schema import CLIENTS, EPISODES
from matcher.clinic.table import empty_frame
from matcher.distributed.cluster import REDUCING, merge_all, shared, watch
from matcher.distributed.parts import Part, Parts
from matcher.ranking.design import episode_design
from matcher.ranking.learning import sums_of
from matcher.ranking.sums import OutcomeSums, total

Progress = Callable[[int, int], object]
#: Whole clients kept aside, so that the model can be held against later episodes on one machine.
SAMPLE_EPISODES = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """What is left of some parts: their sums, the first and last day an episode began, and a sample of clients."""

    sums: OutcomeSums
    first: pd.Timestamp
    last: pd.Timestamp
    sample: Part


def reduce_parts(client: Client, therapists: pd.DataFrame, parts: Parts, progress: Progress | None = None) -> Reduced:
    """Return the merged sums of all parts, and a sample of at most about 50,000 episodes.

    Raises
    ------
    ClinicError
        If a part cannot be used: it has other columns or codes than the contract's, or an id for two rows.
    ClusterError
        If the cluster fails for good; a worker lost on the way is made up for by the others.
    """
    listed = shared(client, encode_therapists(therapists))
    loaded = client.compute(parts.rows, retries=1)
    checks = client.compute(parts.checks, retries=1, priority=REDUCING)
    reduced = [client.submit(_reduced, part, listed, len(loaded), pure=False, priority=REDUCING) for part in loaded]
    if not reduced:
        return _reduced(_no_part(), encode_therapists(therapists), 1)
    merged = merge_all(client, reduced, _merged)
    # Parts are let go as soon as they are reduced: a worker holds the few it works on, never all.
    del loaded
    watch(reduced, progress)
    watch(checks, None)
    watch([merged], None)
    # One sum comes here, whatever the number of parts.
    whole: Reduced = merged.result()
    return whole


def sample_clinic(reduced: Reduced, therapists: pd.DataFrame) -> Clinic:
    """Return the sample kept aside as a clinic of its own."""
    return Clinic(therapists, reduced.sample.clients, reduced.sample.episodes)


def _reduced(part: Part, therapists: TherapistTable, parts: int) -> Reduced:
    nobody = pd.DataFrame(columns=["therapist_id"])
    clinic = Clinic(nobody, part.clients, part.episodes)
    started = part.episodes["started_on"]
    return Reduced(
        sums_of(episode_design(clinic, therapists)),
        started.min(),
        started.max(),
        _sample(part, SAMPLE_EPISODES // parts),
    )


def _merged(group: list[Reduced]) -> Reduced:
    first, last = (pd.Series([getattr(one, name) for one in group]) for name in ("first", "last"))
    sample = Part(
        pd.concat([one.sample.clients for one in group], ignore_index=True),
        pd.concat([one.sample.episodes for one in group], ignore_index=True),
    )
    return Reduced(total([one.sums for one in group]), first.min(), last.max(), sample)


def _sample(part: Part, most: int) -> Part:
    """Return whole clients by chance that is fixed for a client, so that every run keeps the same ones."""
    share = min(1.0, most / max(len(part.episodes), 1))
    keys = pd.util.hash_array(part.clients["client_id"].to_numpy(dtype=object), categorize=False)
    kept = part.clients[keys / 2.0**64 <= share]
    theirs = part.episodes[part.episodes["client_id"].isin(kept["client_id"])]
    return replace(part, clients=kept.reset_index(drop=True), episodes=theirs.reset_index(drop=True))


def _no_part() -> Part:
    return Part(empty_frame(CLIENTS), empty_frame(EPISODES))
