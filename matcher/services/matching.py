"""Matching as the commands use it: a recommender for a clinic, and slates as tables and explanations.

The pages' own service is `matcher.services.client_matching`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.problems import ClinicError
from matcher.domain.recommendation import Recommendation, Slate
from matcher.eligibility.reasons import Exclusions
from matcher.ranking.persistence import ModelFileError, load_model
from matcher.ranking.recommender import Recommender
from matcher.services.client_matching import MatchingService

__all__ = ["Explanation", "MatchingService", "explain", "load_recommender", "recommend_table", "recommendation_table"]

RECOMMEND_COLUMNS: tuple[str, ...] = (
    "client_id",
    "rank",
    "therapist_id",
    "benefit",
    "benefit_low",
    "benefit_high",
    "alliance",
    "improvement",
    "staying",
    "preference_fit",
    "reasons",
    "cautions",
)
# A millionth of an SD is noise, but keeps the parts adding up to the benefit.
_DECIMALS = 6


def load_recommender(clinic: Clinic, model: Path | None = None) -> Recommender:
    """Return a recommender for a clinic: from a trained model's file, or from published effects alone.

    A model that later data showed to be worse than published effects is not used for ranking (its card says so).

    Raises
    ------
    ClinicError
        If the model file cannot be trusted or does not fit.
    """
    published = Recommender().fit(Clinic(clinic.therapists, clinic.clients, clinic.episodes.iloc[:0]))
    if model is None:
        return published
    try:
        learned, card = load_model(model)
    except ModelFileError as error:
        raise ClinicError(str(error)) from None
    return Recommender().attach(clinic, learned) if card.use_learned else published


def recommendation_table(slates: Sequence[Slate]) -> pd.DataFrame:
    """Return slates as the contract's table, one row a suggested therapist; a client without any has one row."""
    rows = [row for slate in slates for row in _slate_rows(slate)]
    table = pd.DataFrame(rows, columns=list(RECOMMEND_COLUMNS)).round(_DECIMALS)
    table["rank"] = table["rank"].astype("Int64")
    return table


def _slate_rows(slate: Slate) -> list[dict[str, object]]:
    if slate.recommendations:
        return [_row(slate.client_id, recommendation) for recommendation in slate.recommendations]
    if slate.withheld:
        cautions = slate.withheld
    elif slate.relaxations:
        cautions = ";".join(relaxation.sentence for relaxation in slate.relaxations)
    else:
        cautions = _nobody(slate)
    return [{"client_id": slate.client_id, "cautions": cautions}]


def _nobody(slate: Slate) -> str:
    """Return why nobody fits where no limit that could be relaxed would change that."""
    if not slate.exclusions:
        return "The clinic has no therapists yet"
    others = any("age" not in exclusion.limits for exclusion in slate.exclusions)
    return (
        "Everyone who works with this age is among those never to be suggested to this client"
        if others
        else "No therapist of this clinic works with this age"
    )


def _row(client_id: str, recommendation: Recommendation) -> dict[str, object]:
    numbers = ("benefit", "benefit_low", "benefit_high", "alliance", "improvement", "staying")
    fit = recommendation.preference_fit
    return {
        "client_id": client_id,
        "rank": recommendation.rank,
        "therapist_id": recommendation.therapist_id,
        **{name: getattr(recommendation, name) for name in numbers},
        "preference_fit": None if fit is None else round(fit, 2),
        "reasons": _cell(recommendation.reasons),
        "cautions": _cell((*recommendation.cautions, *recommendation.unknowns)),
    }


def _cell(sentences: Sequence[str]) -> str:
    return ";".join(sentence.replace(";", ",") for sentence in sentences)


def recommend_table(
    recommender: Recommender,
    clients: pd.DataFrame,
    top: int,
    *,
    safety_checked: bool = False,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Return the contract's ``recommend`` table for a frame of clients."""
    slates = recommender.recommend(clients, top, safety_checked=safety_checked, progress=progress)
    return recommendation_table(slates)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, or why not, one therapist for one client."""

    client_id: str
    therapist_id: str
    eligible: bool
    limits: tuple[str, ...]
    recommendation: Recommendation | None
    withheld: str | None


def explain(clinic: Clinic, recommender: Recommender, client_id: str, therapist_id: str) -> Explanation:
    """Return every limit in the way, or every term of the benefit, for one client and one therapist.

    Raises
    ------
    ClinicError
        If the clinic has no such client or therapist.
    """
    rows = clinic.clients[clinic.clients["client_id"] == client_id]
    if rows.empty:
        raise ClinicError(f"clients.csv has no client_id {client_id!r}: give one that it holds.")
    if therapist_id not in recommender.therapists_.position:
        raise ClinicError(f"therapists.csv has no therapist_id {therapist_id!r}: give one that it holds.")
    safety = recommender.recommend(rows, top=1)[0]
    slate = recommender.recommend(rows, top=0, safety_checked=True)[0]
    found = next((r for r in slate.recommendations if r.therapist_id == therapist_id), None)
    barred = slate.exclusions.of(therapist_id) if isinstance(slate.exclusions, Exclusions) else None
    return Explanation(
        client_id, therapist_id, found is not None, () if barred is None else barred.reasons, found, safety.withheld
    )
