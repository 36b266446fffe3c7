"""Matching one client for their own pages: at most a few people, one of whom honours every wish where there is one."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from matcher.clinic.folder import Clinic
from matcher.clinic.rows import therapists_from
from matcher.domain.client import Client
from matcher.domain.recommendation import Recommendation, Slate
from matcher.domain.steering import Move, TradeOff, Waiting
from matcher.domain.therapist import Therapist
from matcher.ranking.emphasis import Emphasis, groups_with_a_say
from matcher.ranking.recommender import Candidate, Recommender
from matcher.services import moves, trade_offs

#: How many are shown first; one of these honours every wish where such a therapist exists.
FIRST: Final = 3
# How many times the asked-for number are ranked before those who work with the main concern are put first.
_WIDE = 10


@dataclass(frozen=True)
class MatchingService:
    """Matches single clients for the pages; what clients see holds no results of past work."""

    clinic: Clinic
    recommender: Recommender

    @cached_property
    def _therapists(self) -> dict[str, Therapist]:
        return {t.therapist_id: t for t in therapists_from(self.clinic.therapists)}

    @cached_property
    def _published(self) -> Recommender:
        # Published effects and wishes alone: the same therapists, nothing learned from this clinic's past matches.
        without = Clinic(self.clinic.therapists, self.clinic.clients, self.clinic.episodes.iloc[:0])
        return Recommender(self.recommender.weights).fit(without)

    @property
    def learns(self) -> bool:
        """Whether past matches have a say in the order at all."""
        return self.recommender.learned_.sums.n_episodes > 0

    def therapists(self) -> list[Therapist]:
        """Return the clinic's therapists in the order of its folder."""
        return list(self._therapists.values())

    def therapist(self, therapist_id: str) -> Therapist:
        """Return one therapist.

        Raises
        ------
        KeyError
            If the clinic has no such therapist.
        """
        return self._therapists[therapist_id]

    def match(
        self,
        client: Client,
        top: int = FIRST,
        *,
        emphasis: Emphasis | None = None,
        past_matches: bool = True,
        safety_checked: bool = False,
        left_to_staff: Collection[str] = (),
    ) -> Slate:
        """Return the slate a client sees: at most ``top`` therapists, or what to relax, or why it is withheld.

        Therapists who work with the concern that weighs most come first, in the order of benefit: what somebody does
        not work with, no other strength makes up for on a client's own page, unless the client says that what they
        want help with matters less. ``emphasis`` weighs groups of the score's own terms; with ``past_matches`` false
        nothing learned here has a say. Of the first three one honours every stated wish, where an eligible therapist
        does: if nobody so good is among them, the best such takes the last of the three places. ``left_to_staff`` are
        communities wished for beside a must, which have no say in the order (`intake.parsing.left_to_staff`): whoever
        honours these as well goes before one who does not.
        """
        weights = emphasis or {}

        def pick(found: Sequence[Candidate]) -> Sequence[Candidate]:
            if weights.get("help") != "less":
                found = self._main_concern_first(client, found)
            found = one_who_fits(found, FIRST)
            if left_to_staff:
                found = one_who_fits(
                    found, FIRST, lambda one: honours_everything(one) and self._has(one, left_to_staff)
                )
            return found[:top] if top else found

        recommender = self.recommender if past_matches else self._published
        slate = recommender.recommend(
            client,
            # The best who honours what the ranking does not know of may stand anywhere.
            top=0 if left_to_staff else _WIDE * top,
            staff=False,
            safety_checked=safety_checked,
            emphasis=weights,
            keep_fitting=True,
            pick=pick,
        )[0]
        return replace(
            slate,
            recommendations=tuple(replace(r, rank=i) for i, r in enumerate(slate.recommendations, start=1)),
            published_only=not past_matches,
            left_to_staff=tuple(left_to_staff),
        )

    def trade_offs(self, client: Client, today: date | None = None) -> tuple[TradeOff, ...]:
        """Return what giving up one limit would open, at most two lines' worth."""
        return trade_offs.trade_offs(client, self.recommender.therapists_, today or date.today())

    def waiting(self, client: Client, today: date | None = None) -> Waiting:
        """Return who fits but is full, and the first opening any of them named."""
        return trade_offs.waiting(client, self.recommender.therapists_, today or date.today())

    def groups(self, slate: Slate) -> tuple[str, ...]:
        """Return the groups of terms that tell the people of an unweighed slate apart: those worth weighing."""
        return groups_with_a_say(slate.recommendations)

    def moves(self, before: Slate, after: Slate) -> tuple[Move, ...]:
        """Return who moved between two slates of one client, and by which group of terms."""
        return moves.moves(before, after)

    def _has(self, one: Candidate, communities: Collection[str]) -> bool:
        return set(communities) <= set(self.therapist(one.therapist_id).identities)

    def _main_concern_first(self, client: Client, found: Sequence[Candidate]) -> Sequence[Candidate]:
        weightiest = max((severity for _, severity in client.concerns), default=0)
        main = {code for code, severity in client.concerns if severity == weightiest}
        return sorted(found, key=lambda one: not main & set(self.therapist(one.therapist_id).concerns))


def honours_everything(one: Candidate | Recommendation) -> bool:
    """Tell whether a therapist honours every wish the client stated; unknown is not honoured."""
    return all(line.status == "honoured" for line in one.receipt)


def one_who_fits(
    found: Sequence[Candidate], places: int, fits: Callable[[Candidate], bool] = honours_everything
) -> Sequence[Candidate]:
    """Return the ranking with somebody who honours every wish in its first places, where it holds one at all."""
    if any(fits(one) for one in found[:places]):
        return found
    fitting = next((one for one in found[places:] if fits(one)), None)
    if fitting is None:
        return found
    others = tuple(one for one in found if one is not fitting)
    return (*others[: places - 1], fitting, *others[places - 1 :])
