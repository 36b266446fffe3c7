"""The ranking model's front: fit on a clinic, score clients against its therapists, hand out slates with reasons."""

from collections.abc import Callable, Iterator, Sequence
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
from matcher.clinic.rows import client_frame
from matcher.domain.client import Client
from matcher.domain.recommendation import Recommendation, Relaxation, Slate, WishReceipt
from matcher.eligibility.limits import broken_limits
from matcher.eligibility.reasons import Exclusions
from matcher.eligibility.relaxation import relaxations
from matcher.features.wishes import preference_fit, receipts
from matcher.intake.safety import safety_flags
from matcher.ranking.belief import Belief, benefit_weights
from matcher.ranking.design import episode_design
from matcher.ranking.emphasis import Emphasis, said_of, weighed
from matcher.ranking.learning import Learned, learn, sums_of
from matcher.ranking.ranked import Chosen, Ranked, choose, joined
from matcher.ranking.ranks import stable_hashes
from matcher.ranking.reasons import words_for
from matcher.ranking.scoring import client_blocks, scored
from matcher.ranking.standing import Standing, standing

WITHHELD = "A safety concern was raised: a person speaks with this client before anyone is suggested"


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One of a client's ranked therapists before anything is put into words; ``pair`` counts the ranked pairs."""

    pair: int
    therapist_id: str
    receipt: tuple[WishReceipt, ...]


