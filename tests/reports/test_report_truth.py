"""Reports of simulated clinics whose truth is known: intervals hold it at their rate, funnels flag by chance only.

Every kind of interval in a report is noted here but for these:

- Reliably deteriorated, by itself and by way, and changes and groups that fewer than 20 clinics (50 of the larger)
  show: so few got worse that the number is hidden nearly everywhere, and clinics that show it are the odd ones. They
  come of the same functions as improvement and dropping out, which are noted.
- Each fairness group's own share who came, own wishes and own prediction error: whom a clinic's few therapists can see
  at all, what they offer and what a model learns of them differ between clinics, so a very large one is no truth for a
  small one. What is noted is each figure's difference between groups drawn by lot, which is 0 in every clinic, wishes
  where chance alone brings pairs together, and who comes how far where that was drawn alike for everybody. Groups' own
  waits, alliance, improvement and dropping out are noted by gender; by age, language and community they come of the
  same functions.
- A therapist's own "beside the clinic's average" holds the very cells of the therapists' tables, and the drift of a
  model the thirds of the calibration.
- The slowest tenth, counts and the figures of England and of the literature have no interval.
"""

import zlib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from matcher.clinic.pairs import Pairs
from matcher.evaluation.intervals import Interval
from matcher.features.wishes import honoured_of_known
from matcher.reports.adjusted import compare_arms
from matcher.reports.cases import Cases, cases, window
from matcher.reports.fairness import ANY_UNKNOWN, CAME, ERROR, HONOURED, WAIT, client_groups
from matcher.reports.flow import flow
from matcher.reports.foretold import foretell
from matcher.reports.groups import Grouped, mean_by_group, share_by_group
from matcher.reports.intervals import median_interval
from matcher.reports.matched import WAYS, ways_matched
from matcher.reports.nation import nation
from matcher.reports.outcomes import MEANS, outcomes
from matcher.reports.phrases import NOT_ENOUGH
from matcher.reports.policy import first_by_benefit
from matcher.reports.therapists import ABOVE, BELOW, FEWEST_TO_COMPARE, cards, named_therapists, therapists
from matcher.reports.values import ReportData
from matcher.reports.ways import STEPS, days_to, ways
from matcher.reports.wishes import wish_counts, wishes
from matcher.simulation.choosing import allowed
from matcher.simulation.clinic import simulate_clinic
from matcher.simulation.episodes import end_residual
from matcher.simulation.world import World
from tests.reports.known_truths import (
    SMALL,
    WAY,
    Row,
    client_alone_row,
    fairness_rows,
    flow_rows,
    outcome_rows,
    own_rows,
    small_way_means,
    small_way_rows,
    therapist_rows,
    with_known_way,
)
from tests.reports.made_clinics import WHOLE, clinic_of, data_of, scope, slates_of

CLINICS = 200
CLIENTS, MORE_CLIENTS, THERAPISTS = 500, 1_200, 8
FEWEST_CLINICS = 20


def lowest(clinics: int = CLINICS) -> float:
    """Return what 995 of 1,000 shares of so many intervals reach, where each holds the truth 95 times in 100."""
    return float(stats.binom.ppf(0.005, clinics, 0.95)) / clinics


def highest(flags: int, nominal: float) -> float:
    """Return what 995 of 1,000 shares of so many flags stay below, where each is up at its nominal rate."""
    return float(stats.binom.ppf(0.995, flags, nominal)) / flags


