"""Training the ranking model on a clinic's episodes, and deciding whether later data let it be used."""

from pathlib import Path
from typing import Any

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.evaluation.candidates import BASELINES, PUBLISHED
from matcher.evaluation.evaluate import evaluate
from matcher.evaluation.report import EvaluationReport, learned_model_is_worse
from matcher.ranking.learning import Learned
from matcher.ranking.persistence import ModelCard, save_model
from matcher.ranking.recommender import Recommender

_PUBLISHED = tuple(candidate for candidate in BASELINES if candidate.name == PUBLISHED)


def train(clinic: Clinic, path: Path) -> ModelCard:
    """Fit the ranking model to a clinic's episodes, write it with its card, and return the card.

    Before that, a model of the earlier episodes alone is held against the later ones: where it ranked worse than
    published effects alone (the whole 95% interval below zero), the card says that the model is not to be used for
    ranking. With no episodes the model holds the published effects alone, and its card says so.
    """
    started = clinic.episodes["started_on"]
    return keep_model(Recommender().fit(clinic).learned_, clinic, path, (started.min(), started.max()))


def keep_model(learned: Learned, judged_on: Clinic, path: Path, window: tuple[pd.Timestamp, pd.Timestamp]) -> ModelCard:
    """Write a model with a card that says how one of its kind did on the later episodes of ``judged_on``.

    ``window`` is the first and the last day an episode it learned from began.
    """
    report = evaluate(judged_on, baselines=_PUBLISHED)
    return save_model(
        learned,
        path,
        window=_window(*window),
        metrics=_metrics(report),
        use_learned=not learned_model_is_worse(report),
    )


def verdict(card: ModelCard) -> str:
    """Return in one sentence whether the model is used for ranking, and why."""
    if not card.use_learned:
        return "Later episodes went worse by it than by published effects alone: it is kept but not used for ranking."
    return str(card.metrics.get("verdict", "")) or "There are no later episodes to hold it against."


def _metrics(report: EvaluationReport) -> dict[str, Any]:
    found = report.as_json()
    return {
        "compared_episodes": report.counts.compared,
        "against_published": found["differences"],
        "outcomes": found["outcomes"],
        "verdict": report.sentences[0] if report.sentences else "",
    }


def _window(first: pd.Timestamp, last: pd.Timestamp) -> tuple[str, str]:
    return ("", "") if pd.isna(first) else (first.date().isoformat(), last.date().isoformat())
