"""How well a therapist's training covers the approaches with evidence for each concern, from ``evidence.csv``."""

from functools import lru_cache

import numpy as np

from matcher.clinic.encoding import Floats, TherapistTable
from matcher.domain.reference import reference_rows
from matcher.domain.vocabulary import CONCERNS, MODALITIES

# Coarse tiers, since guidelines agree poorly (Moriana 2017): strong counts 1, moderate 0.6.
_TIER = {"strong": 1.0, "moderate": 0.6}
# Concerns for which the specific approach matters (science.md section 6, guidelines, to be confirmed by a clinician).
_EXPOSURE_CONCERNS = ("ocd", "trauma", "sleep", "panic", "phobia", "eating_body_image")

EXPOSURE_TYPE: Floats = np.array([code in _EXPOSURE_CONCERNS for code in CONCERNS], dtype=np.float32)


def _tiers() -> Floats:
    concerns = {code: i for i, code in enumerate(CONCERNS)}
    modalities = {code: i for i, code in enumerate(MODALITIES)}
    table = np.zeros((len(modalities), len(concerns)), dtype=np.float32)
    for row in reference_rows("evidence"):
        table[modalities[row["modality"]], concerns[row["concern"]]] = _TIER[row["tier"]]
    # Where no approach is listed for a concern, all approaches count the same.
    table[:, table.max(axis=0) == 0] = 0.5
    return table


TIERS: Floats = _tiers()


@lru_cache(maxsize=8)
def evidence_for(therapists: TherapistTable) -> Floats:
    """Return the best tier among each therapist's modalities for each concern, (n_therapists, n_concerns), 0 to 1."""
    best = np.zeros((len(therapists), TIERS.shape[1]), dtype=np.float32)
    for modality in range(TIERS.shape[0]):
        np.maximum(best, therapists.modalities[:, modality, None] * TIERS[modality], out=best)
    return best