#: Picks who is shown out of one client's candidates, best first, and in which order.
Pick = Callable[[Sequence[Candidate]], Sequence[Candidate]]


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """Ranked pairs with what is said about them beyond their benefit."""

    chosen: Chosen
    fit: NDArray[np.float64]
    receipts: list[tuple[WishReceipt, ...]]
    staff: bool
    safety_checked: bool
    pick: Pick | None = None
    emphasis: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """A catalogue and what is believed of it: enough to rank clients, as another process is given it."""

    therapists: TherapistTable
    belief: Belief
    hashes: NDArray[np.uint64]

    def rank(self, clients: pd.DataFrame, top: int = 3) -> Ranked:
        """Return each client's best as plain arrays; raises as `Recommender.rank`."""
        return self.rank_table(encode_clients(canonical_clients(clients), self.therapists), top)

    def rank_table(self, table: ClientTable, top: int = 3) -> Ranked:
        """Return the same of clients encoded against ``therapists`` before."""
        return joined([chosen.ranked for chosen in choose(table, self.therapists, self.belief, self.hashes, top)])


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
        return self.attach_table(therapists, learn(sums_of(episode_design(clinic, therapists))))

    def attach(self, clinic: Clinic, learned: Learned) -> Self:
        """Rank a clinic's therapists by what was learned before; those it has never seen count as average."""
        return self.attach_table(encode_therapists(clinic.therapists), learned)

    def attach_table(self, therapists: TherapistTable, learned: Learned) -> Self:
        """Rank the therapists of an encoded catalogue, such as one mapped from disk; see `attach`."""
        self.therapists_: TherapistTable = therapists
        self.hashes_ = stable_hashes(self.therapists_.ids)
        self.learned_: Learned = learned
        self.belief_: Belief = learned.belief(self.therapists_.ids, benefit_weights(self.weights))
        return self

    def update(self, clinic: Clinic) -> Self:
        """Take in a clinic's new episodes without going back to the old ones; the spreads are estimated again."""
        check_is_fitted(self, "belief_")
        therapists = encode_therapists(clinic.therapists)
        new = sums_of(episode_design(clinic, therapists))
        return self.attach_table(therapists, learn(self.learned_.sums + new))

    def score(self, clients: pd.DataFrame, *, progress: Callable[[int], object] | None = None) -> NDArray[np.float64]:
        """Return the expected benefit of every client with every therapist, (n_clients, n_therapists).

        SD units relative to the average therapist each client could see; NaN where not eligible. Columns follow
        ``therapists_.ids``. This is a ranking, not a metric: safety is looked at by ``recommend``.
        ``progress`` is called with the number of clients done.
        """
        return self.score_table(self._encode(canonical_clients(clients)), progress=progress)

    def score_table(
        self, table: ClientTable, *, progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float64]:
        """Return the same as ``score`` of clients encoded against ``therapists_`` before."""
        result = np.full((len(table), len(self.therapists_)), np.nan)
        for start, block in client_blocks(table, self.therapists_):
            result[start : start + len(block)] = scored(block, self.therapists_, self.belief_)[0]
            if progress is not None:
                progress(start + len(block))
        return result

    def recommend(
        self,
        clients: pd.DataFrame | Client,
        top: int = 3,
        *,
        staff: bool = True,
        safety_checked: bool = False,
        emphasis: Emphasis | None = None,
        keep_fitting: bool = False,
        pick: Pick | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> list[Slate]:
        """Return one slate a client, in the order given, or that of a single one; ``top=0`` ranks everybody eligible.

        A client whose safety was raised, or whose own words speak of risk, gets no ranking until a person has looked
        and ``safety_checked`` says so. ``staff=False`` leaves out what only staff may see. ``emphasis`` weighs groups
        of the terms (`ranking.emphasis.GROUPS`) ``more`` or ``less``. ``keep_fitting`` adds to each ranking the best of
        those who honour every stated wish, where its first ``top`` hold nobody who does. ``progress`` is called with
        the number of clients done.

        Raises
        ------
        ValueError
            If ``top`` is negative, or the emphasis names a group or level there is not.
        """
        frame = client_frame([clients]) if isinstance(clients, Client) else canonical_clients(clients)
        table = self._encode(frame)
        withheld = {} if safety_checked else _withheld(frame)
        weighed_by = said_of(emphasis or {})
        slates: list[Slate] = []
        for chosen in self._choose(table, top, emphasis or {}, keep_fitting=keep_fitting):
            fit, receipt = preference_fit(chosen.pairs), receipts(chosen.pairs)
            said = _Said(chosen, fit, receipt, staff, safety_checked, pick, weighed_by)
            slates.extend(self._slates(table, said, withheld))
            if progress is not None:
                progress(chosen.stop)
        return slates

    def rank(self, clients: pd.DataFrame, top: int = 3) -> Ranked:
        """Return the same ranking as ``recommend`` as plain arrays, without words; safety is not looked at.

        Raises
        ------
        ValueError
            If ``top`` is negative.
        """
        return self.ranking().rank(clients, top)

    def rank_table(self, table: ClientTable, top: int = 3) -> Ranked:
        """Return the same as ``rank`` of clients encoded against ``therapists_`` before."""
        return self.ranking().rank_table(table, top)

    def ranking(self) -> Ranking:
        """Return what ranking alone needs: no sums, which take far more room than what was learned from them."""
        check_is_fitted(self, "belief_")
        return Ranking(self.therapists_, self.belief_, self.hashes_)

    def stand(self, clients: pd.DataFrame, therapist_rows: NDArray[np.intp]) -> Standing:
        """Return where one eligible therapist of each client, by row (n,), stands in their whole ranking."""
        table = self._encode(canonical_clients(clients))
        return standing(table, self.therapists_, self.belief_, self.hashes_, therapist_rows)

    def _encode(self, canonical: pd.DataFrame) -> ClientTable:
        check_is_fitted(self, "belief_")
        return encode_clients(canonical, self.therapists_)

    def _choose(
        self, table: ClientTable, top: int, emphasis: Emphasis | None = None, *, keep_fitting: bool = False
    ) -> Iterator[Chosen]:
        belief = weighed(self.belief_, emphasis or {})
        return choose(table, self.therapists_, belief, self.hashes_, top, keep_fitting=keep_fitting)

    def _slates(self, table: ClientTable, said: _Said, withheld: dict[int, tuple[str, ...]]) -> Iterator[Slate]:
        chosen = said.chosen
        bounds = np.searchsorted(chosen.ranked.client_rows, np.arange(chosen.start, chosen.stop + 1)).tolist()
        for client, first, last in zip(range(chosen.start, chosen.stop), bounds, bounds[1:], strict=False):
            if client in withheld:
                flags = withheld[client]
                yield Slate(table.ids[client], withheld=WITHHELD, safety_flags=flags, emphasis=said.emphasis)
            else:
                yield self._slate(table, client, range(first, last), said)

    def _slate(self, table: ClientTable, client: int, pairs: range, said: _Said) -> Slate:
        eligible = int(said.chosen.eligible[client - said.chosen.start])
        return Slate(
            client_id=table.ids[client],
            recommendations=tuple(_recommendation(said, pair) for pair in _shown(said, pairs)),
            exclusions=Exclusions(table, client, self.therapists_, len(self.therapists_) - eligible),
            relaxations=() if len(pairs) else self._relaxations(table, client),
            eligible=eligible,
            emphasis=said.emphasis,
        )

    def _relaxations(self, table: ClientTable, client: int) -> tuple[Relaxation, ...]:
        # Looked at once more, and only here: everybody's broken limits would be a number a pair.
        alone = Pairs(table.take(np.array([client])), self.therapists_)
        return relaxations(table, client, self.therapists_, broken_limits(alone)[0])


def _shown(said: _Said, pairs: range) -> Sequence[int]:
    if said.pick is None:
        return pairs
    ids = said.chosen.pairs.therapists.ids
    return [one.pair for one in said.pick([Candidate(pair, ids[pair], said.receipts[pair]) for pair in pairs])]


def _recommendation(said: _Said, pair: int) -> Recommendation:
    chosen, ranked = said.chosen, said.chosen.ranked
    contributions = chosen.terms.contributions(pair)
    words = words_for(
        chosen.pairs,
        pair,
        contributions,
        said.receipts[pair],
        staff=said.staff,
        safety_checked=said.safety_checked,
    )
    alliance, improvement, staying = ranked.outcomes[pair].tolist()
    fit = float(said.fit[pair])
    return Recommendation(
        therapist_id=chosen.pairs.therapists.ids[pair],
        rank=int(ranked.rank[pair]),
        benefit=float(ranked.benefit[pair]),
        benefit_low=float(ranked.low[pair]),
        benefit_high=float(ranked.high[pair]),
        alliance=alliance,
        improvement=improvement,
        staying=staying,
        preference_fit=None if np.isnan(fit) else fit,
        reasons=words.reasons,
        cautions=words.cautions,
        unknowns=words.unknowns,
        receipt=said.receipts[pair],
        contributions=contributions,
    )


def withheld_rows(clients: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which canonical clients (n,) get no ranking until a person has looked."""
    rows = np.zeros(len(clients), dtype=bool)
    rows[list(_withheld(clients))] = True
    return rows


def _withheld(clients: pd.DataFrame) -> dict[int, tuple[str, ...]]:
    """Return, by row, the safety flags of clients a person must speak with first."""
    flags = safety_flags(clients["about"].fillna("").tolist())
    raised = clients["risk_raised"].fillna(False).to_numpy(dtype=bool)
    return {row: tuple(flags[row]) for row in range(len(clients)) if raised[row] or flags[row]}
