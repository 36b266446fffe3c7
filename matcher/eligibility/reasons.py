"""Why a therapist is not eligible, in plain sentences, and a lazy list of everyone who was left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import CLIENT_SETS, ClientTable, TherapistTable
from matcher.clinic.pairs import Pairs
from matcher.domain.recommendation import Exclusion
from matcher.domain.vocabulary import AGE_GROUPS, CONCERNS, STYLES
from matcher.eligibility.limits import Mask, broken_limits, names_of
from matcher.eligibility.words import joined, kilometres, labels_of, money, plain_date

BLANKS: dict[str, str] = {
    "therapist_gender": "The therapist's gender is not known",
    "modalities": "Ways of working are not known",
    "identities": "Training with communities is not known",
    "funding": "Kinds of funding accepted are not known",
    "availability": "Times are not known",
    "max_fee": "The fee is not known",
    "max_distance_km": "How far away the rooms are is not known",
    "next_opening_by": "The next opening is not known",
    **{
        name: f"Whether the way of working is {style.low} or {style.high} is not known"
        for name, style in STYLES.items()
    },
}
GENDER_WORDS: dict[str, str] = {"woman": "a woman", "man": "a man", "non_binary": "non-binary"}


def limit_reason(limit: str, clients: ClientTable, client: int, therapists: TherapistTable, therapist: int) -> str:
    """Return the plain sentence for one limit that excludes this therapist for this client."""
    one = np.array([client]), np.array([therapist])
    return _REASONS.get(limit, _set_reason(limit))(Pairs(clients.take(one[0]), therapists.take(one[1]), grid=False))


def more_than_wished(name: str, pairs: Pairs, row: int = 0) -> str:
    """Return which way a therapist's style leans from what the client of an aligned pair wished for."""
    ours, theirs = pairs.clients.numbers[name][row], pairs.therapists.numbers[name][row]
    return f"more {STYLES[name].high if theirs > ours else STYLES[name].low}"


def _set_reason(limit: str) -> Callable[[Pairs], str]:
    def reason(pairs: Pairs) -> str:
        column = pairs.therapists.sets[CLIENT_SETS[limit]]
        if not column.known[0]:
            return f"{BLANKS[limit]}, and it must be honoured."
        return _SET_REASONS[limit](labels_of(CLIENT_SETS[limit], column.names(0)))

    return reason


_SET_REASONS: dict[str, Callable[[str], str]] = {
    "languages": lambda theirs: f"Speaks {theirs}, none of the languages asked for.",
    "formats": lambda theirs: f"Meets only {theirs}.",
    "funding": lambda theirs: f"Does not take the funding asked for (takes {theirs}).",
    "modalities": lambda theirs: f"Does not work in the way asked for (works with {theirs}).",
    "identities": lambda theirs: f"Not trained with every community asked for (trained with {theirs}).",
    "availability": lambda _: "Not free at any of the times asked for.",
}


def _gender_reason(pairs: Pairs) -> str:
    theirs = pairs.therapists.sets["gender"].names(0)
    if not theirs:
        return f"{BLANKS['therapist_gender']}, and it must be honoured."
    asked = joined([GENDER_WORDS[code] for code in pairs.clients.sets["therapist_gender"].names(0)], "or")
    return f"Is {GENDER_WORDS[theirs[0]]}, where {asked} was asked for."


def _style_reason(name: str) -> Callable[[Pairs], str]:
    def reason(pairs: Pairs) -> str:
        if np.isnan(pairs.therapists.numbers[name][0]):
            return f"{BLANKS[name]}, and it must be honoured."
        return f"The way of working is {more_than_wished(name, pairs)} than asked for."

    return reason


def _age_reason(pairs: Pairs) -> str:
    spans = [AGE_GROUPS[code] for code in pairs.therapists.sets["age_groups"].names(0)]
    ages = joined([f"{low} to {high}" if high < 120 else f"{low} and over" for low, high in spans])
    return f"Works with other ages ({ages})."


def _concern_reason(pairs: Pairs) -> str:
    missing = (pairs.clients.severity[0] > 0) & (pairs.therapists.concerns[0] == 0)
    codes = [code for code, absent in zip(CONCERNS, missing, strict=True) if absent]
    return f"Does not list {labels_of('concerns', codes, 'or')}."


def _fee_reason(pairs: Pairs) -> str:
    fee, most = pairs.therapists.numbers["fee"][0], pairs.clients.numbers["max_fee"][0]
    if np.isnan(fee):
        return f"{BLANKS['max_fee']}, and the limit must be honoured."
    return f"Costs {money(fee)} a session, over the limit of {money(most)}."


def _distance_reason(pairs: Pairs) -> str:
    distance = float(pairs.distance_km()[0])
    if np.isnan(distance):
        return f"{BLANKS['max_distance_km']}, and the limit must be honoured."
    most = float(pairs.clients.numbers["max_distance_km"][0])
    return f"The rooms are {kilometres(distance)} away, over the limit of {most:g} km."


def _opening_reason(pairs: Pairs) -> str:
    opening = float(pairs.therapists.days["next_opening"][0])
    if np.isnan(opening):
        return f"{BLANKS['next_opening_by']}, and the limit must be honoured."
    latest = float(pairs.clients.days["next_opening_by"][0])
    return f"The next opening is {plain_date(opening)}, later than {plain_date(latest)}."


_REASONS: dict[str, Callable[[Pairs], str]] = {
    "capacity": lambda _: "Has no open place at the moment.",
    "exclude_therapists": lambda _: "Is named among those never to be suggested to this client.",
    "age": _age_reason,
    "therapist_gender": _gender_reason,
    "concerns": _concern_reason,
    "max_fee": _fee_reason,
    "max_distance_km": _distance_reason,
    "next_opening_by": _opening_reason,
    **{name: _style_reason(name) for name in STYLES},
}


@dataclass(frozen=True, eq=False)
class Exclusions(Sequence[Exclusion]):
    """The ``barred`` therapists left out for one client; who and why is worked out only when it is read."""

    clients: ClientTable
    client: int
    therapists: TherapistTable
    barred: int

    @cached_property
    def _mask(self) -> Mask:
        one = Pairs(self.clients.take(np.array([self.client])), self.therapists)
        return np.asarray(broken_limits(one)[0])

    @cached_property
    def _rows(self) -> NDArray[np.intp]:
        return np.flatnonzero(self._mask)

    def __len__(self) -> int:
        return self.barred

    @overload
    def __getitem__(self, index: int) -> Exclusion: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Exclusion]: ...
    def __getitem__(self, index: int | slice) -> Exclusion | Sequence[Exclusion]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self._of(int(self._rows[index]))

    def of(self, therapist_id: str) -> Exclusion | None:
        """Return why one therapist was left out, or None where that therapist is eligible or not known."""
        row = self.therapists.position.get(therapist_id)
        return None if row is None or not self._mask[row] else self._of(row)

    def _of(self, row: int) -> Exclusion:
        limits = names_of(int(self._mask[row]))
        sentences = (limit_reason(limit, self.clients, self.client, self.therapists, row) for limit in limits)
        return Exclusion(self.therapists.ids[row], limits, tuple(sentences))