#: Figures that 20 and more of these small clinics show; a rule that hid them would leave their intervals untried.
ALWAYS_SHOWN = {
    "reliably improved",
    "recovered, of those who began as a case",
    "dropped out",
    "ended as planned",
    "change in reliably improved",
    "change in dropped out",
    "alliance, 0 to 10",
    "improvement, in standard deviations",
    "came to a third session",
    "alliance between genders",
    "median days to a first session",
    *(f"flow, {STEPS[step]}{when}" for step in WAY for when in ("", ", period before")),
    *(f"median days, {STEPS[step]}" for step in WAY),
    *(f"{figure.label}{words}" for figure in MEANS for words in (", in the table", ", period before")),
    *(f"change in {figure.label}" for figure in MEANS),
    "reliably improved, period before",
    "dropped out, period before",
}
#: Of groups drawn by lot, the figures that 50 and more clinics tell.
BY_LOT = {
    *(f"by lot, {name}" for name in (CAME, WAIT, HONOURED, ANY_UNKNOWN, ERROR)),
    *(f"by lot, {name}" for name in ("alliance, 0 to 10", "reliably improved (%)", "dropped out (%)")),
    *(f"by lot, {name}, period before" for name in (WAIT, HONOURED)),
    "less the client alone, in the table",
}
#: The same of clinics of 1,200 clients, 100 and more of which show them.
SHOWN_OF_MORE = {
    "changed therapist",
    "therapists, end score, better (SD)",
    "therapists, alliance (SD)",
    "therapists, staying to the end (SD)",
    "therapists, by domain",
    "own change a year",
    "own half-years",
    "reliably improved, placed by staff as usual",
    "dropped out, placed by staff as usual",
    "difference in alliance, placed by staff as usual",
    "difference in alliance, another from the list",
    "reliably improved of a gender, woman",
    "dropped out of a gender, woman",
    "alliance of a gender, woman",
    "alliance of a gender, period before, woman",
    "days waited, woman",
    "difference in days waited, woman",
    "beside England, reliably improved",
    "beside England, recovered, of those who began as a case",
    "beside England, ('Worry and anxiety', 'reliably improved')",
    "beside England, ('Low mood or depression', 'reliably improved')",
}
#: How much better (SD) a course went in a made-up log where the best came first.
BETTER = 0.5
#: How few small groups may hold the truth: what 995 of 1,000 shares of so many intervals reach, less the half in a
#: hundred that skewness still takes away from a dozen people.
SKEWED = 0.005
#: Where the table of wishes has the ends of its intervals.
NOW_ENDS, BEFORE_ENDS = ("from (%)", "to (%)"), ("before, from (%)", "before, to (%)")
#: Nobody differs in this world, so the truth of every clinic is what a very large one shows.
ALIKE = World(effects="none")


@cache
def alike(seed: int, clients: int = CLIENTS, therapists: int = THERAPISTS) -> Cases:
    return cases(data_of(simulate_clinic(clients, therapists, seed, ALIKE)), scope())


def large_clinic() -> Cases:
    return alike(9_999, 120_000, 40)


_NATION_KEYS = (["what followed"], ["concern", "what followed"])


class Held:
    """Whether intervals held the truth, by figure."""

    def __init__(self) -> None:
        self.found: dict[str, list[bool]] = {}

    def note(self, label: str, low: float, high: float, true: float, slack: float = 0.0) -> None:
        if not np.isnan(low):
            self.found.setdefault(label, []).append(low - slack <= true <= high + slack)

    def note_rows(self, rows: Iterable[Row]) -> None:
        """Note rows of a report's tables beside their truths."""
        for row in rows:
            self.note(*row)

    def note_groups(self, name: str, found: Grouped, true: Grouped) -> None:
        """Note the figures of all groups, and their differences from the others, beside those of another clinic."""
        for place, label in enumerate(found.labels):
            if label in true.labels:
                at, own, apart = true.labels.index(label), found.figure, found.difference
                self.note(f"{name}, {label}", own.low[place], own.high[place], true.figure.value[at])
                difference = true.difference.value[at]
                self.note(f"difference in {name}, {label}", apart.low[place], apart.high[place], difference)

    def note_nation(self, found: Cases, true: Cases) -> None:
        """Note the shares held against England's, of all concerns together and of each."""
        for ours, theirs, key in zip(nation(found).tables, nation(true).tables, _NATION_KEYS, strict=True):
            truth = theirs.frame.set_index(key)["here (%)"]
            rows = ours.frame.set_index(key)
            for label in rows.index.intersection(truth.index):
                row = rows.loc[label]
                self.note(f"beside England, {label}", row["from (%)"], row["to (%)"], truth[label], 0.5)
        earlier = nation(true).tables[0].frame.set_index("what followed")["here, period before (%)"]
        for label, row in nation(found).tables[0].frame.set_index("what followed").iterrows():
            if not np.isnan(earlier[label]):
                ends = row["before, from (%)"], row["before, to (%)"]
                self.note(f"beside England, {label}, period before", *ends, earlier[label], 0.5)

    def rates(self, fewest: int = FEWEST_CLINICS) -> dict[str, float]:
        """Where hardly any clinic has enough to show, those that do are the odd ones, and their share is no rate."""
        return {label: rate(values) for label, values in self.found.items() if len(values) >= fewest}


