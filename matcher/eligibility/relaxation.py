"""When nobody is eligible: what would have to be relaxed, smallest change first."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.clinic.encoding import CLIENT_SETS, ClientTable, Floats, TherapistTable
from matcher.clinic.pairs import Pairs
from matcher.domain.message import Joined, Message
from matcher.domain.recommendation import Relaxation
from matcher.domain.vocabulary import STYLES
from matcher.eligibility.limits import BIT, Mask, names_of
from matcher.eligibility.reasons import GENDER_WORDS, SIDES
from matcher.eligibility.words import joined, kilometres, labels_of, money, plain_date

# What a client would give up, roughly, when a limit goes: our ordering, gentle changes first. A number's cost also
# grows with how far it has to move. Age and exclusions are never put up for change.
_COST: dict[str, float] = {
    "availability": 1.0,
    "next_opening_by": 1.0,
    "max_distance_km": 1.0,
    "max_fee": 1.0,
    **dict.fromkeys(STYLES, 1.0),
    "modalities": 1.5,
    "formats": 1.5,
    "concerns": 2.0,
    "funding": 2.0,
    "capacity": 2.5,
    "therapist_gender": 3.0,
    "identities": 3.0,
    "languages": 4.0,
}
_SHOWN = 3
_FIXED = BIT["age"] | BIT["exclude_therapists"]


@dataclass(frozen=True, slots=True)
class _Option:
    cost: float
    mask: int
    rows: tuple[int, ...]


def relaxations(
    clients: ClientTable, client: int, therapists: TherapistTable, mask: Mask, most: int = 3
) -> tuple[Relaxation, ...]:
    """Return up to ``most`` changes that would each make somebody eligible, smallest change first.

    ``mask`` is the client's row (n_therapists,) of ``broken_limits``. Empty where age or exclusions bar everyone.
    """
    options = []
    for limits in np.unique(mask[(mask != 0) & (mask & _FIXED == 0)]):
        rows = np.flatnonzero(mask == limits)
        cost = _costs(names_of(int(limits)), clients, client, therapists, rows)
        nearest = rows[cost <= cost.min() + 1e-6]
        options.append(_Option(float(cost.min()), int(limits), tuple(nearest.tolist())))
    options.sort(key=lambda option: (option.cost, option.mask))
    return tuple(_relaxation(option, clients, client, therapists) for option in _needed(options)[:most])


def _needed(options: list[_Option]) -> list[_Option]:
    """Leave out a change that contains a smaller one: whoever gave that up would have somebody already."""
    kept: list[_Option] = []
    for option in options:
        if not any(smaller.mask & option.mask == smaller.mask for smaller in kept):
            kept.append(option)
    return kept


def _costs(
    limits: tuple[str, ...], clients: ClientTable, client: int, therapists: TherapistTable, rows: np.ndarray
) -> Floats:
    cost = np.full(len(rows), sum(_COST[name] for name in limits), dtype=np.float32)
    for name in limits:
        step = _step(name, clients, client, therapists, rows)
        cost += np.nan_to_num(step, nan=1.0)
    return cost


def _step(name: str, clients: ClientTable, client: int, therapists: TherapistTable, rows: np.ndarray) -> Floats:
    """How far a number would have to move, as a share of a change people would notice; 0 for limits without one."""
    if name == "max_fee":
        most = max(float(clients.numbers["max_fee"][client]), 1.0)
        return np.asarray(therapists.numbers["fee"][rows] / most - 1)
    if name == "next_opening_by":
        return np.asarray((therapists.days["next_opening"][rows] - clients.days["next_opening_by"][client]) / 28)
    if name == "max_distance_km":
        most = max(float(clients.numbers["max_distance_km"][client]), 1.0)
        return np.asarray(_distances(clients, client, therapists, rows) / most - 1)
    return np.zeros(len(rows), dtype=np.float32)


def _distances(clients: ClientTable, client: int, therapists: TherapistTable, rows: np.ndarray) -> Floats:
    one = Pairs(clients.take(np.array([client])), therapists.take(rows))
    return np.asarray(one.distance_km()[0], dtype=np.float32)


def _relaxation(option: _Option, clients: ClientTable, client: int, therapists: TherapistTable) -> Relaxation:
    limits = names_of(option.mask)
    rows = np.array(option.rows)
    parts = [_sentence(name, clients, client, therapists, rows) for name in limits]
    count = len(option.rows)
    changes = Joined(" and ".join(parts), parts) if len(parts) > 1 else parts[0]
    if count == 1:
        return Relaxation(limits, Message("If {changes}: 1 therapist would fit.", changes=changes), count)
    sentence = Message("If {changes}: {count} therapists would fit.", changes=changes, count=count)
    return Relaxation(limits, sentence, count)


def _sentence(name: str, clients: ClientTable, client: int, therapists: TherapistTable, rows: np.ndarray) -> Message:
    if name == "max_fee" and not np.isnan(therapists.numbers["fee"][rows]).all():
        fee, most = np.nanmin(therapists.numbers["fee"][rows]), clients.numbers["max_fee"][client]
        return Message("a session could cost {fee} instead of {most}", fee=money(fee), most=money(most))
    if name == "next_opening_by" and not np.isnan(therapists.days["next_opening"][rows]).all():
        opening = plain_date(np.nanmin(therapists.days["next_opening"][rows]))
        return Message("a first session on {opening} were soon enough", opening=opening)
    if name == "max_distance_km" and not np.isnan(_distances(clients, client, therapists, rows)).all():
        nearest = float(np.nanmin(_distances(clients, client, therapists, rows)))
        return Message("rooms {distance} away were near enough", distance=kilometres(nearest))
    if name in STYLES:
        low, high = SIDES[name]
        return Message("{low} or {high} were not a must", low=low, high=high)
    if name in CLIENT_SETS:
        return _set_sentence(name, therapists, rows)
    return _WITHOUT_NUMBERS[name]


_WITHOUT_NUMBERS = {
    "capacity": Message("waiting for a place to open were possible"),
    "concerns": Message("the therapist need not list every concern"),
    "max_fee": Message("a therapist whose fee is not known were fine"),
    "next_opening_by": Message("a therapist whose next opening is not known were fine"),
    "max_distance_km": Message("a therapist whose distance is not known were fine"),
}


def _set_sentence(name: str, therapists: TherapistTable, rows: np.ndarray) -> Message:
    column = therapists.sets[CLIENT_SETS[name]]
    found = sorted({code for row in rows for code in column.names(int(row))})[:_SHOWN]
    if name == "therapist_gender":
        what = joined([GENDER_WORDS[code] for code in found], "or")
    else:
        what = labels_of(CLIENT_SETS[name], found, "or") if found else ""
    return _OTHER[name](what or Message("to be asked"))


# What another answer of a set would be; ``what`` is what the nearest therapists offer.
_OTHER: dict[str, Callable[[str], Message]] = {
    "availability": lambda _: Message("other times were possible"),
    "formats": lambda what: Message("meeting {what} were fine", what=what),
    "funding": lambda what: Message("it could be paid for another way ({what})", what=what),
    "modalities": lambda _: Message("another way of working were fine"),
    "therapist_gender": lambda what: Message("a therapist of another gender ({what}) were fine", what=what),
    "identities": lambda _: Message("the training you asked for were not a must"),
    "languages": lambda what: Message("speaking {what} were fine", what=what),
}
