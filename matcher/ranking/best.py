"""The best few therapists of each client of a block, part by part, so that no whole row of scores is kept."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import Bools, ClientTable, Floats, TherapistTable
from matcher.clinic.pairs import Pairs
from matcher.features.fitting import honours_all
from matcher.ranking.belief import Belief
from matcher.ranking.ranks import Rows, best_of, near_best, pair_keys, stable_hashes
from matcher.ranking.scoring import Means, ScoredPart, score_part

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """The best so far of a block's clients, an entry a pair: the client's place in the block and the therapist's row.

    ``fits`` says who honours every stated wish (where asked).
    """

    clients: Rows
    rows: Rows
    scores: Floats
    fits: Bools


NOBODY = Kept(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0, np.float32), np.zeros(0, bool))


def best_of_block(
    clients: ClientTable, therapists: TherapistTable, belief: Belief, hashes: Hashes, top: int, *, keep_fitting: bool
) -> tuple[list[Rows], Means]:
    """Return each client's best eligible rows in any order (all of them where ``top`` is 0), and the means.

    With ``keep_fitting``, the best of those who honour every stated wish is kept as well, where the first ``top`` hold
    nobody who does.
    """
    kept = fitting = NOBODY
    client_hashes = stable_hashes(clients.ids)
    asked = keep_fitting and bool(top)
    means: Means | None = None
    for part in therapists.parts:
        scored = score_part(clients, part, belief)
        means = scored.means if means is None else means + scored.means
        eligible = scored.mask == 0
        fits = _fits(clients, part, scored) if asked else eligible
        kept = with_part(kept, scored.benefit, eligible, fits, part.rows, client_hashes, hashes, top)
        if asked:
            fitting = with_part(fitting, scored.benefit, fits, fits, part.rows, client_hashes, hashes, 1)
    # A table has at least one part, so the means are there.
    assert means is not None
    return _rows(kept, fitting, len(clients)), means


def _fits(clients: ClientTable, part: TherapistTable, scored: ScoredPart) -> Bools:
    fits: Bools = honours_all(Pairs(clients, part)) & (scored.mask == 0)
    return fits


def _rows(best: Kept, fitting: Kept, n_clients: int) -> list[Rows]:
    """Return each client's best, with the fitting ones of those whose best hold nobody who fits."""
    lacks = np.bincount(best.clients[best.fits], minlength=n_clients)[fitting.clients] == 0
    clients = np.concatenate((best.clients, fitting.clients[lacks]))
    rows = np.concatenate((best.rows, fitting.rows[lacks]))
    order = np.argsort(clients, kind="stable")
    return np.split(rows[order], np.searchsorted(clients[order], np.arange(1, n_clients)))


def with_part(
    kept: Kept,
    scores: Floats,
    allowed: Bools,
    fits: Bools,
    places: Rows,
    client_hashes: Hashes,
    hashes: Hashes,
    top: int,
) -> Kept:
    """Return each client's best of those kept and a part's therapists (n), who stand at ``places``.

    ``scores``, ``allowed`` and ``fits`` are (n_c, n).
    """
    client, column = near_best(scores, allowed, top)
    clients, rows = np.concatenate((kept.clients, client)), np.concatenate((kept.rows, places[column]))
    values = np.concatenate((kept.scores, scores[client, column]))
    found = np.concatenate((kept.fits, fits[client, column]))
    if not top:
        return Kept(clients, rows, values, found)
    chosen = best_of(clients, values, pair_keys(client_hashes[clients], hashes[rows]), top)
    return Kept(clients[chosen], rows[chosen], values[chosen], found[chosen])
