"""Training the ranking model on a clinic's episodes, and deciding whether later data let it be used."""

from pathlib import Path
from typing import Any

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.evaluation.candidates import BASELINES, PUBLISHED
from matcher.evaluation.evaluate import evaluate
from matcher.evaluation.report import EvaluationReport, learned_model_is_worse
from matcher.ranking.persistence import ModelCard, save_model
from matcher.ranking.recommender import Recommender

_PUBLISHED = tuple(candidate for candidate in BASELINES if candidate.name == PUBLISHED)


def train(clinic: Clinic, path: Path) -> ModelCard:
    """Fit the ranking model to a clinic's episodes, write it with its card, and return the card.

    Before that, a model of the earlier episodes alone is held against the later ones: where it ranked worse than
    published effects alone (the whole 95% interval below zero), the card says that the model is not to be used for
    ranking. With no episodes the model holds the published effects alone, and its card says so.
    """
    report = evaluate(clinic, baselines=_PUBLISHED)
    recommender = Recommender().fit(clinic)
    return save_model(
        recommender.learned_,
        path,
        window=_window(clinic.episodes["started_on"]),
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


def _window(started_on: pd.Series) -> tuple[str, str]:
    if started_on.isna().all():
        return "", ""
    return started_on.min().date().isoformat(), started_on.max().date().isoformat()
