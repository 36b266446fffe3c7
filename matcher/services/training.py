"""Training the ranking model on a clinic's episodes and keeping it in a file."""

from pathlib import Path

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.ranking.persistence import ModelCard, save_model
from matcher.ranking.recommender import Recommender


def train(clinic: Clinic, path: Path) -> ModelCard:
    """Fit the ranking model to a clinic's episodes, write it with its card, and return the card.

    With no episodes the model holds the published effects alone, and its card says so.
    """
    recommender = Recommender().fit(clinic)
    return save_model(recommender.learned_, path, window=_window(clinic.episodes["started_on"]))


def _window(started_on: pd.Series) -> tuple[str, str]:
    if started_on.isna().all():
        return "", ""
    return started_on.min().date().isoformat(), started_on.max().date().isoformat()
