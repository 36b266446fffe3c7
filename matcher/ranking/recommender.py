"""The ranking model's front: fit on a clinic, score clients against its therapists, and hand out slates with reasons."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from matcher.clinic.encoding import ClientTable, TherapistTable, encode_clients, encode_therapists
from matcher.clinic.folder import Clinic
from matcher.clinic.frames import canonical_clients
from matcher.clinic.pairs import Pairs
from matcher.domain.recommendation import Recommendation, Slate, WishReceipt
from matcher.eligibility.reasons import exclusions
from matcher.eligibility.relaxation import relaxations
from matcher.features.wishes import preference_fit, receipts
from matcher.intake.safety import safety_flags
from matcher.ranking.belief import Belief, benefit_weights
from matcher.ranking.design import episode_design
from matcher.ranking.learning import Learned, learn, sums_of
from matcher.ranking.ranks import best_rows, stable_hash
from matcher.ranking.reasons import words_for
from matcher.ranking.scoring import ScoredBlock, score_blocks
from matcher.ranking.terms import Terms, terms_of

_Z95 = 1.959964
WITHHELD = "A safety concern was raised: a person speaks with this client before anyone is suggested"


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    """The pairs of one block that are on a slate: client row in the block, therapist row, rank, and their terms."""

    block: ScoredBlock
    pairs: Pairs
    client: NDArray[np.intp]
    rank: NDArray[np.intp]
    terms: Terms
    fit: NDArray[np.float64]
    receipts: list[tuple[WishReceipt, ...]]
    staff: bool


class Recommender(BaseEstimator):  # type: ignore[misc]
    """Ranks eligible therapists by expected benefit: published effects first, then what the clinic's episodes taught.

    Parameters
    ----------
    weights : tuple of three floats, optional
        Weights of alliance, improvement and staying in the benefit; equal by default (contract, section 2).
    """

    def __init__(self, weights: tuple[float, float, float] | None = None) -> None:
        self.weights = weights

    def fit(self, clinic: Clinic, y: None = None) -> Self:
        """Learn from a clinic's episodes; with none, published effects alone stand.

        Raises
        ------
        ValueError
            If the weights are not three numbers of 0 or more.
        """
        therapists = encode_therapists(clinic.therapists)
        return self.attach(clinic, learn(sums_of(episode_design(clinic, therapists))))

    def attach(self, clinic: Clinic, learned: Learned) -> Self:
        """Rank a clinic's therapists by what was learned before; those it has never seen count as average."""
        self.therapists_: TherapistTable = encode_therapists(clinic.therapists)
        self.hashes_ = np.array([stable_hash(i) for i in self.therapists_.ids], dtype=np.uint64)
        self.learned_: Learned = learned
        self.belief_: Belief = learned.belief(self.therapists_.ids, benefit_weights(self.weights))
        return self

    def update(self, clinic: Clinic) -> Self:
        """Take in a clinic's new episodes without going back to the old ones; the spreads are estimated again."""
        check_is_fitted(self, "belief_")
        new = sums_of(episode_design(clinic, encode_therapists(clinic.therapists)))
        return self.attach(clinic, learn(self.learned_.sums + new))

    def score(self, clients: pd.DataFrame) -> NDArray[np.float64]:
        """Return the expected benefit of every client with every therapist, (n_clients, n_therapists).

        SD units relative to the average therapist each client could see; NaN where not eligible. Columns follow
        ``therapists_.ids``. This is a ranking, not a metric: safety is looked at by ``recommend``.
        """
        table = self._encode(clients)
        result = np.full((len(table), len(self.therapists_)), np.nan)
        for block in score_blocks(table, self.therapists_, self.belief_):
            result[block.start : block.stop] = np.where(block.mask == 0, block.benefit, np.nan)
        return result

    def recommend(
        self,
        clients: pd.DataFrame,
        top: int = 3,
        *,
        staff: bool = True,
        safety_checked: bool = False,
        progress: Callable[[int], object] | None = None,
    ) -> list[Slate]:
        """Return one slate a client, in the order given; ``top=0`` ranks every eligible therapist.

        A client whose safety was raised, or whose own words speak of risk, gets no ranking until a person has looked and
        ``safety_checked`` says so. ``staff=False`` leaves out what only staff may see. ``progress`` is called with
        the number of clients done.

        Raises
        ------
        ValueError
            If ``top`` is negative.
        """
        if top < 0:
            raise ValueError("top must be 0 (all eligible) or more")
        frame = canonical_clients(clients)
        table = self._encode(frame)
        withheld = {} if safety_checked else _withheld(frame)
        slates: list[Slate] = []
        for block in score_blocks(table, self.therapists_, self.belief_):
            slates.extend(self._slates(table, block, top, staff, withheld))
            if progress is not None:
                progress(block.stop)
        return slates

    def _encode(self, clients: pd.DataFrame) -> ClientTable:
        check_is_fitted(self, "belief_")
        return encode_clients(canonical_clients(clients), self.therapists_)

    def _choose(self, table: ClientTable, block: ScoredBlock, top: int, staff: bool) -> _Chosen:
        chosen = [
            best_rows(block.benefit[i], block.mask[i] == 0, top, table.ids[block.start + i], self.hashes_)
            for i in range(block.stop - block.start)
        ]
        client = np.repeat(np.arange(len(chosen)), [len(rows) for rows in chosen])
        rows = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.intp)
        pairs = Pairs(table.take(block.start + client), self.therapists_.take(rows), grid=False)
        eligible = (block.mask == 0).sum(axis=1)[client]
        terms = terms_of(pairs, self.belief_, block.comparison_means[client], block.effect_means[client], eligible)
        rank = np.concatenate([np.arange(1, len(rows) + 1) for rows in chosen]) if chosen else client
        return _Chosen(block, pairs, client, rank, terms, preference_fit(pairs), receipts(pairs), staff)

    def _slates(
        self, table: ClientTable, block: ScoredBlock, top: int, staff: bool, withheld: dict[int, tuple[str, ...]]
    ) -> list[Slate]:
        chosen = self._choose(table, block, top, staff)
        bounds = np.searchsorted(chosen.client, np.arange(block.stop - block.start + 1))
        return [
            Slate(table.ids[client], withheld=WITHHELD, safety_flags=withheld[client])
            if client in withheld
            else self._slate(table, client, range(*bounds[client - block.start : client - block.start + 2]), chosen)
            for client in range(block.start, block.stop)
        ]

    def _slate(self, table: ClientTable, client: int, pairs: range, chosen: _Chosen) -> Slate:
        mask = chosen.block.mask[client - chosen.block.start]
        return Slate(
            client_id=table.ids[client],
            recommendations=tuple(self._recommendation(chosen, pair) for pair in pairs),
            exclusions=exclusions(table, client, self.therapists_, mask),
            relaxations=() if len(pairs) else relaxations(table, client, self.therapists_, mask),
            eligible=int((mask == 0).sum()),
        )

    def _recommendation(self, chosen: _Chosen, pair: int) -> Recommendation:
        terms = chosen.terms
        contributions = terms.contributions(pair)
        words = words_for(chosen.pairs, pair, contributions, chosen.receipts[pair], staff=chosen.staff)
        outcomes = terms.outcomes[pair]
        benefit = float(outcomes @ terms.weights)
        fit = float(chosen.fit[pair])
        return Recommendation(
            therapist_id=chosen.pairs.therapists.ids[pair],
            rank=int(chosen.rank[pair]),
            benefit=benefit,
            benefit_low=benefit - _Z95 * float(terms.sd[pair]),
            benefit_high=benefit + _Z95 * float(terms.sd[pair]),
            alliance=float(outcomes[0]),
            improvement=float(outcomes[1]),
            staying=float(outcomes[2]),
            preference_fit=None if np.isnan(fit) else fit,
            reasons=words.reasons,
            cautions=words.cautions,
            unknowns=words.unknowns,
            receipt=chosen.receipts[pair],
            contributions=contributions,
        )


def _withheld(clients: pd.DataFrame) -> dict[int, tuple[str, ...]]:
    """Return, by row, the safety flags of clients a person must speak with first."""
    flags = safety_flags(clients["about"].fillna("").tolist())
    raised = clients["risk_raised"].fillna(False).to_numpy(dtype=bool)
    return {row: tuple(flags[row]) for row in range(len(clients)) if raised[row] or flags[row]}
