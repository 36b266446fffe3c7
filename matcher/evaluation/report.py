"""What an evaluation found, as values, tables and plain sentences."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from matcher.evaluation.candidates import OURS, PUBLISHED
from matcher.evaluation.comparison import Difference
from matcher.evaluation.intervals import Interval


@dataclass(frozen=True, slots=True)
class Counts:
    """Episodes by what became of them in the evaluation, and how many therapists and clients the compared ones had.

    ``learned_from`` began before the cut; ``endings_hidden`` of those ended after it. Of the later ones,
    ``returning`` are of clients with an earlier episode, ``unlisted`` of therapists who have left, ``without_outcome``
    of no known outcome or an unknown client, ``limit_broken`` of pairs a hard limit rules
    out today; ``compared`` are the rest.
    """

    learned_from: int
    endings_hidden: int
    returning: int
    unlisted: int
    without_outcome: int
    limit_broken: int
    compared: int
    therapists: int
    clients: int


@dataclass(frozen=True, slots=True)
class OutcomeResult:
    """One outcome: the share not known before and after the cut, and errors of prediction in SD.

    ``error_case_mix`` is the RMSE of what the client's case mix foretells, ``error_ours`` with our therapist's part.
    """

    outcome: str
    missing_earlier: float
    missing_later: float
    error_case_mix: float
    error_ours: float


@dataclass(frozen=True, slots=True)
class Result:
    """One recommender on the later episodes.

    ``association`` is how much better than the case mix foretold, in SD, episodes went for each SD that the therapist
    stood higher in the recommender's scores. ``slope`` (1 is right) and ``error_reduction`` (squared SD less than case
    mix alone leaves) are of recommenders whose scores claim to be SDs of benefit. ``ndcg`` is nDCG@10 of fifths of what
    followed, among episodes of the same main domain.
    """

    recommender: str
    association: Interval
    ndcg: float
    slope: Interval | None = None
    error_reduction: Interval | None = None


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """Later episodes with alike predictions: their mean predicted benefit, and what followed beyond the case mix.

    ``complete`` counts those of which every outcome is known; all have some.
    """

    predicted: float
    realised: Interval
    complete: int


@dataclass(frozen=True, slots=True)
class DropOut:
    """How well drop-out was foretold: Brier score and log loss of case mix alone and of ours; the lower the better."""

    n: int
    brier_case_mix: float
    brier_ours: float
    log_loss_case_mix: float
    log_loss_ours: float


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """A time-split evaluation; ``sentences`` says what it comes to, ``limits`` what it cannot say.

    ``differences`` are of our association less each baseline's; ``held`` is the share of therapists whose later mean
    lay in the 95% interval foretold for it; ``not_run`` names baselines whose libraries are not installed.
    """

    cut: date | None
    counts: Counts
    outcomes: tuple[OutcomeResult, ...]
    results: tuple[Result, ...]
    differences: tuple[Difference, ...]
    calibration: tuple[CalibrationGroup, ...]
    drop_out: DropOut | None
    held: Interval | None
    not_run: tuple[str, ...]
    sentences: tuple[str, ...]
    limits: tuple[str, ...]

    def result(self, recommender: str) -> Result | None:
        """Return one recommender's result, None where nothing was compared."""
        return next((result for result in self.results if result.recommender == recommender), None)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the report as tables of text by title, without empty ones; ``as_json`` has the numbers."""
        outcomes = [{"outcome": o.outcome, **_missing_and_errors(o)} for o in self.outcomes]
        groups = [{"predicted": _number(g.predicted), "what followed": _interval(g.realised)} for g in self.calibration]
        rows = {
            "Recommenders on later episodes (95% intervals)": [_result_row(result) for result in self.results],
            f"{OURS.capitalize()} less each baseline": [_difference_row(difference) for difference in self.differences],
            "Outcomes": outcomes,
            "Predicted benefit and what followed": groups,
        }
        return {title: pd.DataFrame(row) for title, row in rows.items() if row}

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values for JSON; what is not known is None."""
        plain = asdict(self)
        for row, difference in zip(plain["differences"], self.differences, strict=True):
            row |= {"verdict": difference.verdict, "sentence": difference.sentence}
        plain["learned_model_is_worse"] = learned_model_is_worse(self)
        cleaned: dict[str, Any] = _without_nan(plain)
        return cleaned


def learned_model_is_worse(report: EvaluationReport) -> bool:
    """Return whether later data show the learned model to rank worse than published effects alone.

    True only where the whole interval lies below zero and rests on enough episodes and therapists.
    """
    return any(d.theirs == PUBLISHED and d.verdict < 0 for d in report.differences)


def _result_row(result: Result) -> dict[str, str]:
    return {
        "recommender": result.recommender,
        "SD per SD of score": _interval(result.association),
        "slope": _interval(result.slope) if result.slope is not None else "",
        "squared error saved": _interval(result.error_reduction) if result.error_reduction is not None else "",
        "nDCG@10": _number(result.ndcg),
    }


def _difference_row(difference: Difference) -> dict[str, str]:
    words = {1: "better", -1: "worse", 0: "cannot tell yet"}
    return {
        "baseline": difference.theirs,
        "difference": _interval(difference.interval),
        "later data say": words[difference.verdict],
    }


def _missing_and_errors(outcome: OutcomeResult) -> dict[str, str]:
    return {
        "not known before": f"{outcome.missing_earlier:.0%}".replace("nan%", ""),
        "not known after": f"{outcome.missing_later:.0%}".replace("nan%", ""),
        "error of case mix (SD)": _number(outcome.error_case_mix),
        "error with ours (SD)": _number(outcome.error_ours),
    }


def _interval(interval: Interval) -> str:
    if np.isnan(interval.low):
        return _number(interval.value)
    return f"{interval.value:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3f}"


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(part) for part in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value
