"""What clients wish for in a therapist: most state few wishes, and rarely as a must-have."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.vocabulary import STYLES
from matcher.simulation import people
from matcher.simulation.draws import Rng, choose, either, text_column
from matcher.simulation.world import World

# Clients lean towards a directive and emotionally open therapist (Cooper & Norcross 2016).
_STYLE_LEANING = {"directiveness": 0.30, "emotional_intensity": 0.25, "past_focus": 0.0, "challenge": -0.05}
# How often a stated wish is a must-have: assumption.
_MUST_HAVE = {"therapist_gender": 0.30, "identities": 0.25, "modalities": 0.05}
# Ways of working that clients ask for by name: weights, assumption.
_ASKED = {"cbt": 35, "emdr": 15, "act": 8, "dbt": 8, "psychodynamic": 7, "couples": 8, "schema": 5, "mindfulness": 8,
    "person_centred": 6}  # fmt: skip


def wishes(rng: Rng, gender: object, world: World) -> dict[str, object]:
    """Return the columns of wishes for clients of the given gender, blank where nothing is wished."""
    genders = np.asarray(gender, dtype=object)
    n = len(genders)
    cells: dict[str, NDArray[np.object_]] = {
        "therapist_gender": _gender(rng, genders, world.gender_wish),
        "modalities": _some(rng, choose(rng, _ASKED, n), world.specialty_wish),
        "identities": _some(rng, choose(rng, people.IDENTITY_WISHES, n), world.identity_wish),
    }
    must = [_must(rng, cells[name], name) for name in _MUST_HAVE]
    joined = [";".join(part for part in row if part) or None for row in zip(*must, strict=True)]
    columns: dict[str, object] = {name: text_column(values) for name, values in cells.items()}
    return columns | {"must_have": text_column(joined)} | _styles(rng, n, world.style_wish)


def _some(rng: Rng, values: NDArray[np.object_], share: float) -> NDArray[np.object_]:
    return either(rng.random(len(values)) < share, values, None)


def _gender(rng: Rng, genders: NDArray[np.object_], share: float) -> NDArray[np.object_]:
    """Return wished genders: women mostly ask for a woman, men for either, others for a woman or non-binary."""
    n = len(genders)
    chance = np.where(genders == "woman", 0.88, np.where(genders == "man", 0.45, 0.6))
    asked = np.where(rng.random(n) < chance, "woman", "man").astype(object)
    asked[genders == "non_binary"] = "woman;non_binary"
    return _some(rng, asked, share)


def _must(rng: Rng, values: NDArray[np.object_], name: str) -> NDArray[np.object_]:
    return np.where(~pd.isna(values) & (rng.random(len(values)) < _MUST_HAVE[name]), name, "")


def _styles(rng: Rng, n: int, share: float) -> dict[str, object]:
    answered = rng.random(n) < share
    columns: dict[str, object] = {}
    for name in STYLES:
        said = answered & (rng.random(n) < 0.8)
        value = np.clip(rng.normal(_STYLE_LEANING[name], 0.5, n), -1, 1).round(1) + 0.0
        columns[name] = np.where(said, value, np.nan)
    return columns
