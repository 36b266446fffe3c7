"""The ranking staff work with: therapists as they stand at this moment, their own limits applied before anything else.

Leave closes a therapist's places, and a concern they do not take on rules them out for whoever names it: both are hard
limits, in force before ranking, and said as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any, Final

import numpy as np
import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.frames import canonical_clients, canonical_episodes
from matcher.domain.recommendation import Slate
from matcher.domain.vocabulary import CONCERNS
from matcher.eligibility.reasons import Exclusions
from matcher.ranking.recommender import Recommender
from matcher.services.own_limits import Limits, barred, closed_while_away
from matcher.store.snapshot import PUBLISHED
from matcher.store.staff_rows import therapist_rows
from matcher.store.store import Store
from matcher.store.therapist_desk import TherapistSettings, all_settings, therapist_stamp

_KEPT: Final = 4
_NO_CLIENTS: Final = ("client_id", "concerns")
_NO_EPISODES: Final = ("episode_id", "client_id", "therapist_id", "started_on")


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """A recommender on the therapists of this moment; ``therapists`` is by id, before leave closed any place.

    ``rows`` holds the same therapists as plain mappings: picking one row of a frame at a time took most of what
    opening an enquiry took.
    """

    clinic: Clinic
    recommender: Recommender
    limits: Limits
    therapists: pd.DataFrame
    rows: Mapping[str, dict[str, Any]]
    today: date
    model_hash: str = PUBLISHED

    def row(self, therapist_id: str) -> dict[str, Any]:
        """Return one therapist's columns by name."""
        return self.rows[therapist_id]

    def away(self) -> frozenset[str]:
        """Return the therapists on leave today."""
        return frozenset(t for t, own in self.limits.items() if t in self.rows and own.away(self.today))

    def barred(self, client: pd.DataFrame) -> pd.DataFrame:
        """Return canonical clients with the therapists who do not take on one of their concerns ruled out."""
        return barred(client, self.limits)

    def fitting(self, client: pd.DataFrame) -> tuple[str, ...]:
        """Return everyone within the limits of one barred client, best first: no words, so quick with thousands."""
        (scores,) = self.recommender.score(client)
        order = np.argsort(-np.nan_to_num(scores, nan=-np.inf), kind="stable")[: np.count_nonzero(~np.isnan(scores))]
        return tuple(self.recommender.therapists_.ids[row] for row in order)

    def why_not(self, slate: Slate, therapist_id: str, concerns: Mapping[str, int]) -> tuple[str, ...]:
        """Return every limit that keeps one therapist from one client, empty where none does."""
        found = slate.exclusions.of(therapist_id) if isinstance(slate.exclusions, Exclusions) else None
        if found is None:
            return ()
        own = self.limits.get(therapist_id, TherapistSettings(therapist_id))
        declined = [CONCERNS[code].label for code in own.declined_concerns if code in concerns]
        away = own.away(self.today)
        said = []
        for limit, reason in zip(found.limits, found.reasons, strict=True):
            if limit == "capacity" and away:
                until = f" until {own.leave_until:%-d %B %Y}" if own.leave_until else ""
                said.append(f"Is on leave{until}.")
            elif limit == "exclude_therapists" and declined:
                said.append(f"Does not take on {', '.join(declined)}: a limit they set themselves.")
            else:
                said.append(reason)
        return tuple(said)


_made: dict[tuple[object, ...], Ranking] = {}
_lock = Lock()


def ranking_now(store: Store, learned: Recommender, today: date, model_hash: str = PUBLISHED) -> Ranking:
    """Return the ranking on the therapists of this moment; made anew only where one of them, or the day, changed.

    ``learned`` is what ranks elsewhere in the app: what it learned is kept, its therapists are not.
    """
    with store.reading() as session:
        key = (store.engine.url.render_as_string(), id(learned.learned_), therapist_stamp(session), today)
        with _lock:
            if key in _made:
                return replace(_made[key], model_hash=model_hash)
        frame, limits = therapist_rows(session), all_settings(session)
    made = _ranking(frame, limits, learned, today, model_hash)
    with _lock:
        while len(_made) >= _KEPT:
            del _made[next(iter(_made))]
        _made[key] = made
    return made


def _ranking(
    frame: pd.DataFrame,
    limits: Limits,
    learned: Recommender,
    today: date,
    model_hash: str,
) -> Ranking:
    clinic = Clinic(closed_while_away(frame, limits, today), *_nobody())
    recommender = Recommender(learned.weights).attach(clinic, learned.learned_)
    by_id = frame.set_index("therapist_id", drop=False)
    rows = {str(row["therapist_id"]): {str(name): value for name, value in row.items()} for row in _records(frame)}
    return Ranking(clinic, recommender, limits, by_id, rows, today, model_hash)


def _records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.to_dict("records")


def _nobody() -> tuple[pd.DataFrame, pd.DataFrame]:
    return (
        canonical_clients(pd.DataFrame(columns=list(_NO_CLIENTS), dtype=object)),
        canonical_episodes(pd.DataFrame(columns=list(_NO_EPISODES), dtype=object)),
    )