def grouped_figures(found: Cases) -> dict[str, Grouped]:
    """Return shares and means by way, and days waited by gender, each with its groups' differences from the others."""
    way, followed = ways_matched(found), found.followed
    codes, genders = client_groups(found.clients)["gender"]
    asking = ways(found).frame
    asked, began = found.rows_of_clients(asking["client_id"]), window(asking["first"], found.scope.period)
    figures = {"days waited": mean_by_group(days_to(asking, "first"), codes[asked], genders, began)}
    own = codes[found.client_rows]
    for words, when in (("", found.ends), (", period before", found.ends_before)):
        for by, labels, group in ((way, WAYS, ""), (own, genders, " of a gender")):
            figures |= {
                f"reliably improved{group}{words}": share_by_group(followed.improved, by, labels, when),
                f"dropped out{group}{words}": share_by_group(followed.dropped_out, by, labels, when),
                f"alliance{group}{words}": mean_by_group(followed.alliance, by, labels, when),
            }
        figures |= {
            f"recovered{words}": share_by_group(followed.recovered, way, WAYS, when, followed.case == 1),
            f"reliably deteriorated{words}": share_by_group(followed.deteriorated, way, WAYS, when),
        }
    return figures


def rate(held: list[bool]) -> float:
    return float(np.mean(held))


def print_rates(capsys: pytest.CaptureFixture[str], rates: dict[str, float]) -> None:
    with capsys.disabled():
        print("\n" + "\n".join(f"{name}: {value:.3f}" for name, value in rates.items()))


@pytest.mark.slow
def test_intervals_of_outcomes_flow_and_groups_hold_the_truth(capsys):
    large = large_clinic()
    followed, ended = large.followed, large.ended
    shares = {"reliably improved": followed.improved, "reliably deteriorated": followed.deteriorated}
    shares |= {"recovered, of those who began as a case": followed.recovered, "dropped out": followed.dropped_out}
    shares |= {"ended as planned": followed.planned}
    truth = {label: float(np.nanmean(value[ended])) for label, value in shares.items()}
    # The period before is a clinic's first months, when only short courses can have ended: a change that is true.
    change = {label: truth[label] - float(np.nanmean(value[large.ended_before])) for label, value in shares.items()}
    means = {"alliance, 0 to 10": followed.alliance, "improvement, in standard deviations": followed.effect}
    truth |= {label: float(np.nanmean(value[ended])) for label, value in means.items()}
    first, third = flow(large).tables[0].frame["people followed"].iloc[1:].astype(float)
    waited = np.nanmedian(days_to(ways(large).of(WHOLE), "first"))
    held = Held()
    note = held.note
    for seed in range(CLINICS):
        found = alike(seed)
        share_rows, mean_rows = (found_table.frame for found_table in outcomes(found).tables[:2])
        for row in share_rows.to_dict("records"):
            label = row["what followed"]
            if label in truth:
                # The table is in whole percent.
                note(label, row["from (%)"] / 100, row["to (%)"] / 100, truth[label], 0.005)
                note(f"change in {label}", row["change, from"] / 100, row["change, to"] / 100, change[label], 0.005)
        held.note_rows(outcome_rows(found, large))
        held.note_rows(flow_rows(with_known_way(found, seed)))
        for row in mean_rows.to_dict("records"):
            label = row["what followed"]
            if label in truth:
                note(label, row["from"], row["to"], truth[label], 0.05 if "alliance" in label else 0.005)
        # Whom a clinic's few therapists can see at all differs between clinics: that much is taken as it was.
        reached = flow(found).tables[0].frame
        steps, last = reached["of those followed (%)"].tolist(), reached.iloc[-1]
        went_on = third / first * steps[1] / 100
        note("came to a third session", last["from (%)"] / 100, last["to (%)"] / 100, went_on, 0.005)
        codes, labels = client_groups(found.clients)["gender"]
        own = codes[found.client_rows[found.ended]]
        for name, grouped in (
            ("alliance between genders", mean_by_group(found.followed.alliance[found.ended], own, labels)),
            ("improvement between genders", share_by_group(found.followed.improved[found.ended], own, labels)),
        ):
            place = labels.index("woman")
            note(name, grouped.difference.low[place], grouped.difference.high[place], 0.0, 0.0)
        note("median days to a first session", *median_interval(days_to(ways(found).of(WHOLE), "first"))[1:], waited)
    rates = held.rates()
    print_rates(capsys, rates)
    assert set(rates) >= ALWAYS_SHOWN
    for label, value in rates.items():
        assert value >= lowest(), label


