"""Matching as the pages and commands use it: clients in, slates, tables and explanations out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.problems import ClinicError
from matcher.clinic.rows import client_frame, therapists_from
from matcher.domain.client import Client
from matcher.domain.recommendation import Recommendation, Slate
from matcher.domain.therapist import Therapist
from matcher.eligibility.reasons import Exclusions
from matcher.ranking.persistence import ModelFileError, load_model
from matcher.ranking.recommender import Recommender

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
# How many times the asked-for number are ranked before those who work with the main concern are put first.
_WIDE = 10


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


@dataclass(frozen=True)
class MatchingService:
    """Matches single clients for the pages; what clients see holds no results of past work."""

    clinic: Clinic
    recommender: Recommender

    @cached_property
    def _therapists(self) -> dict[str, Therapist]:
        return {t.therapist_id: t for t in therapists_from(self.clinic.therapists)}

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

    def match(self, client: Client, top: int = 3, *, safety_checked: bool = False) -> Slate:
        """Return the slate a client sees: at most ``top`` therapists, or what to relax, or why it is withheld.

        Therapists who work with the concern that weighs most come first, in the order of benefit: what somebody does
        not work with, no other strength makes up for on a client's own page.
        """
        wide = self.recommender.recommend(
            client_frame([client]), top=_WIDE * top, staff=False, safety_checked=safety_checked
        )[0]
        weightiest = max((severity for _, severity in client.concerns), default=0)
        main = {code for code, severity in client.concerns if severity == weightiest}
        found = sorted(wide.recommendations, key=lambda r: not main & set(self.therapist(r.therapist_id).concerns))
        if top:
            found = found[:top]
        return replace(wide, recommendations=tuple(replace(r, rank=i) for i, r in enumerate(found, start=1)))


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
