"""What a client may steer by: what giving up a limit opens, how long a wait is, who moved when priorities changed."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TradeOff:
    """One limit given up: how many more would fit, and how many days sooner the first known opening would be."""

    limit: str
    more: int
    days_sooner: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Those who fit but for an open place, and the first opening any of them named; None where none was named."""

    people: int
    first: date | None = None
    confirmed: date | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One therapist's place before (None: not shown) and after, and the group that moved them (None: no one group)."""

    therapist_id: str
    before: int | None
    after: int
    group: str | None

    @property
    def up(self) -> bool:
        """Whether they are higher than before, or newly shown."""
        return self.before is None or self.after < self.before
