"""What is to be placed: who could see whom and how much it is expected to help, places, pins and whose turn it is."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A checked list of clients to place; made by ``problem``.

    ``benefits`` (n_c, n_t) is NaN where a client may not see a therapist, bans among them; ``places`` (n_t,) counts
    what is open in all, ``open_places`` what pins leave of it; ``weights`` and ``priority`` are (n_c,), higher first;
    ``pinned`` (n_c,) holds the therapist a client was pinned to, or ``NOBODY``.
    """

    benefits: Array
    places: Rows
    weights: Array
    priority: Array
    pinned: Rows

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Return who may see whom, (n_c, n_t)."""
        return ~np.isnan(self.benefits)

    @property
    def free(self) -> Rows:
        """Return the rows of clients who were not pinned."""
        return np.flatnonzero(self.pinned == NOBODY)

    @property
    def open_places(self) -> Rows:
        """Return the places left after pins, (n_t,)."""
        taken = np.bincount(self.pinned[self.pinned != NOBODY], minlength=len(self.places))
        return np.asarray(self.places - taken, dtype=np.intp)


def problem(
    benefits: ArrayLike,
    capacities: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    priority: ArrayLike | None = None,
    pins: Collection[tuple[int, int]] = (),
    bans: Collection[tuple[int, int]] = (),
) -> Problem:
    """Return a checked problem.

    Parameters
    ----------
    benefits
        Expected benefit (n_c, n_t), NaN where a client may not see a therapist.
    capacities
        Open places a therapist, whole numbers of 0 or more.
    weights
        How much a client's benefit counts against others', over 0; equal by default.
    priority
        Whose turn it is where places run short, higher first; equal by default.
    pins, bans
        Pairs of client row and therapist row that must, or must not, be together.

    Raises
    ------
    ValueError
        If shapes differ, a number is out of its range, or a pin cannot be kept.
    """
    values = np.array(benefits, dtype=np.float64)
    places = np.asarray(capacities)
    if values.ndim != 2 or places.shape != (values.shape[1],):
        raise ValueError("benefits must be (clients, therapists) and capacities one number a therapist")
    if np.isinf(values).any():
        raise ValueError("benefits must be numbers, or NaN where a client may not see a therapist")
    if (places < 0).any() or (places != np.floor(places)).any():
        raise ValueError("capacities must be whole numbers of 0 or more")
    for client, therapist in bans:
        values[client, therapist] = np.nan
    made = Problem(
        values,
        places.astype(np.intp),
        _one_each("weights", weights, len(values), 1.0),
        _one_each("priority", priority, len(values), 0.0),
        _pinned(pins, values),
    )
    if (made.weights <= 0).any():
        raise ValueError("weights must be over 0")
    if (made.open_places < 0).any():
        raise ValueError("more clients are pinned to a therapist than there are places")
    return made


def _one_each(name: str, given: ArrayLike | None, n: int, usual: float) -> Array:
    values = np.full(n, usual) if given is None else np.asarray(given, dtype=np.float64)
    if values.shape != (n,) or not np.isfinite(values).all():
        raise ValueError(f"{name} must be one number a client")
    return values


def _pinned(pins: Collection[tuple[int, int]], benefits: Array) -> Rows:
    pinned = np.full(len(benefits), NOBODY, dtype=np.intp)
    for client, therapist in pins:
        if np.isnan(benefits[client, therapist]):
            raise ValueError("a client is pinned to a therapist who is banned or does not fit the limits")
        if pinned[client] not in (NOBODY, therapist):
            raise ValueError("a client is pinned to two therapists")
        pinned[client] = therapist
    return pinned
