"""What people asked for and got, what was given up, and what to hire or train for next."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.pairs import Pairs
from matcher.domain.vocabulary import STYLES
from matcher.eligibility.limits import LIMITS
from matcher.features.wishes import WISHES, wish_states
from matcher.reports.capacity import Lack, lacking
from matcher.reports.cases import Cases, Window, window
from matcher.reports.intervals import Estimates, rounded_shares
from matcher.reports.phrases import about, percent, span
from matcher.reports.suppression import HIDDEN_NOTE, Cells, counted, few_words, may_show, rounded
from matcher.reports.values import Picture, Section, Table

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
METHOD = (
    "Wishes of clients whose first course began in the period are held against their therapist's profile as it is "
    "today; where the profile is blank it is not known whether a wish was honoured, which is neither yes nor no: the "
    "share honoured is of those of whom it is known, and how many it is not known of stands beside it. A "
    "limit counts as given up where the therapist they came to does not keep it. What to hire or train for is worked "
    "out from clients who enquired in the period and have no course, whose enquiry is open or was closed because they "
    "declined what was offered, went elsewhere or were referred on; whoever did not answer, withdrew or had enquired "
    "twice is left out. Each gap is counted for those to whom closing that one gap would open a therapist, full or "
    "not; where all concerns or communities must be kept, it is what the therapist nearest to it lacks. A client may "
    "be counted in several gaps. Shares have Wilson 95% intervals that allow for rounding."
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
ANY_LIMIT = "any limit"
BEFORE = ", period before"
_NOT_RECORDED = (
    "Which limits clients loosened, or staff relaxed with them, is not recorded here: only the app keeps that."
)
_NOT_GIVEN_UP = ("capacity", "exclude_therapists", "next_opening_by")


#: Said of a report on one site, where clients without a therapist belong to none.
SITELESS = (
    "What to hire or train for is told by the report on all sites: clients without a therapist belong to no site."
)


def wishes(cases: Cases) -> Section:
    """Return the section on wishes and gaps."""
    pairs, rows = cases.first_met
    began = cases.begins.at(rows), cases.begins_before.at(rows)
    asked = _wish_table(pairs, *began)
    gaps = lacking(cases)
    tables = (
        Table("wishes", "What clients asked for and got", asked, (HIDDEN_NOTE,)),
        Table("given_up", "Limits that were given up", _given_up(pairs, *began), (HIDDEN_NOTE,)),
        *_relaxed_table(cases),
        Table("gaps", "What to hire or train for next", _gap_table(gaps), (HIDDEN_NOTE,)),
    )
    sentence = _sentence(cases, asked, gaps)
    drawn = asked.rename(
        columns={"wish": "label", "honoured (%)": "value", "from (%)": "low", "to (%)": "high", "asked": "n"}
    )
    drawn = drawn.loc[drawn["value"].notna(), ["label", "value", "low", "high", "n"]].reset_index(drop=True)
    picture = Picture("wishes", "intervals", "Wishes honoured, of those of whom it is known", sentence, drawn, "%")
    return Section(
        "wishes",
        "Wishes, limits and gaps",
        sentence,
        METHOD,
        tables,
        (picture,),
        (
            *(() if cases.data.given_way is not None else (_NOT_RECORDED,)),
            *(() if cases.scope.site is None else (SITELESS,)),
            "Therapists' profiles are today's: somebody who learned a language since counts as having spoken it then.",
            "A client without a course may have gone elsewhere for reasons nobody recorded.",
        ),
    )


def _relaxed_table(cases: Cases) -> tuple[Table, ...]:
    given = cases.data.given_way
    if given is None:
        return ()
    note = "A client counts in the period in which a limit of theirs first gave way, whether or not they began."
    return (Table("relaxed", "Limits people had to relax, by whose hand", _relaxed(cases, given), (HIDDEN_NOTE, note)),)


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


def _wish_table(pairs: Pairs, now: Window, before: Window) -> pd.DataFrame:
    wished = wish_counts(pairs)
    here, share, said = _wish_cells(wished, now)
    there, earlier, _ = _wish_cells(wished, before)
    frame = pd.DataFrame(
        {
            "wish": list(wished),
            "asked": counted(here[:, 0]),
            "honoured": counted(here[:, 1]),
            "not honoured": counted(here[:, 2]),
            "not known": counted(here[:, 3]),
            "honoured (%)": np.round(100 * share.value),
            "from (%)": np.round(100 * share.low),
            "to (%)": np.round(100 * share.high),
            "honoured, in words": said,
            "asked, period before": counted(there[:, 0]),
            "period before (%)": np.round(100 * earlier.value),
            "before, from (%)": np.round(100 * earlier.low),
            "before, to (%)": np.round(100 * earlier.high),
        }
    )
    frame = frame[frame[["asked", "asked, period before"]].notna().any(axis=1)]
    return frame.sort_values("asked", ascending=False, na_position="last", kind="stable").reset_index(drop=True)


def _wish_cells(wished: dict[str, tuple[Bools, Bools, Bools]], when: Window) -> tuple[Floats, Estimates, list[str]]:
    """Return asked, honoured, not honoured and unknown (w, 4) as they may be shown, the share, and words."""
    cells = Cells()
    places, rests = [], []
    for asked, honoured, unknown in wished.values():
        parts = (asked, honoured, asked & ~honoured & ~unknown, unknown)
        row = [cells.add(*when.counts(part)) for part in parts]
        # None in steps of 5, which up to four may be, is nothing to hide: it says that profiles are nearly complete.
        none_unknown = rounded(*when.counts(unknown)) <= 0
        cells.add_up(row[0], row[1:3] if none_unknown else row[1:])
        places.append(row)
        rests.append(float(rounded(*when.counts(asked & ~honoured))))
    where = np.array(places, dtype=np.intp).reshape(-1, 4)
    shown, stepped = cells.shown()[where], cells.stepped()[where]
    # Of those of whom it is known: somebody whose therapist's profile is blank is neither.
    share = rounded_shares(np.where(np.isnan(shown[:, 2]), np.nan, shown[:, 1]), shown[:, 1] + shown[:, 2])
    return shown, share, [few_words(row[1], rest, row[0]) for row, rest in zip(stepped, rests, strict=True)]


def _given_up(pairs: Pairs, now: Window, before: Window) -> pd.DataFrame:
    """Return how many limits of each kind were stated as limits, and given up for the therapist they came to."""
    rows: dict[str, list[Bools]] = {}
    for limit in LIMITS:
        if limit.name in _NOT_GIVEN_UP:
            continue
        must = pairs.clients.must.get(limit.name, np.zeros(len(pairs.clients), dtype=bool))
        bound = limit.asked(pairs) & (np.ones_like(must) if limit.always else must)
        if not bound.any():
            continue
        broken = bound & np.broadcast_to(limit.broken(pairs), pairs.shape)
        known = rows.get(LABELS[limit.name], [np.zeros_like(bound), np.zeros_like(bound)])
        rows[LABELS[limit.name]] = [known[0] | bound, known[1] | broken]
    frame = pd.DataFrame({"limit": list(rows)})
    for words, when in (("", now), (BEFORE, before)):
        cells = Cells()
        places = []
        for bound, broken in rows.values():
            place = cells.add(*when.counts(bound))
            places.append((place, cells.part_of(place, *when.counts(broken))))
        shown = cells.shown()[np.array(places, dtype=np.intp).reshape(-1, 2)]
        frame[f"stated{words}"], frame[f"given up{words}"] = counted(shown[:, 0]), counted(shown[:, 1])
    return frame[frame.iloc[:, 1:].notna().any(axis=1)].reset_index(drop=True)


def _relaxed(cases: Cases, given: pd.DataFrame) -> pd.DataFrame:
    """Return of how many clients each limit first gave way, by whose hand: the client's own pages, or staff."""
    own = given[given["client_id"].isin(set(cases.clients["client_id"]))]
    limits = own.assign(limit=own["limit"].map(LABELS))
    limits = pd.concat([limits, limits.assign(limit=ANY_LIMIT)]).sort_values("at", kind="stable")
    # Counted once, when it first gave way, so that periods add up.
    limits = limits.drop_duplicates(["client_id", "limit", "by"])
    at = pd.to_datetime(limits["at"], utc=True).dt.tz_localize(None)
    names = [name for name in dict.fromkeys((ANY_LIMIT, *LABELS.values())) if (limits["limit"] == name).any()]
    frame = pd.DataFrame({"limit": names})
    for heading, by in (("loosened by the client", "client"), ("relaxed by staff", "staff")):
        for words, period in (("", cases.scope.period), (BEFORE, cases.scope.before)):
            when, hand = window(at, period), limits["by"] == by
            counts = [when.counts((hand & (limits["limit"] == name)).to_numpy(bool)) for name in names]
            n, before = np.array(counts, dtype=np.float64).reshape(-1, 2).T
            frame[f"{heading}{words}"] = counted(may_show(n, before))
    # A row without a number would tell that it gave way for somebody.
    return frame[frame.iloc[:, 1:].notna().any(axis=1)].reset_index(drop=True)