@pytest.mark.slow
def test_therapists_intervals_hold_their_true_effects_and_the_funnel_flags_by_chance(capsys):
    """Where chance brought pairs together, each therapist's true effect on those they met is known.

    On the way: rare endings, ways and waits, for which clinics where nobody differs have to be as large.
    """
    held, flagged, wider, named, more = [], [], [], [], Held()
    large = large_clinic()
    changed, groups = float(np.nanmean(large.followed.changed[large.ended])), grouped_figures(large)
    means = small_way_means(large)
    for seed in range(CLINICS):
        made = simulate_clinic(MORE_CLIENTS, THERAPISTS, seed, World(matching="random", missing_or=1.0))
        found = cases(data_of(made), scope())
        ids, _ = named_therapists(found)
        card = cards(found, ids, "improvement").card
        true = _true_effects(made, found, ids)
        if card is not None:
            held += ((card.low <= true) & (true <= card.high))[card.n >= FEWEST_TO_COMPARE].tolist()
        equal = cases(data_of(simulate_clinic(MORE_CLIENTS, THERAPISTS, seed, ALIKE)), scope())
        row = outcomes(equal).tables[0].frame.set_index("what followed").loc["changed therapist"]
        more.note("changed therapist", row["from (%)"] / 100, row["to (%)"] / 100, changed, 0.005)
        ours = grouped_figures(equal)
        for name, grouped in ours.items():
            more.note_groups(name, grouped, groups[name])
        more.note_nation(equal, large)
        more.note_rows(small_way_rows(equal, means, seed))
        section = therapists(equal)
        more.note_rows(therapist_rows(section))
        more.note_rows(own_rows(equal, named_therapists(equal)[0][:2]))
        for picture in section.pictures:
            value = picture.frame["value"]
            flagged += (~value.between(picture.frame["low95"], picture.frame["high95"])).tolist()
            wider += (~value.between(picture.frame["low998"], picture.frame["high998"])).tolist()
        told = pd.concat([table.frame["what it says"] for table in section.tables])
        named += told[told != NOT_ENOUGH].isin((ABOVE, BELOW)).tolist()
    # Every funnel as it is drawn, by the limits that are drawn in it.
    rates = {"therapists' intervals": rate(held), "outside 95 %": rate(flagged), "outside 99.8 %": rate(wider)}
    print_rates(capsys, rates | more.rates() | {"named where equal": rate(named), "points in funnels": len(flagged)})
    assert set(more.rates(100)) >= SHOWN_OF_MORE
    for label, value in more.rates(50).items():
        skewed = SKEWED if label.startswith(SMALL) else 0
        assert value >= lowest(len(more.found[label])) - skewed, label
    small = {label: len(held) for label, held in more.found.items() if label.startswith(SMALL)}
    assert len(small) == 6
    assert min(small.values()) > 500, small
    assert rates["therapists' intervals"] >= 0.93
    assert len(flagged) > 2_000
    assert rates["outside 95 %"] <= highest(len(flagged), 0.05)
    assert rates["outside 99.8 %"] <= highest(len(wider), 0.002)
    assert rate(named) <= 0.01


