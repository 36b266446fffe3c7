"""What changed since a model was trained: who comes, and how well what it foretold holds, as sections of a report."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.folder import Clinic
from matcher.domain.vocabulary import CONCERNS, DOMAINS
from matcher.evaluation.candidates import BASELINES, OURS, PUBLISHED, Candidate
from matcher.evaluation.evaluate import evaluate
from matcher.evaluation.report import EvaluationReport
from matcher.ranking.learning import Learned
from matcher.ranking.recommender import Recommender
from matcher.reports.cases import main_concerns
from matcher.reports.intervals import rounded_shares, share_difference
from matcher.reports.phrases import in_words
from matcher.reports.suppression import HIDDEN_NOTE, counted, grouped_parts, may_show
from matcher.reports.values import Picture, Section, Table

Floats = NDArray[np.float64]
#: Clear at 99 in 100, since a dozen characteristics are looked at together.
_WIDER = 2.575829 / 1.959964
_AGES = (("under 25", 0, 25), ("25 to 44", 25, 45), ("45 to 64", 45, 65), ("65 and over", 65, 200))

INTAKE_METHOD = (
    "People who enquired while the model's episodes began are held against those who enquired later. Shares are of "
    "counts rounded to 5; differences have Newcombe's 95% intervals, and one is called clear where even its 99% "
    "interval leaves out 0, since several are looked at together."
)
CALIBRATION_METHOD = (
    "Episodes that began after the model's last one, of clients new to it. What followed is the mean of alliance, "
    "improvement and staying beyond what the case mix foretold, in standard deviations; intervals are clustered by "
    "therapist. A slope of 1 means that differences foretold are as large as those that followed."
)


class _AsLearned(Recommender):
    """Ranks by what was learned before, whatever episodes it is given."""

    def fit(self, clinic: Clinic, y: None = None) -> "_AsLearned":
        """Take the clinic's therapists and leave the model as it is."""
        return self.attach(clinic, self.learned_)


def intake_drift(clinic: Clinic, first: date, last: date) -> Section:
    """Return how the people who enquired after a model's window differ from those within it.

    Counts come of the same rounded series as a report's: rounded anew, the two together would tell more than either.
    """
    asked = clinic.clients["enquired_at"]
    within = np.asarray((asked >= pd.Timestamp(first)) & (asked < _after(last)), dtype=bool)
    since = np.asarray(asked >= _after(last), dtype=bool)
    earlier = tuple(np.asarray(asked < start, dtype=bool) for start in (pd.Timestamp(first), _after(last)))
    traits = _traits(clinic.clients)
    (n, holds), (n_before, holds_before) = (_held(traits, windows) for windows in ((within, since), earlier))
    sizes, parts = grouped_parts(n, holds, n_before, holds_before)
    before, after = (rounded_shares(parts[row], np.full(len(traits), sizes[row])) for row in (0, 1))
    change = share_difference(after, before)
    clear = np.abs(change.value) > _WIDER * np.where(
        change.value > 0, change.value - change.low, change.high - change.value
    )
    frame = pd.DataFrame(
        {
            "people": list(traits),
            "then (%)": np.round(100 * before.value),
            "since (%)": np.round(100 * after.value),
            "change (points)": np.round(100 * change.value),
            "change, from": np.round(100 * change.low),
            "change, to": np.round(100 * change.high),
        }
    )
    drawn = pd.DataFrame(
        {"label": list(traits), "value": change.value * 100, "low": change.low * 100, "high": change.high * 100}
    )
    sentence = _intake_sentence(sizes, [name for name, told in zip(traits, clear, strict=True) if told])
    counts = Table("counts", "How many enquired", _counts(sizes), (HIDDEN_NOTE,))
    picture = Picture("intake", "intervals", "Change in who comes", sentence, drawn, "points", 0.0)
    table = Table("intake", "Who came then and since", frame, (HIDDEN_NOTE,))
    return Section("intake", "Who comes", sentence, INTAKE_METHOD, (counts, table), (picture,))


