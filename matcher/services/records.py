"""What past work here says of each therapist: for staff alone, with its interval and its number of cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import pandas as pd

from matcher.domain.vocabulary import CONCERNS, MEASURES
from matcher.ranking.track_record import track_record
from matcher.store.staff_rows import outcome_rows, outcome_stamp
from matcher.store.store import Store

#: Fewer cases than this are too few to say anything: the number of the one trial that matched on past records
#: (Constantino and others, JAMA Psychiatry 2021).
FEWEST: Final = 15
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Record:
    """The share of a therapist's next clients expected to improve reliably, with its 95 % interval.

    ``domain`` is that of the client's weightiest concern, or ``all``. Below `FEWEST` cases there are no figures.
    """

    domain: str
    n: int
    rate: float | None
    low: float | None
    high: float | None


_kept: dict[str, tuple[object, dict[str, tuple[Record, ...]]]] = {}
_lock = Lock()


def records(store: Store) -> Mapping[str, tuple[Record, ...]]:
    """Return the records of every therapist with measured cases, all their work first; counted once a change.

    `matcher.services.live.LiveMatching` asks for them ahead, at the start and after a change, so nobody waits.
    """
    where = store.engine.url.render_as_string()
    with store.reading() as session:
        stamp = outcome_stamp(session)
        # Whoever asks while they are counted waits for that, rather than count beside it.
        with _lock:
            if where not in _kept or _kept[where][0] != stamp:
                _kept[where] = (stamp, _records(outcome_rows(session)))
            return _kept[where][1]


def _records(rows: Iterable[Any]) -> dict[str, tuple[Record, ...]]:
    cases = [
        (row.therapist_id, _domain(row.concerns), _improved(row.measure, row.score_start, row.score_end))
        for row in rows
        if row.measure in MEASURES
    ]
    if not cases:
        return {}
    frame = pd.DataFrame(cases, columns=["unit", "domain", "improved"])
    whole = frame.assign(domain=ALL)
    found: dict[str, list[Record]] = {}
    for part in (whole, frame):
        counts = part.groupby(["unit", "domain"], as_index=False, sort=True)["improved"].agg(["count", "sum"])
        counts = counts.rename(columns={"count": "n", "sum": "improved"})
        for row in track_record(counts).itertuples(index=False):
            found.setdefault(str(row.unit), []).append(_record(row))
    return {unit: tuple(lines) for unit, lines in found.items()}


def _record(row: Any) -> Record:
    if row.n < FEWEST:
        return Record(row.domain, int(row.n), None, None, None)
    return Record(row.domain, int(row.n), float(row.rate), float(row.low), float(row.high))


def _improved(measure: str, start: float, end: float) -> int:
    known = MEASURES[measure]
    gain = start - end if known.higher_is_worse else end - start
    return int(gain >= known.reliable_change)


def _domain(concerns: str) -> str:
    named = [part.split(":") for part in concerns.split(";")]
    code = max(named, key=lambda part: int(part[1]))[0]
    return CONCERNS[code].domain


def domain_of(concerns: Iterable[tuple[str, int]]) -> str:
    """Return the domain of a client's weightiest concern."""
    return CONCERNS[max(concerns, key=lambda concern: concern[1])[0]].domain
