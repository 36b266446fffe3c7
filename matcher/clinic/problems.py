"""What is wrong with a clinic folder, said so that it can be mended: one row at a time, or the whole file at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["row", "notice"]
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: ``row`` means the row was set aside, ``notice`` that it was loaded and is worth knowing.

    ``line`` is the physical line the row starts on, counted from 1; 0 where the whole file is meant.
    """

    file: str
    line: int
    column: str
    value: str
    expected: str
    kind: Kind = "row"

    def __str__(self) -> str:
        parts = (self.file, f"line {self.line}" if self.line else "", f"column {self.column}" if self.column else "")
        where = ", ".join(part for part in parts if part)
        shown = self.value if len(self.value) <= _SHOWN else f"{self.value[:_SHOWN]}…"
        value = f' "{shown}"' if self.value else ""
        if self.kind == "notice":
            return f"{where}:{value} {self.expected}."
        if not self.column:
            return f"{where}: the row cannot be used, with{value}; expected {self.expected}."
        return f"{where}:{value or ' blank'} cannot be used; expected {self.expected}."


class ClinicError(ValueError):
    """A clinic file that cannot be loaded at all; the message names the file, the place and what to mend."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class CellError(ValueError):
    """A cell that cannot be used; the message says what was expected."""