def calibration_since(clinic: Clinic, learned: Learned, last: date) -> Section:
    """Return how well what a model foretold holds in the episodes that began after its last one."""
    report = evaluate(clinic, baselines=_published(), ours=_as_learned(learned), on=last + timedelta(days=1))
    found = report.result(OURS)
    # The picture shows each third: each has to be of as many as may be shown.
    thirds = may_show([group.realised.n for group in report.calibration])
    if found is None or not len(thirds) or np.isnan(thirds).any():
        said = "Too few episodes with a known outcome have begun since the model was trained to judge it by."
        return Section("calibration", "How well it foretells", said, CALIBRATION_METHOD)
    rows = [(g.predicted, g.realised.value, g.realised.low, g.realised.high) for g in report.calibration]
    # In full, the figures of two days that differ by a course would tell that course's outcome.
    frame = pd.DataFrame(rows, columns=["predicted", "observed", "low", "high"]).round(3)
    sentence = _calibration_sentence(report)
    picture = Picture("calibration", "calibration", "Foretold and what followed", sentence, frame, "SD")
    cautions = (
        "Those who were suggested may differ from others in what nobody recorded: this is no trial.",
        *(difference.sentence for difference in report.differences),
    )
    return Section("calibration", "How well it foretells", sentence, CALIBRATION_METHOD, (), (picture,), cautions)


def _as_learned(learned: Learned) -> Candidate:
    def make() -> Recommender:
        recommender = _AsLearned()
        recommender.learned_ = learned
        return recommender

    return Candidate(OURS, make, in_sd=True)


def _published() -> tuple[Candidate, ...]:
    return tuple(candidate for candidate in BASELINES if candidate.name == PUBLISHED)


def _held(traits: dict[str, NDArray[np.bool_]], windows: tuple[NDArray[np.bool_], ...]) -> tuple[Floats, Floats]:
    """Return how many people windows hold (w,), and how many with each trait (w, t)."""
    n = np.array([rows.sum() for rows in windows], dtype=np.float64)
    return n, np.array([[trait[rows].sum() for trait in traits.values()] for rows in windows], dtype=np.float64)


def _traits(clients: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Return who has what (n,), by its name."""
    place = main_concerns(clients["concerns"])
    domain = np.array([DOMAINS.index(concern.domain) for concern in CONCERNS.values()], dtype=np.intp)
    own = np.where(place >= 0, domain[place], -1)
    age = clients["age"].to_numpy(np.float64)
    traits = {f"mainly {in_words(name)}": own == code for code, name in enumerate(DOMAINS)}
    return traits | {f"aged {name}": (age >= low) & (age < high) for name, low, high in _AGES}


def _counts(sizes: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame({"when": ["while its episodes began", "since"], "people": counted(sizes)})


def _intake_sentence(sizes: NDArray[np.float64], changed: list[str]) -> str:
    if np.isnan(sizes).any():
        return "Too few people have enquired since the model was trained to say whether others come now."
    if not changed:
        return (
            f"About {sizes[1]:,.0f} people enquired since; in what is looked at here they do not clearly differ from "
            "those before."
        )
    return (
        f"About {sizes[1]:,.0f} people enquired since; the share of those {' and '.join(changed)} has clearly changed: "
        "consider training a new model."
    )


def _calibration_sentence(report: EvaluationReport) -> str:
    found = report.result(OURS)
    slope = None if found is None else found.slope
    about = f"In about {5 * round(report.counts.compared / 5):,} episodes since,"
    if slope is None or np.isnan(slope.value):
        return f"{about} what was foretold varies too little to be judged."
    span = f"(slope {slope.value:.1f}, 95% interval {slope.low:.1f} to {slope.high:.1f}; 1 is right)"
    if slope.low <= 0 <= slope.high:
        return f"{about} it cannot be told yet whether what the model foretold came about {span}."
    if slope.low <= 1 <= slope.high:
        wide = " though the data leave much open" if slope.high - slope.low > 2 else ""
        return f"{about} what the model foretold agrees with what followed{wide} {span}."
    way = "differed less than" if slope.high < 1 else "differed more than"
    return f"{about} what followed {way} the model foretold {span}: consider training a new model."


def _after(last: date) -> pd.Timestamp:
    return pd.Timestamp(last) + pd.Timedelta(days=1)
