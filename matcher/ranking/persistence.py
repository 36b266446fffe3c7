"""Model files: the sums and spreads a model was learned from, in joblib, with a card in JSON beside it.

A file is read only if its content hash is the card's and its schema is this version's. It holds numbers and text, no
code of ours; even so, load only files you trained: never a path that came from a web page.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from matcher.features.case_mix import CASE_MIX_NAMES, THERAPIST_COVARIATES
from matcher.features.comparisons import NAMES
from matcher.ranking.learning import Learned, relearn
from matcher.ranking.sums import OutcomeSums, PatternSums
from matcher.ranking.variance import VarianceComponents

SCHEMA = 1
_PACKAGES = ("joblib", "matcher", "numpy", "pandas", "scikit-learn", "scipy")
LIMITS: tuple[str, ...] = (
    "Observational: it cannot tell what would have happened with another therapist.",
    "Outcomes that were never measured say nothing; worse responders may be missing more often.",
    "Staying is a linear probability: intervals are approximate.",
    "For staff and owners: what clients see makes no claim about results.",
)


class ModelFileError(ValueError):
    """A model file that is not used: the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model was learned from and how well it did; ``use_learned`` is false where it did worse."""

    sha256: str
    episodes: int
    therapists: int
    observed: dict[str, int]
    first_started_on: str
    last_started_on: str
    spreads: dict[str, list[float]]
    summary: str
    use_learned: bool = True
    metrics: dict[str, Any] = field(default_factory=dict)
    limits: tuple[str, ...] = LIMITS
    schema: int = SCHEMA
    priors: str = "data/reference/effects.csv, evidence.csv and assumed_effects.csv"
    packages: dict[str, str] = field(default_factory=lambda: {name: version(name) for name in _PACKAGES})
    created_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


def card_path(path: Path) -> Path:
    """Return where a model file's card lies: ``clinic.joblib`` has ``clinic.card.json`` beside it."""
    return path.with_suffix(".card.json")


def save_model(
    learned: Learned,
    path: Path,
    *,
    window: tuple[str, str],
    metrics: dict[str, Any] | None = None,
    use_learned: bool = True,
) -> ModelCard:
    """Write a model file and its card, each in one step, and return the card."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    joblib.dump(_payload(learned), draft, compress=3)
    components = learned.model.components_
    card = ModelCard(
        sha256=_digest(draft),
        episodes=learned.sums.n_episodes,
        therapists=learned.sums.n_therapists,
        observed=learned.sums.observed(),
        first_started_on=window[0],
        last_started_on=window[1],
        spreads={
            "level_and_slope_sd": np.sqrt(np.diag(components.level_slope)).round(4).tolist(),
            "domain_sd": np.sqrt(np.diag(components.domain)).round(4).tolist(),
            "residual_sd": np.sqrt(np.diag(components.residual)).round(4).tolist(),
        },
        summary=learned.summary(),
        use_learned=use_learned,
        metrics=metrics or {},
    )
    written = card_path(path).with_name(card_path(path).name + ".part")
    written.write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")
    draft.replace(path)
    written.replace(card_path(path))
    return card


def load_model(path: Path) -> tuple[Learned, ModelCard]:
    """Return the model of a file and its card.

    Raises
    ------
    ModelFileError
        If the file or card is missing or unreadable, or the hash or schema is not the one expected.
    """
    card = _read_card(path)
    if _digest(path) != card.sha256:
        raise ModelFileError(f"{path.name} is not the file its card describes (hash differs): train it again.")
    try:
        payload = joblib.load(path)
        if payload["columns"] != _columns():
            raise ModelFileError(f"{path.name} was trained on other comparisons than this version's: train it again.")
        return _learned(payload), card
    except (KeyError, TypeError, EOFError, OSError, AttributeError) as error:
        raise ModelFileError(f"{path.name} does not hold a model ({type(error).__name__}): train it again.") from None


def _read_card(path: Path) -> ModelCard:
    try:
        fields = json.loads(card_path(path).read_text(encoding="utf-8"))
        if fields.get("schema") != SCHEMA:
            raise ModelFileError(f"{path.name} has schema {fields.get('schema')}, not {SCHEMA}: train it again.")
        card = ModelCard(**fields)
    except (OSError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ModelFileError(f"{card_path(path).name} is missing or unreadable ({type(error).__name__}).") from None
    if not path.is_file():
        raise ModelFileError(f"{path} is not there: train a model first.")
    return card


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _columns() -> dict[str, list[str]]:
    return {"X": list(NAMES), "C": list(CASE_MIX_NAMES), "Z": list(THERAPIST_COVARIATES)}


def _payload(learned: Learned) -> dict[str, Any]:
    sums, components = learned.sums, learned.model.components_
    return {
        "columns": _columns(),
        "therapists": list(sums.therapists),
        "n_without": sums.n_without,
        "patterns": {
            bits: {"n": part.n, "whole": part.whole, "rows": part.rows, "within": part.within}
            for bits, part in sums.patterns.items()
        },
        "components": [components.level_slope, components.domain, components.residual],
        "scale": learned.scale,
        "evidence": learned.model.evidence_,
    }


def _learned(payload: dict[str, Any]) -> Learned:
    columns = payload["columns"]
    sums = OutcomeSums(
        tuple(payload["therapists"]),
        len(columns["X"]) + len(columns["C"]),
        len(columns["Z"]),
        {bits: PatternSums(**part) for bits, part in payload["patterns"].items()},
        payload["n_without"],
    )
    return relearn(sums, VarianceComponents(*payload["components"]), payload["scale"], payload["evidence"])
