"""Why a therapist is not eligible, in plain sentences, and a lazy list of everyone who was left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import overload

import numpy as np

from matcher.clinic.encoding import CLIENT_SETS, ClientTable, TherapistTable
from matcher.domain.recommendation import Exclusion
from matcher.domain.vocabulary import (
    AGE_GROUPS,
    CONCERNS,
    FORMATS,
    FUNDING,
    GENDERS,
    IDENTITIES,
    MODALITIES,
    STYLES,
)
from matcher.eligibility.limits import Mask, names_of

_LABELS: dict[str, dict[str, str]] = {
    "gender": GENDERS,
    "formats": FORMATS,
    "funding": FUNDING,
    "identities": IDENTITIES,
    "modalities": {code: modality.label for code, modality in MODALITIES.items()},
    "concerns": {code: concern.label for code, concern in CONCERNS.items()},
}
_BLANK: dict[str, str] = {
    "therapist_gender": "Gender is not known",
    "modalities": "Ways of working are not known",
    "identities": "Training with communities is not known",
    "funding": "Kinds of funding accepted are not known",
    "availability": "Times are not known",
    "max_fee": "The fee is not known",
    "max_distance_km": "How far away the rooms are is not known",
    "next_opening_by": "The next opening is not known",
    **{name: f"Whether {style.low} or {style.high} is not known" for name, style in STYLES.items()},
}


def label_of(column: str, code: str) -> str:
    """Return the plain words for a code of a therapist's column, such as ``("formats", "phone")``: by phone."""
    words = _LABELS.get(column, {}).get(code, code.replace("_", " "))
    return words.title() if column == "languages" else words


def labels_of(column: str, codes: Sequence[str]) -> str:
    """Return the plain words for several codes, joined for a sentence."""
    return ", ".join(label_of(column, code) for code in codes) or "none"


def day_of(days: float) -> date:
    """Return the date of a number of days since 1970."""
    return date(1970, 1, 1) + timedelta(days=int(days))


def plain_date(days: float) -> str:
    """Return a date as people say it: 3 December 2026."""
    day = day_of(days)
    return f"{day.day} {day:%B %Y}"


def limit_reason(limit: str, clients: ClientTable, client: int, therapists: TherapistTable, therapist: int) -> str:
    """Return the plain sentence for one limit that excludes this therapist for this client."""
    if limit in CLIENT_SETS:
        return _set_reason(limit, clients, client, therapists, therapist)
    if limit in STYLES:
        return _style_reason(limit, therapists, therapist)
    return _OTHERS[limit](clients, client, therapists, therapist)


def _set_reason(limit: str, clients: ClientTable, client: int, therapists: TherapistTable, therapist: int) -> str:
    column = CLIENT_SETS[limit]
    if not therapists.sets[column].known[therapist]:
        return f"{_BLANK[limit]}, and it must be honoured."
    theirs = labels_of(column, therapists.sets[column].names(therapist))
    return {
        "therapist_gender": f"Gender is {theirs}, not the one asked for.",
        "languages": f"Speaks {theirs}, not the language asked for.",
        "formats": f"Only meets {theirs}.",
        "funding": f"Does not take the funding asked for (takes {theirs}).",
        "modalities": f"Does not work in the way asked for (works with {theirs}).",
        "identities": f"Not trained with every community asked for (trained with {theirs}).",
        "availability": "Not free at any of the times asked for.",
    }[limit]


def _style_reason(limit: str, therapists: TherapistTable, therapist: int) -> str:
    value = therapists.numbers[limit][therapist]
    if np.isnan(value):
        return f"{_BLANK[limit]}, and it must be honoured."
    style = STYLES[limit]
    return f"Works in a more {style.high if value > 0 else style.low} way than asked for."


def _age_reason(clients: ClientTable, client: int, therapists: TherapistTable, therapist: int) -> str:
    groups = therapists.sets["age_groups"].names(therapist)
    spans = ", ".join(
        f"{low} to {high}" if high < 120 else f"{low} and over" for low, high in map(AGE_GROUPS.get, groups)
    )  # type: ignore[misc]
    return f"Works with other ages ({spans or 'none given'})."


def _concern_reason(clients: ClientTable, client: int, therapists: TherapistTable, therapist: int) -> str:
    missing = (clients.severity[client] > 0) & (therapists.concerns[therapist] == 0)
    codes = [code for code, absent in zip(CONCERNS, missing, strict=True) if absent]
    return f"Does not work with: {labels_of('concerns', codes)}."


def _fee_reason(clients: ClientTable, client: int, therapists: TherapistTable, therapist: int) -> str:
    fee, most = therapists.numbers["fee"][therapist], clients.numbers["max_fee"][client]
    if np.isnan(fee):
        return f"{_BLANK['max_fee']}, and the limit must be honoured."
    return f"Costs {fee:.0f} a session, over the limit of {most:.0f}."


def _distance_reason(clients: ClientTable, client: int, therapists: TherapistTable, therapist: int) -> str:
    cosine = float(np.clip(clients.places[client] @ therapists.places[therapist], -1, 1))
    if np.isnan(cosine):
        return f"{_BLANK['max_distance_km']}, and it must be honoured."
    return f"The rooms are {6371 * np.arccos(cosine):.0f} km away, over {clients.numbers['max_distance_km'][client]:.0f} km."


def _opening_reason(clients: ClientTable, client: int, therapists: TherapistTable, therapist: int) -> str:
    opening = therapists.days["next_opening"][therapist]
    if np.isnan(opening):
        return f"{_BLANK['next_opening_by']}, and it must be honoured."
    return (
        f"The next opening is {plain_date(opening)}, later than {plain_date(clients.days['next_opening_by'][client])}."
    )


_OTHERS: dict[str, Callable[[ClientTable, int, TherapistTable, int], str]] = {
    "capacity": lambda *_: "Has no open place at the moment.",
    "exclude_therapists": lambda *_: "The client asked not to be matched with this therapist.",
    "age": _age_reason,
    "concerns": _concern_reason,
    "max_fee": _fee_reason,
    "max_distance_km": _distance_reason,
    "next_opening_by": _opening_reason,
}


@dataclass(frozen=True, eq=False)
class Exclusions(Sequence[Exclusion]):
    """Everyone left out for one client; each entry is put into words only when it is read."""

    clients: ClientTable
    client: int
    therapists: TherapistTable
    rows: tuple[int, ...]
    mask: Mask

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Exclusion: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Exclusion]: ...
    def __getitem__(self, index: int | slice) -> Exclusion | Sequence[Exclusion]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        row = self.rows[index]
        limits = names_of(int(self.mask[index]))
        return Exclusion(
            self.therapists.ids[row],
            limits,
            tuple(limit_reason(limit, self.clients, self.client, self.therapists, row) for limit in limits),
        )


def exclusions(clients: ClientTable, client: int, therapists: TherapistTable, mask: Mask) -> Exclusions:
    """Return who is left out for one client, from its row (n_therapists,) of ``broken_limits``."""
    rows = np.flatnonzero(mask)
    return Exclusions(clients, client, therapists, tuple(rows.tolist()), mask[rows])
