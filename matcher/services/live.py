"""Matching for the running app: always on the therapists of this moment and the model in use, never waiting for them.

Whether a therapist, a place, a limit or the model changed is looked at no more than once a second, and what changed is
made ready beside: whoever asks meanwhile is answered at once, from a moment ago.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from logging import getLogger
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Final

from matcher.config import Settings
from matcher.domain.client import Client
from matcher.domain.recommendation import Slate
from matcher.domain.steering import Move, TradeOff, Waiting
from matcher.domain.therapist import Therapist
from matcher.intake.safety import safety_flags
from matcher.ranking.emphasis import Emphasis
from matcher.ranking.recommender import Recommender
from matcher.services.client_matching import FIRST, MatchingService
from matcher.services.records import records
from matcher.services.replay import recommender_of, without_episodes
from matcher.services.staff_ranking import Ranking, ranking_now
from matcher.store.clinics import holds_demo
from matcher.store.models import add_model, has_model, in_use_hash, model_in_use
from matcher.store.slates import MadeWith
from matcher.store.snapshot import PUBLISHED, catalogue_bytes
from matcher.store.staff_rows import therapist_rows
from matcher.store.store import Store, StoreSession
from matcher.store.therapist_desk import therapist_stamp

_LOOK_EVERY: Final = 1.0
_ACTOR: Final = "matcher"


@dataclass(frozen=True)
class Generation:
    """Everything one moment's matches are made with; ``stamp`` differs as soon as the store's would."""

    service: MatchingService
    ranking: Ranking
    model_hash: str
    stamp: tuple[object, ...]

    @cached_property
    def catalogue(self) -> tuple[str, bytes]:
        """The therapists these matches are drawn from, by name and content."""
        return catalogue_bytes(self.ranking.clinic.therapists)

    def as_matched(self, client: Client) -> Client:
        """Return a client with the therapists who do not take on one of their concerns ruled out."""
        codes = {code for code, _ in client.concerns}
        barred = [t for t, own in self.ranking.limits.items() if codes & set(own.declined_concerns)]
        excluded = tuple(dict.fromkeys((*client.exclude_therapists, *barred)))
        return replace(client, exclude_therapists=excluded) if barred else client

    def made_with(self, slate: Slate) -> MadeWith:
        """Return what a slate that a client saw was made with."""
        model_hash = PUBLISHED if slate.published_only else self.model_hash
        return MadeWith(self.catalogue[0], model_hash, top=max(FIRST, len(slate.recommendations)))


class LiveMatching:
    """Matches single clients for the pages; see `matcher.services.client_matching.MatchingService`."""

    def __init__(self, store: Store, settings: Settings, clock: Callable[[], float] = monotonic) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._learned: tuple[object, Recommender] | None = None
        self._loading, self._looking = Lock(), Lock()
        if settings.model is not None:
            take_up_model(store, settings.model)
        self._generation = self._load()
        records(store)
        # Compiling the rules took most of the time whoever opened the first enquiry waited.
        safety_flags([""])
        self._looked_at = clock()

    def now(self) -> Generation:
        """Return what to match with, and have somebody look whether it is still so."""
        if self._clock() - self._looked_at >= _LOOK_EVERY and self._looking.acquire(blocking=False):
            self._looked_at = self._clock()
            Thread(target=self._look, name="matcher-look", daemon=True).start()
        return self._generation

    def look(self) -> None:
        """Take up what changed in the store, now."""
        with self._loading:
            if self._stamp() != self._generation.stamp:
                self._generation = self._load()
        records(self._store)

    @property
    def recommender(self) -> Recommender:
        """The model that ranks, on the therapists of this moment."""
        return self.now().service.recommender

    @property
    def learns(self) -> bool:
        """Whether past matches have a say in the order at all."""
        return self.now().service.learns

    def therapists(self) -> list[Therapist]:
        """Return the clinic's therapists in the order of its folder."""
        return self.now().service.therapists()

    def therapist(self, therapist_id: str) -> Therapist:
        """Return one therapist.

        Raises
        ------
        KeyError
            If the clinic has no such therapist.
        """
        return self.now().service.therapist(therapist_id)

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
        """Return the slate a client sees; see `MatchingService.match`."""
        now = self.now()
        return now.service.match(
            now.as_matched(client),
            top,
            emphasis=emphasis,
            past_matches=past_matches,
            safety_checked=safety_checked,
            left_to_staff=left_to_staff,
        )

    def groups(self, slate: Slate) -> tuple[str, ...]:
        """Return what the client may weigh: the groups that tell these people apart."""
        return self.now().service.groups(slate)

    def moves(self, before: Slate, after: Slate) -> tuple[Move, ...]:
        """Return who moved between two slates, and by which group."""
        return self.now().service.moves(before, after)

    def trade_offs(self, client: Client, today: date | None = None) -> tuple[TradeOff, ...]:
        """Return what giving up one limit would open."""
        now = self.now()
        return now.service.trade_offs(now.as_matched(client), today)

    def waiting(self, client: Client, today: date | None = None) -> Waiting:
        """Return who fits but is full, and the first opening any of them named."""
        now = self.now()
        return now.service.waiting(now.as_matched(client), today)

    def _look(self) -> None:
        try:
            self.look()
        except Exception as error:
            # What was ready a moment ago goes on serving; the text of an error could hold an answer.
            getLogger(__name__).error("The therapists could not be looked at again: %s", type(error).__name__)
        finally:
            self._looking.release()

    def _today(self) -> date:
        return datetime.now(self._settings.zone).date()

    def _stamp(self) -> tuple[object, ...]:
        with self._store.reading() as session:
            return (*self._model_stamp(session), therapist_stamp(session), self._today())

    def _model_stamp(self, session: StoreSession) -> tuple[object, ...]:
        # A real clinic that takes the demo's place may have as many therapists.
        return in_use_hash(session), holds_demo(session)

    def _load(self) -> Generation:
        stamp = self._stamp()
        learned = self._learned_for(stamp[:2])
        ranking = ranking_now(self._store, learned, self._today())
        used = PUBLISHED if learned.learned_.sums.n_episodes == 0 else str(stamp[0])
        return Generation(MatchingService(ranking.clinic, ranking.recommender), ranking, used, stamp)

    def _learned_for(self, wanted: tuple[object, ...]) -> Recommender:
        if self._learned is None or self._learned[0] != wanted:
            self._learned = wanted, recommender_in_use(self._store)
        return self._learned[1]


def recommender_in_use(store: Store) -> Recommender:
    """Return what ranks: the store's model in use, or published effects where there is none or it did worse.

    Raises
    ------
    StoreError, ModelFileError
        If the model in use cannot be read.
    """
    with store.reading() as session:
        stored, clinic = model_in_use(session), without_episodes(therapist_rows(session))
    if stored is None or not json.loads(stored.card).get("use_learned", True):
        return recommender_of(clinic, None)
    return recommender_of(clinic, stored)


def take_up_model(store: Store, path: Path) -> None:
    """Keep a model file in the store and put it in use, unless the store has seen it before.

    Raises
    ------
    StoreError, OSError
        If the file is not the one its card describes, or cannot be read.
    """
    with store.writing() as session:
        if not has_model(session, sha256(path.read_bytes()).hexdigest()):
            add_model(session, path, _ACTOR)
