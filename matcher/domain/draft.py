"""A client's unfinished answers as they were read or kept."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers by question, and the version they were kept as; 0 where nothing is kept."""

    answers: dict[str, Any] = field(default_factory=dict)
    version: int = 0