def _true_effects(made, found, ids: list[str]) -> np.ndarray:
    """Return each therapist's true end score (SD, higher = better) beyond the average one's, for those they met."""
    benefit = made.truth.benefit(found.clients, made.therapists).improvement
    apart = end_residual(made.truth.world) * (benefit - benefit.mean(axis=1, keepdims=True))
    column = pd.Index(ids).get_indexer(pd.Index(found.episodes["therapist_id"]))
    kept = found.so_far & ~np.isnan(found.scores[:, 1])
    met = apart[found.client_rows, column][kept]
    sizes = np.bincount(column[kept], minlength=len(ids))
    return np.bincount(column[kept], met, len(ids)) / np.maximum(sizes, 1)


def best_first(found: Cases, seed: int) -> Interval:
    """Return what always putting the best first would give, where it does good: whoever got it did better for it."""
    lists = slates_of(found.data.clinic, seed=seed)
    best = lists["client_id"].map(lambda client: zlib.crc32(f"{client} {seed}".encode()) % 2 == 1)
    lists["benefit"] = np.where(best == (lists["rank"] == 1), 0.1, 0.0)
    luckier = found.episodes["client_id"].isin(set(lists.loc[best, "client_id"])).to_numpy(float)
    scores = found.scores + BETTER * luckier[:, None]
    return first_by_benefit(replace(found, data=replace(found.data, slates=lists), scores=scores))[0].interval


@pytest.mark.slow
def test_the_models_trial_finds_nothing_where_there_is_nothing(capsys):
    """No ranking can tell courses apart here, so every slope, difference and third of the calibration is truly 0.

    What another way of matching would give is tried on lists where the best did good.
    """
    held, always = Held(), best_first(large_clinic(), CLINICS)
    for seed in range(CLINICS):
        foretold = foretell(alike(seed))
        report = foretold.report
        held.note_rows((client_alone_row(foretold), *fairness_rows(alike(seed), foretold, seed)))
        for result in report.results:
            held.note(result.recommender, result.association.low, result.association.high, 0.0)
        for difference in report.differences:
            held.note(f"less {difference.theirs}", difference.interval.low, difference.interval.high, 0.0)
        for place, group in enumerate(report.calibration):
            held.note(f"third {place + 1} of the calibration", group.realised.low, group.realised.high, 0.0)
        policy = best_first(alike(seed), seed)
        held.note("always the best first", policy.low, policy.high, always.value)
    rates = held.rates()
    print_rates(capsys, rates)
    assert len(rates) >= 5 + 4 + 3 + 1
    assert set(held.rates(50)) >= BY_LOT
    assert always.value > BETTER / 20, "the effect that was put in is there to be found"
    for label, value in rates.items():
        assert value >= lowest(len(held.found[label])), label


@pytest.mark.slow
def test_recommended_against_usual_is_unbiased_where_chance_assigned(capsys):
    """Half of the clients are recommended to by lot; the truth is the difference of the pairs' true benefits."""
    world = World(matching="usual", recommended_share=0.5, missing_or=1.0)
    held: dict[str, list[bool]] = {}
    error: dict[str, list[float]] = {}
    for seed in range(CLINICS):
        made = simulate_clinic(CLIENTS, THERAPISTS, seed, world)
        first = made.episodes[made.episodes["matched_by"].isin(("recommended", "usual"))]
        arm = first.drop_duplicates("client_id").set_index("client_id")["matched_by"]
        trial = pd.DataFrame({"client_id": arm.index, "arm": arm.to_numpy(object), "chance": 0.5})
        found = cases(data_of(made, trial=trial), scope())
        comparisons, randomised = compare_arms(found, found.so_far)
        assert randomised
        for comparison, true in zip(comparisons, _true_difference(made, trial), strict=True):
            if not np.isnan(comparison.interval.low):
                held.setdefault(comparison.outcome, []).append(
                    comparison.interval.low <= true <= comparison.interval.high
                )
                error.setdefault(comparison.outcome, []).append(comparison.interval.value - true)
    rates = {name: rate(values) for name, values in held.items()}
    print_rates(capsys, rates | {f"mean error, {name}": float(np.mean(e)) for name, e in error.items()})
    assert set(rates) == {"alliance", "improvement", "staying"}
    for name, value in rates.items():
        assert value >= lowest(), name
        doubt = np.std(error[name]) / np.sqrt(len(error[name]))
        assert abs(np.mean(error[name])) < max(3 * doubt, 0.01), name


