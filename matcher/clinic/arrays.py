"""A clinic's therapists and clients as typed arrays: sets of codes as bits, numbers as float32."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.codes import Bits, Bools, CodeColumn, Floats

# Therapists looked at together: with fewer clients at a time, what is worked out for a pair stays small.
PART_ROWS = 131_072
# Dense arrays a table works out on first use.
DENSE = ("concerns", "modalities", "places")
_ENGLISH = "english"


@dataclass(frozen=True, eq=False)
class TherapistTable:
    """A clinic's therapists, one row each; ``numbers`` are NaN and ``sets`` unknown where the clinic's folder is blank.

    ``days`` holds dates as days since 1970, NaN where blank; ``rows`` each therapist's row in the whole clinic.
    """

    ids: tuple[str, ...]
    sets: Mapping[str, CodeColumn]
    numbers: Mapping[str, Floats]
    days: Mapping[str, Floats]
    rows: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def position(self) -> dict[str, int]:
        """The row of each therapist id."""
        return {therapist_id: row for row, therapist_id in enumerate(self.ids)}

    @cached_property
    def concerns(self) -> Floats:
        """Which concerns each therapist works with, (n, 34)."""
        return self.sets["concerns"].dense()

    @cached_property
    def modalities(self) -> Floats:
        """Which modalities each therapist practises, (n, 26)."""
        return self.sets["modalities"].dense()

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """The rooms as points on the unit sphere (n, 3), NaN where not known."""
        return unit_vectors(self.numbers["latitude"], self.numbers["longitude"])

    def take(self, rows: NDArray[np.intp]) -> "TherapistTable":
        """Return the table of the given rows."""
        return TherapistTable(
            tuple([self.ids[row] for row in rows.tolist()]),
            {name: column.take(rows) for name, column in self.sets.items()},
            {name: values[rows] for name, values in self.numbers.items()},
            {name: values[rows] for name, values in self.days.items()},
            self.rows[rows],
        )

    @cached_property
    def parts(self) -> "tuple[TherapistTable, ...]":
        """The table in parts of at most ``PART_ROWS`` rows that share its memory, itself where it is small."""
        if len(self) <= PART_ROWS:
            return (self,)
        starts = range(0, len(self), PART_ROWS)
        return tuple(self._part(slice(start, min(start + PART_ROWS, len(self)))) for start in starts)

    def _part(self, place: slice) -> "TherapistTable":
        part = TherapistTable(
            self.ids[place],
            {
                name: CodeColumn(column.codes, column.bits[place], column.known[place], column.stated_sizes[place])
                for name, column in self.sets.items()
            },
            {name: values[place] for name, values in self.numbers.items()},
            {name: values[place] for name, values in self.days.items()},
            self.rows[place],
        )
        # What is usually worked out on first use is shared too, where it is there.
        part.__dict__.update({name: values[place] for name, values in self.__dict__.items() if name in DENSE})
        return part


@dataclass(frozen=True, eq=False)
class ClientTable:
    """Clients, one row each, encoded against one clinic's therapists.

    ``severity`` (n, 34) is 0 where a concern is not named; ``must`` and ``importance`` are keyed by wish column;
    ``excluded`` lists therapist rows never to be suggested.
    """

    ids: tuple[str, ...]
    sets: Mapping[str, CodeColumn]
    numbers: Mapping[str, Floats]
    days: Mapping[str, Floats]
    severity: Floats
    age_group: Bits
    must: Mapping[str, Bools]
    importance: Mapping[str, Floats]
    excluded: tuple[tuple[int, ...], ...]
    start: Floats

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def concern_share(self) -> Floats:
        """Each concern's severity as a share of the client's whole, (n, 34); rows sum to 1."""
        total = self.severity.sum(axis=1, keepdims=True)
        share: Floats = np.divide(self.severity, total, out=np.zeros_like(self.severity), where=total > 0)
        return share

    @cached_property
    def wished(self) -> "ClientTable":
        """The same clients with the languages they wish for alone, for all that is said or weighed of a wish.

        A shared language is always a limit, so a mere wish leaves English open: beside another language, and where the
        language is not a must, English is accepted and not wished for.
        """
        column = self.sets["languages"]
        if _ENGLISH not in column.codes:
            return self
        word, place = divmod(column.codes.index(_ENGLISH), 64)
        bit = np.uint64(1 << place)
        spare = ((column.bits[:, word] & bit) != 0) & (column.stated_sizes > 1)
        spare &= np.logical_not(self.must.get("languages", False))
        if not spare.any():
            return self
        bits, sizes = column.bits.copy(), column.stated_sizes.copy()
        bits[spare, word] &= ~bit
        sizes[spare] -= 1
        return replace(self, sets={**self.sets, "languages": CodeColumn(column.codes, bits, column.known, sizes)})

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """Where the client starts from, as points on the unit sphere (n, 3), NaN where not known."""
        return unit_vectors(self.numbers["latitude"], self.numbers["longitude"])

    def take(self, rows: NDArray[np.intp]) -> "ClientTable":
        """Return the table of the given rows."""
        places = rows.tolist()
        return ClientTable(
            tuple([self.ids[row] for row in places]),
            {name: column.take(rows) for name, column in self.sets.items()},
            {name: values[rows] for name, values in self.numbers.items()},
            {name: values[rows] for name, values in self.days.items()},
            self.severity[rows],
            self.age_group[rows],
            {name: values[rows] for name, values in self.must.items()},
            {name: values[rows] for name, values in self.importance.items()},
            tuple([self.excluded[row] for row in places]),
            self.start[rows],
        )


def unit_vectors(latitude: Floats, longitude: Floats) -> NDArray[np.float64]:
    """Return points on the unit sphere (n, 3) of latitudes and longitudes in degrees."""
    lat, lon = np.radians(latitude.astype(np.float64)), np.radians(longitude.astype(np.float64))
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
