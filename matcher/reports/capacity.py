"""Which single gap keeps clients without a therapist, and how many clients closing it would serve."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import CLIENT_SETS
from matcher.clinic.pairs import Pairs
from matcher.domain.vocabulary import AGE_GROUPS, CONCERNS, FORMATS, STYLES
from matcher.eligibility.limits import BIT, Mask, broken_limits
from matcher.eligibility.words import labels_of
from matcher.reports.cases import Cases, window
from matcher.reports.phrases import listed
from matcher.reports.ways import ways

Bools = NDArray[np.bool_]
Counts = NDArray[np.intp]
#: Pairs of unplaced clients and therapists held against each other at once.
_PAIRS_AT_ONCE = 1_000_000
#: Nobody is hired so that somebody need not be excluded.
_NO_GAP = BIT["exclude_therapists"]
#: Reasons of closing an enquiry that say its client got nobody here; others say nothing of whether somebody was there.
GOT_NOBODY = ("declined", "went_elsewhere", "referred_on")
_WORDS = {
    "capacity": "more places with therapists like those here",
    "max_fee": "a therapist at a lower fee",
    "max_distance_km": "rooms nearer to clients",
    "next_opening_by": "earlier first sessions",
    "therapist_gender": "a therapist who is {what}",
    "modalities": "training in {what}",
    "identities": "training with {what}",
    "languages": "a therapist who speaks {what}",
    "formats": "meeting {what}",
    "funding": "taking {what}",
    "availability": "more times of day",
    "concerns": "work with {what}",
    "age": "work with {what}",
    **dict.fromkeys(STYLES, "another way of working"),
}


@dataclass(frozen=True, slots=True)
class Lack:
    """One gap in words, and the number of clients to whom closing it alone would open a therapist.

    ``served`` counts those who enquired in the period, and before it; ``before`` those of the period before alike.
    """

    words: str
    served: tuple[int, int]
    before: tuple[int, int]

    @property
    def clients(self) -> int:
        """How many who enquired in the period it would serve."""
        return self.served[0]


def lacking(cases: Cases) -> list[Lack]:
    """Return the gaps of clients who have no course, those that would serve most of the period's enquirers first."""
    rows, when = _unplaced(cases)
    found: dict[str, Counts] = {}
    step = max(1, _PAIRS_AT_ONCE // max(1, len(cases.therapists)))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        pairs = Pairs(cases.client_table.take(rows[part]), cases.therapists)
        for words, row in _gaps(pairs, broken_limits(pairs)):
            found[words] = found.get(words, np.zeros(4, dtype=np.intp)) + when[part][row]
    lacks = [Lack(words, (int(n[0]), int(n[1])), (int(n[2]), int(n[3]))) for words, n in found.items()]
    return sorted(lacks, key=lambda lack: (-lack.clients, lack.words))


def _unplaced(cases: Cases) -> tuple[NDArray[np.intp], Counts]:
    """Return the rows of clients without a course, and whether they enquired in each period or before it (n, 4)."""
    frame = ways(cases).frame
    without = (frame["state"] != "closed") | frame["reason"].isin(GOT_NOBODY)
    waiting = frame[frame["first"].isna() & without].drop_duplicates("client_id", keep="last")
    rows = cases.rows_of_clients(waiting["client_id"])
    no_course = np.ones(len(cases.clients) + 1, dtype=bool)
    # The last place stands for -1: who is not within the scope.
    no_course[cases.client_rows] = no_course[-1] = False
    waiting, rows = waiting[no_course[rows]], rows[no_course[rows]]
    periods = (window(waiting["received"], period) for period in (cases.scope.period, cases.scope.before))
    when = np.column_stack([part for found in periods for part in (found.inside, found.earlier)]).astype(np.intp)
    kept = when.any(axis=1)
    return rows[kept], when[kept]


def _gaps(pairs: Pairs, broken: Mask) -> Iterator[tuple[str, int]]:
    """Give each single gap that keeps a client from everybody, with the client's row; who has somebody has none."""
    stuck = ~(broken == 0).any(axis=1)
    aside = np.uint32(BIT["capacity"])
    for name, bit in BIT.items():
        if bit == _NO_GAP:
            continue
        # A therapist who is full would be one more to hire; the gap is what hiring alike would not close.
        wanted = np.uint32(bit)
        alone = broken == wanted if name == "capacity" else (broken & ~aside) == wanted
        rows = np.flatnonzero(stuck & alone.any(axis=1) & (_only(broken, aside) | (name == "capacity")))
        for row in rows.tolist():
            near = np.flatnonzero(alone[row])
            yield from ((words, row) for words in set(_in_words(name, pairs, row, near)))


def _only(broken: Mask, aside: np.uint32) -> Bools:
    """Return the clients for whom more places alone would open nobody."""
    return np.asarray(~((broken & ~aside) == 0).any(axis=1), dtype=bool)


def _in_words(name: str, pairs: Pairs, row: int, near: Counts) -> list[str]:
    """Return what closing a client's gap takes: of any one of what they named where one will do, each is counted.

    ``near`` are the therapists who lack nothing else.
    """
    template = _WORDS[name]
    if "{what}" not in template:
        return [template]
    if name == "concerns":
        lacks = (pairs.clients.severity[row] > 0) & (pairs.therapists.concerns[near] <= 0)
        return _every(template, [CONCERNS[code].label.lower() for code in CONCERNS], lacks)
    codes = pairs.clients.sets[name].names(row) if name != "age" else ()
    if name == "identities":
        theirs = [set(pairs.therapists.sets[name].names(one)) for one in near.tolist()]
        lacks = np.array([[code not in known for code in codes] for known in theirs], dtype=bool)
        return _every(template, [str(labels_of(name, (code,), "or")) for code in codes], lacks)
    if name == "age":
        bits = int(pairs.clients.age_group[row, 0])
        groups = [code.replace("_", " ") for place, code in enumerate(AGE_GROUPS) if bits >> place & 1]
        return [template.format(what=f"{group} clients") for group in groups]
    labels = [
        FORMATS[code] if name == "formats" else str(labels_of(CLIENT_SETS[name], (code,), "or")) for code in codes
    ]
    return [template.format(what=label) for label in labels] or ["something nobody here offers"]


def _every(template: str, labels: list[str], lacks: Bools) -> list[str]:
    """Return the gaps (m therapists, k labels) of what has to be kept whole: of those who lack fewest, what each lacks.

    Whoever lacks two things has one gap, of both: closing either alone would open nobody.
    """
    number = lacks.sum(axis=1)
    found = np.unique(lacks[number == number.min()], axis=0) if len(lacks) else lacks
    return [template.format(what=listed([labels[at] for at in np.flatnonzero(one)])) for one in found if one.any()]
