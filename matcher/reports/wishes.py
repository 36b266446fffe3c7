"""What people asked for and got, what was given up, and what to hire or train for next."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.encoding import days_of
from matcher.clinic.pairs import Pairs
from matcher.domain.vocabulary import STYLES
from matcher.eligibility.limits import LIMITS
from matcher.features.wishes import WISHES, wish_states
from matcher.reports.capacity import Lack, lacking
from matcher.reports.cases import Cases
from matcher.reports.intervals import rounded_shares
from matcher.reports.phrases import about, percent, span
from matcher.reports.suppression import HIDDEN_NOTE, Cells, counted, few_words
from matcher.reports.values import Picture, Section, Table

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
METHOD = (
    "Wishes of clients whose first course began in the period are held against their therapist's profile as it is "
    "today; where the profile is blank it is not known whether a wish was honoured, which is neither yes nor no. A "
    "limit counts as given up where the therapist they came to does not keep it. What to hire or train for is worked "
    "out from clients who enquired in the period and have no course: each gap is counted for those to whom closing "
    "that one gap would open a therapist, full or not. A client may be counted in several gaps. Shares have Wilson 95% "
    "intervals that allow for rounding."
)
LABELS: dict[str, str] = {
    "therapist_gender": "the therapist's gender",
    "modalities": "a kind of therapy",
    "identities": "knowing their community",
    "languages": "a language",
    "formats": "where to meet",
    "funding": "how it is paid",
    "availability": "times",
    "max_fee": "a highest fee",
    "max_distance_km": "how far to go",
    "next_opening_by": "a first session by a day",
    "concerns": "every concern covered",
    "age": "their age group",
    **dict.fromkeys(STYLES, "a way of working"),
}
_NOT_GIVEN_UP = ("capacity", "exclude_therapists", "next_opening_by")


def wishes(cases: Cases) -> Section:
    """Return the section on wishes and gaps."""
    pairs, _ = first_met(cases)
    asked = _wish_table(pairs)
    gaps = lacking(cases)
    tables = (
        Table("wishes", "What clients asked for and got", asked, (HIDDEN_NOTE,)),
        Table("given_up", "Limits that were given up", _given_up(pairs), (HIDDEN_NOTE,)),
        Table("gaps", "What to hire or train for next", _gap_table(gaps), (HIDDEN_NOTE,)),
    )
    sentence = _sentence(cases, asked, gaps)
    drawn = asked.rename(
        columns={"wish": "label", "honoured (%)": "value", "from (%)": "low", "to (%)": "high", "asked": "n"}
    )
    drawn = drawn.loc[drawn["value"].notna(), ["label", "value", "low", "high", "n"]].reset_index(drop=True)
    picture = Picture("wishes", "intervals", "Wishes honoured, of those asked", sentence, drawn, "%")
    return Section(
        "wishes",
        "Wishes, limits and gaps",
        sentence,
        METHOD,
        tables,
        (picture,),
        (
            "Therapists' profiles are today's: somebody who learned a language since counts as having spoken it then.",
            "A client without a course may have gone elsewhere for reasons nobody recorded.",
        ),
    )


def first_met(cases: Cases) -> tuple[Pairs, NDArray[np.intp]]:
    """Return clients whose first course began in the period beside the therapist they came to, and those courses."""
    first = np.zeros(len(cases), dtype=bool)
    order = cases.episodes["started_on"].argsort(kind="stable").to_numpy()
    first[order] = ~cases.episodes["client_id"].iloc[order].duplicated().to_numpy()
    therapist = pd.Index(cases.therapists.ids).get_indexer(pd.Index(cases.episodes["therapist_id"]))
    rows = np.flatnonzero(first & cases.began & (therapist >= 0))
    clients = cases.client_table.take(cases.client_rows[rows])
    met = cases.therapists.take(therapist[rows].astype(np.intp))
    started = days_of(cases.episodes["started_on"].iloc[rows])
    # What a client met with was the day they began, not the therapist's next opening today.
    return Pairs(clients, replace(met, days={**met.days, "next_opening": started}), grid=False), rows


def wish_counts(pairs: Pairs) -> dict[str, tuple[Bools, Bools, Bools]]:
    """Return asked, honoured and unknown (n,) by wish in words; the four ways of working count as one wish.

    Ways of working are honoured where every stated one is, and unknown where none is broken and one is not known.
    """
    found: dict[str, tuple[Bools, Bools, Bools]] = {}
    for wish in WISHES:
        asked, honoured, unknown = wish_states(wish, pairs)
        label = LABELS[wish.name]
        if label in found:
            before = found[label]
            broken = (before[0] & ~before[1] & ~before[2]) | (asked & ~honoured & ~unknown)
            either = before[0] | asked
            blank = (before[2] | unknown) & ~broken
            found[label] = (either, either & ~broken & ~blank, blank)
        else:
            found[label] = (asked, honoured, unknown)
    return found


def _wish_table(pairs: Pairs) -> pd.DataFrame:
    cells = Cells()
    labels: list[str] = []
    said: list[str] = []
    places: list[list[int]] = []
    for label, (asked, honoured, unknown) in wish_counts(pairs).items():
        counts = [float(asked.sum()), float(honoured.sum()), float((asked & ~honoured & ~unknown).sum())]
        counts.append(float(unknown.sum()))
        if not counts[0]:
            continue
        row = cells.add_all(counts)
        # Nobody unknown is nothing to hide: it says that profiles are complete.
        cells.add_up(row[0], row[1:] if counts[3] else row[1:3])
        labels.append(label)
        said.append(few_words(counts[1], counts[0]))
        places.append(row)
    shown = cells.shown()[np.array(places, dtype=np.intp)] if places else np.zeros((0, 4))
    share = rounded_shares(np.where(np.isnan(shown[:, 2]), np.nan, shown[:, 1]), shown[:, 0])
    frame = pd.DataFrame(
        {
            "wish": labels,
            "asked": counted(shown[:, 0]),
            "honoured": counted(shown[:, 1]),
            "not honoured": counted(shown[:, 2]),
            "not known": counted(shown[:, 3]),
            "honoured (%)": np.round(100 * share.value),
            "from (%)": np.round(100 * share.low),
            "to (%)": np.round(100 * share.high),
            "honoured, in words": said,
        }
    )
    return frame.sort_values("asked", ascending=False, na_position="last", kind="stable").reset_index(drop=True)


def _given_up(pairs: Pairs) -> pd.DataFrame:
    """Return how many limits of each kind were stated as limits, and given up for the therapist they came to."""
    cells = Cells()
    rows: dict[str, list[Bools]] = {}
    for limit in LIMITS:
        if limit.name in _NOT_GIVEN_UP:
            continue
        must = pairs.clients.must.get(limit.name, np.zeros(len(pairs.clients), dtype=bool))
        bound = limit.asked(pairs) & (np.ones_like(must) if limit.always else must)
        if not bound.any():
            continue
        broken = bound & np.broadcast_to(limit.broken(pairs), pairs.shape)
        before = rows.get(LABELS[limit.name], [np.zeros_like(bound), np.zeros_like(bound)])
        rows[LABELS[limit.name]] = [before[0] | bound, before[1] | broken]
    places = []
    for bound, broken in rows.values():
        place = cells.add(float(bound.sum()))
        places.append((place, cells.part_of(place, float(broken.sum()))))
    shown = cells.shown()[np.array(places, dtype=np.intp)] if places else np.zeros((0, 2))
    return pd.DataFrame({"limit": list(rows), "stated": counted(shown[:, 0]), "given up": counted(shown[:, 1])})


def _gap_table(gaps: list[Lack]) -> pd.DataFrame:
    cells = Cells()
    cells.add_all([gap.clients for gap in gaps])
    frame = pd.DataFrame({"gap": [gap.words for gap in gaps], "clients it would serve": counted(cells.shown())})
    return frame[frame["clients it would serve"].notna()].reset_index(drop=True)


def _sentence(cases: Cases, asked: pd.DataFrame, gaps: list[Lack]) -> str:
    when = span(cases.scope.period)
    known = asked[asked["honoured (%)"].notna()]
    if known.empty:
        said = f"Too few clients who began in {when} stated a wish to say how many were honoured"
    else:
        worst = known.iloc[int(known["honoured (%)"].argmin())]
        said = (
            f"Of the wishes of clients who began in {when}, the least honoured is {worst['wish']} "
            f"({percent(worst['honoured (%)'] / 100)} of {about(float(worst['asked']))} who asked)"
        )
    table = _gap_table(gaps)
    if table.empty:
        return f"{said}; no single gap would serve 10 or more of those still without a therapist."
    first = table.iloc[0]
    served = about(float(first.iloc[1]))
    return f"{said}; closing one gap, {first['gap']}, would serve {served} clients without a therapist."