def _gap_table(gaps: list[Lack]) -> pd.DataFrame:
    served, before = (np.array([getattr(gap, name) for gap in gaps], dtype=np.float64).reshape(-1, 2).T
                      for name in ("served", "before"))  # fmt: skip
    frame = pd.DataFrame(
        {"gap": [gap.words for gap in gaps], "clients it would serve": counted(may_show(*served))}
        | {"clients it would serve, period before": counted(may_show(*before))}
    )
    frame = frame[frame["clients it would serve"].notna()]
    return frame.sort_values("clients it would serve", ascending=False, kind="stable").reset_index(drop=True)


def _sentence(cases: Cases, asked: pd.DataFrame, gaps: list[Lack]) -> str:
    when = span(cases.scope.period)
    known = asked[asked["honoured (%)"].notna()]
    if known.empty:
        said = f"Too few clients who began in {when} stated a wish to say how many were honoured"
    else:
        worst = known.iloc[int(known["honoured (%)"].argmin())]
        share, asked_it = percent(worst["honoured (%)"] / 100), about(float(worst["asked"]))
        said = (
            f"Of the wishes of clients who began in {when}, the least honoured is {worst['wish']} ({share} of those of "
            f"whom it is known; {asked_it} asked)"
        )
    table = _gap_table(gaps)
    if table.empty and cases.scope.site is not None:
        return f"{said}."
    if table.empty:
        return f"{said}; no single gap would serve enough clients without a therapist to be shown."
    first = table.iloc[0]
    served = about(float(first.iloc[1]))
    return f"{said}; closing one gap, {first['gap']}, would serve {served} clients without a therapist."
