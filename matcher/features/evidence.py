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


# A catalogue of a million therapists is nine tables: itself and its parts.
@lru_cache(maxsize=16)
def evidence_for(therapists: TherapistTable) -> Floats:
    """Return the best tier among each therapist's modalities for each concern, (n_therapists, n_concerns), 0 to 1."""
    # Worked out once for each set of modalities somebody has: there are few, and the vocabulary fits one word of bits.
    (words,) = therapists.sets["modalities"].bits.T
    _, first, which = np.unique(words, return_index=True, return_inverse=True)
    held = therapists.sets["modalities"].take(first).dense()
    best = (held[:, :, None] * TIERS).max(axis=1, initial=0.0)
    return np.asarray(best[which], dtype=np.float32)