def _true_difference(made, trial: pd.DataFrame) -> tuple[float, float, float]:
    """Return recommended less usual in true alliance, end score and staying, over the pairs that met."""
    benefit = made.truth.benefit(made.clients, made.therapists)
    first = made.episodes.drop_duplicates("client_id").set_index("client_id")["therapist_id"]
    rows = pd.Index(made.clients["client_id"]).get_indexer(pd.Index(trial["client_id"]))
    columns = pd.Index(made.therapists["therapist_id"]).get_indexer(pd.Index(first.reindex(trial["client_id"])))
    recommended = (trial["arm"] == "recommended").to_numpy(bool)
    ended = (
        trial["client_id"].isin(set(made.episodes.loc[made.episodes["ended_on"].notna(), "client_id"])).to_numpy(bool)
    )
    scale = end_residual(made.truth.world)

    def apart(values: np.ndarray) -> float:
        met = values[rows, columns]
        return float(met[recommended & ended].mean() - met[~recommended & ended].mean())

    return apart(benefit.alliance), scale * apart(benefit.improvement), -apart(benefit.dropout)


@pytest.mark.slow
def test_wishes_honoured_are_held_by_their_intervals(capsys):
    """Where chance alone brings pairs together, the truth is the mean over all the therapists each might have met."""
    held = []
    by_wish = Held()
    for seed in range(CLINICS):
        made = simulate_clinic(CLIENTS, THERAPISTS, seed, World(matching="random"))
        # A first session's day is what happened, not what a therapist offers: that wish has no mean over therapists.
        clinic = replace(clinic_of(made), clients=made.clients.assign(next_opening_by=pd.NaT))
        found = cases(ReportData(clinic), scope())
        met, rows = found.first_met
        share, blank = honoured_of_known(met)
        began = found.begins.inside[rows]
        fit = np.where(began, share, np.nan)
        stated = began & ~np.isnan(blank)
        pairs = Pairs(found.client_table.take(found.client_rows[rows[stated]]), found.therapists)
        might = np.where(allowed(pairs), honoured_of_known(pairs)[0], np.nan)
        # Whether it is known at all is left to chance too.
        known, could = ~np.isnan(might), allowed(pairs).sum(axis=1)
        true = float((np.nansum(might, axis=1) / could).sum() / (known.sum(axis=1) / could).sum())
        # Of each wish alike, as its row of the table tells of it, and of the period before.
        table = wishes(found).tables[0].frame.set_index("wish")
        earlier = found.begins_before.inside[rows] & ~np.isnan(blank)
        for words, these, ends in (("", stated, NOW_ENDS), (", period before", earlier, BEFORE_ENDS)):
            pairs = Pairs(found.client_table.take(found.client_rows[rows[these]]), found.therapists)
            could = allowed(pairs).sum(axis=1)
            for label, (asked, yes, blank_there) in wish_counts(pairs).items():
                told = allowed(pairs) & asked & ~blank_there
                if label in table.index and told.any():
                    share = float((told & yes).sum(axis=1) @ (1 / could)) / float(told.sum(axis=1) @ (1 / could))
                    low, high = table.loc[label, list(ends)].astype(float)
                    by_wish.note(f"{label}{words}", low, high, 100 * share, 0.5)
        figure = mean_by_group(fit, np.zeros(len(rows), dtype=np.intp), ["all"]).figure
        held.append(bool(figure.low[0] <= true <= figure.high[0]))
    print_rates(capsys, {"wishes honoured": rate(held)} | by_wish.rates())
    assert rate(held) >= lowest()
    assert sum("period before" in label for label in by_wish.rates()) >= 2
    assert sum("period before" not in label for label in by_wish.rates()) >= 4
    for label, value in by_wish.rates().items():
        assert value >= lowest(len(by_wish.found[label])), label
