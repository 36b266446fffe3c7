"""Client and therapist side by side: every pair of two tables as a grid, or row by row where they are aligned."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import CLIENT_SETS, Bools, ClientTable, Floats, TherapistTable

EARTH_KM = 6371.0
Kind = TypeVar("Kind", bound=np.generic)
Real = TypeVar("Real", np.float32, np.float64)


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

    @property
    def wished(self) -> "Pairs":
        """The same pairs with what the clients wish for apart from what they only leave open (`ClientTable.wished`)."""
        return replace(self, clients=self.clients.wished)

    def client(self, values: NDArray[Kind]) -> NDArray[Kind]:
        """Return client values so that they broadcast over the pairs."""
        return values[:, None] if self.grid else values

    def therapist(self, values: NDArray[Kind]) -> NDArray[Kind]:
        """Return therapist values so that they broadcast over the pairs."""
        return values[None, :] if self.grid else values

    def dot(self, client_rows: NDArray[Real], therapist_rows: NDArray[Real]) -> NDArray[Real]:
        """Return the inner product of each pair's rows."""
        if self.grid:
            return np.asarray(client_rows @ therapist_rows.T)
        return np.asarray(np.einsum("ij,ij->i", client_rows, therapist_rows))

    def shares_any(self, wish: str) -> Bools:
        """Return whether the pair shares at least one code of the client's set ``wish``."""
        ours, theirs = self.clients.sets[wish].bits, self.therapists.sets[CLIENT_SETS[wish]].bits
        found: Bools = (self.client(ours[:, 0]) & self.therapist(theirs[:, 0])) != 0
        for word in range(1, min(ours.shape[1], theirs.shape[1])):
            found = found | ((self.client(ours[:, word]) & self.therapist(theirs[:, word])) != 0)
        return found

    def shared_share(self, wish: str) -> Floats:
        """Return the share of the client's codes of the set ``wish`` that the therapist holds, 0 where none was stated.

        Codes that no therapist of the clinic holds count as not shared.
        """
        column = self.clients.sets[wish]
        theirs = self.therapists.sets[CLIENT_SETS[wish]].bits
        count = np.zeros(self.shape, dtype=np.float32)
        for word in range(min(column.bits.shape[1], theirs.shape[1])):
            count += np.bitwise_count(self.client(column.bits[:, word]) & self.therapist(theirs[:, word]))
        shared: Floats = count / self.client(np.maximum(column.stated_sizes, 1))
        return shared

    def known(self, wish: str) -> Bools:
        """Return whether the therapist's side of the set ``wish`` is known, over the pairs' shape."""
        known = self.therapists.sets[CLIENT_SETS[wish]].known
        return np.broadcast_to(self.therapist(known), self.shape)

    def distance_km(self) -> NDArray[np.float64]:
        """Return the great-circle distance of each pair in km, NaN where either place is not known."""
        return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(self._half_chord_squared(), 0, 1)))

    def within_km(self, limit: Floats) -> Bools:
        """Return whether each pair is at most its client's ``limit`` (n_clients,) apart, false where not known."""
        angle = np.minimum(limit.astype(np.float64) / (2 * EARTH_KM), np.pi / 2)
        near: Bools = self._half_chord_squared() <= self.client(np.sin(angle) ** 2)
        return near

    def _half_chord_squared(self) -> NDArray[np.float64]:
        # In double precision: in single precision, places less than 3 km apart cannot be told from each other.
        return np.asarray((1 - self.dot(self.clients.places, self.therapists.places)) / 2)
