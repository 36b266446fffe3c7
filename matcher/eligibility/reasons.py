"""Why a therapist is not eligible, in plain sentences, and a lazy list of everyone who was left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import CLIENT_SETS, ClientTable, TherapistTable
from matcher.clinic.pairs import Pairs
from matcher.domain.message import Message
from matcher.domain.recommendation import Exclusion
from matcher.domain.vocabulary import AGE_GROUPS, CONCERNS, STYLES
from matcher.eligibility.limits import Mask, broken_limits, names_of
from matcher.eligibility.words import joined, kilometres, labels_of, money, number, plain_date

#: Both ends of each style as words inside a sentence.
SIDES: dict[str, tuple[Message, Message]] = {
    name: (Message(style.low), Message(style.high)) for name, style in STYLES.items()
}
BLANKS: dict[str, Message] = {
    "therapist_gender": Message("The therapist's gender is not known"),
    "modalities": Message("Ways of working are not known"),
    "identities": Message("Training with communities is not known"),
    "funding": Message("Kinds of funding accepted are not known"),
    "availability": Message("Times are not known"),
    "max_fee": Message("The fee is not known"),
    "max_distance_km": Message("How far away the rooms are is not known"),
    "next_opening_by": Message("The next opening is not known"),
    **{
        name: Message("Whether the way of working is {low} or {high} is not known", low=low, high=high)
        for name, (low, high) in SIDES.items()
    },
}
GENDER_WORDS: dict[str, Message] = {
    "woman": Message("a woman"),
    "man": Message("a man"),
    "non_binary": Message("non-binary"),
}


def limit_reason(limit: str, clients: ClientTable, client: int, therapists: TherapistTable, therapist: int) -> Message:
    """Return the plain sentence for one limit that excludes this therapist for this client."""
    one = np.array([client]), np.array([therapist])
    return _REASONS.get(limit, _set_reason(limit))(Pairs(clients.take(one[0]), therapists.take(one[1]), grid=False))


def more_than_wished(name: str, pairs: Pairs, row: int = 0) -> Message:
    """Return which way a therapist's style leans from what the client of an aligned pair wished for."""
    ours, theirs = pairs.clients.numbers[name][row], pairs.therapists.numbers[name][row]
    low, high = SIDES[name]
    return Message("more {side}", side=high if theirs > ours else low)


def _blank_wish(name: str) -> Message:
    return Message("{blank}, and it must be honoured.", blank=BLANKS[name])


def _blank_limit(name: str) -> Message:
    return Message("{blank}, and the limit must be honoured.", blank=BLANKS[name])


def _set_reason(limit: str) -> Callable[[Pairs], Message]:
    def reason(pairs: Pairs) -> Message:
        column = pairs.therapists.sets[CLIENT_SETS[limit]]
        if not column.known[0]:
            return _blank_wish(limit)
        return _SET_REASONS[limit](labels_of(CLIENT_SETS[limit], column.names(0)))

    return reason


_SET_REASONS: dict[str, Callable[[str], Message]] = {
    "languages": lambda theirs: Message("Speaks {theirs}, none of the languages asked for.", theirs=theirs),
    "formats": lambda theirs: Message("Meets only {theirs}.", theirs=theirs),
    "funding": lambda theirs: Message("Does not take the funding asked for (takes {theirs}).", theirs=theirs),
    "modalities": lambda theirs: Message("Does not work in the way asked for (works with {theirs}).", theirs=theirs),
    "identities": lambda theirs: Message(
        "Not trained with every community asked for (trained with {theirs}).", theirs=theirs
    ),
    "availability": lambda _: Message("Not free at any of the times asked for."),
}


def _gender_reason(pairs: Pairs) -> Message:
    theirs = pairs.therapists.sets["gender"].names(0)
    if not theirs:
        return _blank_wish("therapist_gender")
    asked = joined([GENDER_WORDS[code] for code in pairs.clients.sets["therapist_gender"].names(0)], "or")
    return Message("Is {theirs}, where {asked} was asked for.", theirs=GENDER_WORDS[theirs[0]], asked=asked)


def _style_reason(name: str) -> Callable[[Pairs], Message]:
    def reason(pairs: Pairs) -> Message:
        if np.isnan(pairs.therapists.numbers[name][0]):
            return _blank_wish(name)
        return Message("The way of working is {more} than asked for.", more=more_than_wished(name, pairs))

    return reason


def _age_reason(pairs: Pairs) -> Message:
    spans = [AGE_GROUPS[code] for code in pairs.therapists.sets["age_groups"].names(0)]
    ages = [
        Message("{low} to {high}", low=low, high=high) if high < 120 else Message("{low} and over", low=low)
        for low, high in spans
    ]
    return Message("Works with other ages ({ages}).", ages=joined(ages))


def _concern_reason(pairs: Pairs) -> Message:
    missing = (pairs.clients.severity[0] > 0) & (pairs.therapists.concerns[0] == 0)
    codes = [code for code, absent in zip(CONCERNS, missing, strict=True) if absent]
    return Message("Does not list {concerns}.", concerns=labels_of("concerns", codes, "or"))


def _fee_reason(pairs: Pairs) -> Message:
    fee, most = pairs.therapists.numbers["fee"][0], pairs.clients.numbers["max_fee"][0]
    if np.isnan(fee):
        return _blank_limit("max_fee")
    return Message("Costs {fee} a session, over the limit of {most}.", fee=money(fee), most=money(most))


def _distance_reason(pairs: Pairs) -> Message:
    distance = float(pairs.distance_km()[0])
    if np.isnan(distance):
        return _blank_limit("max_distance_km")
    most = number(float(pairs.clients.numbers["max_distance_km"][0]))
    return Message(
        "The rooms are {distance} away, over the limit of {most} km.", distance=kilometres(distance), most=most
    )


def _opening_reason(pairs: Pairs) -> Message:
    opening = float(pairs.therapists.days["next_opening"][0])
    if np.isnan(opening):
        return _blank_limit("next_opening_by")
    latest = plain_date(float(pairs.clients.days["next_opening_by"][0]))
    return Message("The next opening is {opening}, later than {latest}.", opening=plain_date(opening), latest=latest)


_REASONS: dict[str, Callable[[Pairs], Message]] = {
    "capacity": lambda _: Message("Has no open place at the moment."),
    "exclude_therapists": lambda _: Message("This therapist is never to be suggested to this client."),
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
