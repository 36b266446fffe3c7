"""Past matches for owners and leads: as they were shown, and what another model would have said of the same answers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import pandas as pd

from matcher.domain.recommendation import Slate
from matcher.services.access import Person, may, needs
from matcher.services.replay import match_again
from matcher.store.decisions import choices_of, overrides_of
from matcher.store.enquiries import client_of_reference
from matcher.store.models import kept_models
from matcher.store.slate_list import MOST, KeptSlate, kept_slates
from matcher.store.slates import catalogue_of, snapshot_of
from matcher.store.snapshot import PUBLISHED, replay
from matcher.store.store import Store

__all__ = ["MOST", "KeptSlate", "PastMatch", "compared", "model_names", "past_match", "past_matches"]


@dataclass(frozen=True, slots=True)
class PastMatch:
    """One match as it was shown; ``rows`` has one row a therapist, ``withheld`` why nobody was ranked.

    ``past_off`` says that a trained model was asked for, but has no say: the client had switched past matches off.
    ``rows``: place, therapist, benefit, from, to, wishes honoured, chance of this place, chosen; and why, for those
    who may see enquiries, since reasons tell of what a client asked for.
    """

    slate_id: str
    model_hash: str
    withheld: bool
    rows: pd.DataFrame
    past_off: bool = False


@needs("see_report")
def past_matches(
    person: Person, store: Store, sought: str = "", day: date | None = None, zone: tzinfo = UTC
) -> list[KeptSlate]:
    """Return the matches kept, the newest first; nothing of what clients answered.

    Parameters
    ----------
    sought
        How a match's number begins or, for those who may see enquiries, an enquiry's reference; all if blank.
    day, zone
        The day on which they were made, in a time zone; all days if none is given.
    """
    plain = sought.strip()
    since = None if day is None else datetime.combine(day, time(), zone).astimezone(UTC)
    before = None if day is None else datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    with store.reading() as session:
        # A reference tells whose match it is.
        client_id = client_of_reference(session, plain) if plain and may(person, "see_queue") else None
        return kept_slates(session, since=since, before=before, number=plain.lower(), client_id=client_id)


@needs("see_report")
def model_names(person: Person, store: Store) -> dict[str, str]:
    """Return what every model is called by its hash, published effects first."""
    with store.reading() as session:
        kept = kept_models(session)
    return {PUBLISHED: "published effects alone"} | {
        model.model_hash: f"the model of {model.added_at:%d %B %Y}, {model.model_hash[:8]}" for model in kept
    }


@needs("see_report")
def past_match(person: Person, store: Store, slate_id: str) -> PastMatch:
    """Return a match as it was shown, and note who looked.

    Raises
    ------
    StoreError
        If it is not kept, or was altered.
    """
    with store.reading() as session:
        snapshot = snapshot_of(session, slate_id, person.account_id)
        names = _names(catalogue_of(session, snapshot.catalogue_hash))
        chosen = {choice.therapist_id for choice in choices_of(session, slate_id)}
        chosen |= {override.therapist_id for override in overrides_of(session, slate_id)}
    slate = replay(snapshot)
    rows = _rows(slate, names, why=may(person, "see_queue"))
    rows["chance of this place"] = [snapshot.propensities.get(r.therapist_id, 1.0) for r in slate.recommendations]
    rows["chosen"] = [r.therapist_id in chosen for r in slate.recommendations]
    return PastMatch(slate_id, snapshot.model_hash, slate.withheld is not None, rows)


@needs("see_report")
def compared(person: Person, store: Store, slate_id: str, model_hash: str) -> PastMatch:
    """Return what another model would have said of the same answers and therapists; `PUBLISHED` for published effects.

    Where the client had switched past matches off, published effects rank whatever the model, as they did then.

    Raises
    ------
    StoreError, ModelFileError
        If the match, its therapists or the model are not kept, or were altered.
    """
    slate = match_again(store, slate_id, person.account_id, by=model_hash)
    with store.reading() as session:
        snapshot = snapshot_of(session, slate_id, person.account_id)
        names = _names(catalogue_of(session, snapshot.catalogue_hash))
    rows = _rows(slate, names, why=may(person, "see_queue"))
    past_off = slate.published_only and model_hash != PUBLISHED
    return PastMatch(slate_id, model_hash, slate.withheld is not None, rows, past_off)


def _names(therapists: pd.DataFrame) -> dict[str, str]:
    return dict(zip(therapists["therapist_id"], therapists["name"], strict=True))


def _rows(slate: Slate, names: dict[str, str], *, why: bool) -> pd.DataFrame:
    rows = [
        {
            "place": item.rank,
            "therapist": names.get(item.therapist_id, item.therapist_id),
            "benefit (SD)": item.benefit,
            "from": item.benefit_low,
            "to": item.benefit_high,
            "wishes honoured": "none asked" if item.preference_fit is None else f"{item.preference_fit:.0%}",
            **({"why": "; ".join((*item.reasons, *item.cautions))} if why else {}),
        }
        for item in slate.recommendations
    ]
    columns = ["place", "therapist", "benefit (SD)", "from", "to", "wishes honoured", *(["why"] if why else [])]
    return pd.DataFrame(rows, columns=columns)
