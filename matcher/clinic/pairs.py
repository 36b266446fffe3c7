"""Client and therapist side by side: every pair of two tables as a grid, or row by row where they are aligned."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import CLIENT_SETS, Bools, ClientTable, Floats, TherapistTable

EARTH_KM = 6371.0


@dataclass(frozen=True, eq=False)
class Pairs:
    """A grid (n_clients, n_therapists) of pairs, or aligned rows (n,) where both tables have one row a pair."""

    clients: ClientTable
    therapists: TherapistTable
    grid: bool = True

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of every comparison's result."""
        return (len(self.clients), len(self.therapists)) if self.grid else (len(self.clients),)

    def client(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return client values so that they broadcast over the pairs."""
        return values[:, None] if self.grid else values

    def therapist(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return therapist values so that they broadcast over the pairs."""
        return values[None, :] if self.grid else values

    def dot(self, client_rows: Floats, therapist_rows: Floats) -> Floats:
        """Return the inner product of each pair's rows."""
        if self.grid:
            return client_rows @ therapist_rows.T
        return np.einsum("ij,ij->i", client_rows, therapist_rows)

    def shares_any(self, wish: str) -> Bools:
        """Return whether the pair shares at least one code of the client's set ``wish``."""
        ours, theirs = self.clients.sets[wish].bits, self.therapists.sets[CLIENT_SETS[wish]].bits
        found: Bools = (self.client(ours[:, 0]) & self.therapist(theirs[:, 0])) != 0
        for word in range(1, ours.shape[1]):
            found = found | ((self.client(ours[:, word]) & self.therapist(theirs[:, word])) != 0)
        return found

    def shared_share(self, wish: str) -> Floats:
        """Return the share of the client's codes of the set ``wish`` that the therapist holds, 0 where none was stated.

        Codes that no therapist of the clinic holds count as not shared.
        """
        column = self.clients.sets[wish]
        theirs = self.therapists.sets[CLIENT_SETS[wish]].bits
        count = np.zeros(self.shape, dtype=np.float32)
        for word in range(column.bits.shape[1]):
            count += np.bitwise_count(self.client(column.bits[:, word]) & self.therapist(theirs[:, word]))
        return count / self.client(np.maximum(column.stated_sizes, 1))

    def known(self, wish: str) -> Bools:
        """Return whether the therapist's side of the set ``wish`` is known, over the pairs' shape."""
        known = self.therapists.sets[CLIENT_SETS[wish]].known
        return np.broadcast_to(self.therapist(known), self.shape)

    def distance_km(self) -> Floats:
        """Return the great-circle distance of each pair in km, NaN where either place is not known."""
        cosine = np.clip(self.dot(self.clients.places, self.therapists.places), -1, 1)
        # Twice the chord's arcsine keeps metres apart where the cosine is near 1 in single precision.
        return (2 * EARTH_KM * np.arcsin(np.sqrt(np.maximum((1 - cosine) / 2, 0)))).astype(np.float32)
