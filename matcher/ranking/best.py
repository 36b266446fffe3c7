"""The best few therapists of each client of a block, part by part, so that no whole row of scores is kept."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import Bools, ClientTable, Floats, TherapistTable
from matcher.clinic.pairs import Pairs
from matcher.features.fitting import honours_all
from matcher.ranking.belief import Belief
from matcher.ranking.ranks import best_rows
from matcher.ranking.scoring import Means, ScoredPart, score_part

Rows = NDArray[np.intp]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One client's best rows so far, their scores, and which of them honour every stated wish (where asked)."""

    rows: Rows
    scores: Floats
    fits: Bools


NOBODY = Kept(np.zeros(0, np.intp), np.zeros(0, np.float32), np.zeros(0, bool))


def best_of_block(
    clients: ClientTable, therapists: TherapistTable, belief: Belief, hashes: Hashes, top: int, *, keep_fitting: bool
) -> tuple[list[Rows], Means]:
    """Return each client's best eligible rows in any order (all of them where ``top`` is 0), and the means.

    With ``keep_fitting``, the best of those who honour every stated wish is kept as well, where the first ``top`` hold
    nobody who does.
    """
    kept, fitting = [NOBODY] * len(clients), [NOBODY] * len(clients)
    means: Means | None = None
    for part in therapists.parts:
        scored = score_part(clients, part, belief)
        means = scored.means if means is None else means + scored.means
        fits = _fits(clients, part, scored) if keep_fitting and top else None
        for i, client_id in enumerate(clients.ids):
            eligible = scored.mask[i] == 0
            these = fits[i] if fits is not None else eligible
            kept[i] = with_part(kept[i], scored.benefit[i], eligible, these, part.rows, hashes, top, client_id)
            if fits is not None:
                fitting[i] = with_part(fitting[i], scored.benefit[i], fits[i], fits[i], part.rows, hashes, 1, client_id)
    # A table has at least one part, so the means are there.
    assert means is not None
    return [_rows(best, fit) for best, fit in zip(kept, fitting, strict=True)], means


def _fits(clients: ClientTable, part: TherapistTable, scored: ScoredPart) -> Bools:
    fits: Bools = honours_all(Pairs(clients, part)) & (scored.mask == 0)
    return fits


def _rows(best: Kept, fitting: Kept) -> Rows:
    return best.rows if best.fits.any() else np.concatenate((best.rows, fitting.rows))


def with_part(
    kept: Kept,
    scores: Floats,
    allowed: Bools,
    fits: Bools,
    places: Rows,
    hashes: Hashes,
    top: int,
    client_id: str,
) -> Kept:
    """Return one client's best of those kept and a part's therapists, who stand one after another at ``places``."""
    local = best_rows(scores, allowed, top, client_id, hashes[places[0] : places[-1] + 1] if len(places) else hashes)
    if not len(kept.rows):
        return Kept(places[local], scores[local], fits[local])
    rows, values = np.concatenate((kept.rows, places[local])), np.concatenate((kept.scores, scores[local]))
    found = np.concatenate((kept.fits, fits[local]))
    if top and len(rows) > top:
        again = best_rows(values, np.ones(len(rows), dtype=bool), top, client_id, hashes[rows])
        rows, values, found = rows[again], values[again], found[again]
    return Kept(rows, values, found)
