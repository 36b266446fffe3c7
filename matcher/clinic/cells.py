"""Readers of one cell: each takes a stripped, non-blank string and returns its value or raises `CellError`."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import lru_cache

from matcher.clinic.problems import CellError

Value = str | float | bool | datetime
Reader = Callable[[str], Value]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_GAPS = re.compile(r"[\s\-]+")
_FORMULA_STARTS = frozenset("=+-@＝＋－＠")
_TRUTH = {"true": True, "yes": True, "y": True, "t": True, "1": True, "1.0": True} | {
    "false": False,
    "no": False,
    "n": False,
    "f": False,
    "0": False,
    "0.0": False,
}
# Words clinics write where the contract has another code; offered as a suggestion, never assumed.
_OTHER_WORDS = {
    "female": "woman",
    "f": "woman",
    "male": "man",
    "m": "man",
    "nonbinary": "non_binary",
    "enby": "non_binary",
    "video": "telehealth",
    "online": "telehealth",
    "face_to_face": "in_person",
    "telephone": "phone",
    "ptsd": "trauma",
    "insomnia": "sleep",
    "anxiety": "generalised_anxiety",
    "bulk_billing": "bulk_bill",
}
_YEARS = (1900, 2100)
_LONGEST_CODE = 60
# Longer than this, what was written is a sentence, not a code with a slip in it.
_LONGEST_SLIP = 40


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet could run the cell: it starts with = + - or @ and is not a number."""
    core = cell.lstrip(" \t\r\n'")
    return core[:1] in _FORMULA_STARTS and core != "" and _NUMBER.fullmatch(core.rstrip()) is None


def guard(cell: str) -> str:
    """Return the cell as it is written to a file: an apostrophe in front where a spreadsheet could run it."""
    return f"'{cell}" if is_formula(cell) else cell


def unguard(cell: str) -> str:
    """Undo `guard`, so that what is written is read back unchanged."""
    return cell[1:] if cell[:1] == "'" and is_formula(cell[1:]) else cell


def nearest(code: str, known: Collection[str]) -> str:
    """Return ``(did you mean x?)`` with a leading space, or nothing when no known code is near."""
    return _nearest(code, tuple(known))


@lru_cache(maxsize=4096)
def _nearest(code: str, known: tuple[str, ...]) -> str:
    if len(code) > _LONGEST_SLIP:
        return ""
    tidy = _GAPS.sub("_", code.lower())
    words = {word: meant for word, meant in _OTHER_WORDS.items() if meant in known}
    near = get_close_matches(tidy, [*known, *words], 1, 0.6)
    return f" (did you mean {words.get(near[0], near[0])}?)" if near else ""


def text(cell: str) -> str:
    """Read free text: line ends become line feeds; characters that no file can carry are refused."""
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROL.search(cell):
        raise CellError("text without control characters")
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        raise CellError("text that can be written as UTF-8") from None
    return cell


def identifier(cell: str) -> str:
    """Read an opaque id; a semicolon or a line break inside it would not survive a list of ids."""
    if ";" in cell or not cell.isprintable():
        raise CellError("an id on one line without a semicolon")
    return cell


def identifiers(cell: str) -> str:
    """Read ids separated by ``;``."""
    return _joined(identifier(part) for part in _split(cell))


@dataclass(frozen=True, slots=True)
class Number:
    """A reader of plain decimal numbers between two bounds, both allowed."""

    low: float
    high: float
    unit: str = ""
    whole: bool = False

    @property
    def expected(self) -> str:
        """What the cell should hold, as the report says it."""
        kind = "a whole number" if self.whole else "a number"
        span = f"{kind} from {self.low:g} to {self.high:g}" if self.high < 1e6 else f"{kind}, {self.low:g} or more"
        return f"{span} {self.unit}".strip()

    def __call__(self, cell: str) -> float:
        """Read one cell."""
        if _NUMBER.fullmatch(cell) is None:
            comma = re.fullmatch(r"-?\d+,\d+", cell)
            raise CellError(self.expected + (", with a decimal point rather than a comma" if comma else ""))
        value = float(cell) + 0.0
        if not self.low <= value <= self.high or (self.whole and not value.is_integer()):
            raise CellError(self.expected)
        return value


def code(known: Collection[str], noun: str) -> Reader:
    """Return a reader of one code of a closed vocabulary."""

    def read(cell: str) -> str:
        return _known(cell, known, noun)

    return read


def codes(known: Collection[str], noun: str) -> Reader:
    """Return a reader of ``;``-separated codes of a closed vocabulary; a code said twice counts once."""

    def read(cell: str) -> str:
        return _joined([part if part in known else _known(part, known, noun) for part in _split(cell)])

    return read


def open_codes(cell: str) -> str:
    """Read ``;``-separated codes of an open list such as funding: lower case, gaps as ``_``."""
    return _joined(_GAPS.sub("_", _short(part)) for part in _split(cell))


def languages(cell: str) -> str:
    """Read ``;``-separated lower-case language names."""
    return _joined(" ".join(_short(part).split()) for part in _split(cell))


def description(cell: str) -> str:
    """Read a word or a few that people choose for themselves, such as a gender."""
    return " ".join(_short(cell).split()) if _GAPS.sub("_", cell.lower()) != "non_binary" else "non_binary"


def weighted(known: Collection[str], low: float, high: float, whole: bool, noun: str) -> Reader:
    """Return a reader of ``code:number`` pairs separated by ``;``."""
    kind = "a whole number" if whole else "a number"
    expected = f"{noun}s as code:number with {kind} from {low:g} to {high:g}"

    @lru_cache(maxsize=1024)
    def pair(part: str) -> tuple[str, str]:
        name, _, weight = (piece.strip() for piece in part.partition(":"))
        key = _known(name, known, noun)
        if _NUMBER.fullmatch(weight) is None or not low <= float(weight) <= high:
            raise CellError(expected)
        if whole and not float(weight).is_integer():
            raise CellError(expected)
        return key, shortest(float(weight) + 0.0)

    def read(cell: str) -> str:
        pairs = dict.fromkeys(map(pair, _split(cell)))
        if len({key for key, _ in pairs}) < len(pairs):
            raise CellError(f"each {noun} once, not with two different numbers")
        return ";".join([f"{key}:{weight}" for key, weight in pairs])

    return read


def day(cell: str) -> datetime:
    """Read a date as YYYY-MM-DD; a midnight time after it is allowed."""
    if _DATE.match(cell) is None or (len(cell) > 10 and _MIDNIGHT.fullmatch(cell[10:]) is None):
        raise CellError("a date as YYYY-MM-DD")
    try:
        parsed = date.fromisoformat(cell[:10])
    except ValueError:
        raise CellError("a date that exists, as YYYY-MM-DD") from None
    return _plausible(datetime(parsed.year, parsed.month, parsed.day))


def moment(cell: str) -> datetime:
    """Read an ISO date or date-time; a time zone is turned into UTC and left off."""
    if _DATE.match(cell) is None:
        raise CellError("a date and time as YYYY-MM-DDThh:mm")
    try:
        parsed = datetime.fromisoformat(cell)
        return _plausible(parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed)
    except (ValueError, OverflowError):
        raise CellError("a date and time that exist, as YYYY-MM-DDThh:mm, between 1900 and 2100") from None


def truth(cell: str) -> bool:
    """Read true or false, also as yes/no and 1/0."""
    try:
        return _TRUTH[cell.lower()]
    except KeyError:
        raise CellError("true or false") from None


def shortest(value: float) -> str:
    """Return the shortest text that reads back as the same number."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _plausible(value: datetime) -> datetime:
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise CellError("a year between 1900 and 2100")
    return value


def _split(cell: str) -> list[str]:
    kept = [stripped for part in cell.split(";") if (stripped := part.strip())]
    if not kept:
        raise CellError("something between the semicolons")
    return kept


def _joined(parts: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(parts))


def _short(part: str) -> str:
    if len(part) > _LONGEST_CODE or not part.isprintable() or not any(c.isalpha() for c in part):
        raise CellError(f"words of at most {_LONGEST_CODE} letters")
    if part[0] in _FORMULA_STARTS or part[0] == "'":
        raise CellError("a word, not a formula")
    return part.lower()


def _known(part: str, known: Collection[str], noun: str) -> str:
    if part in known:
        return part
    tidy = _GAPS.sub("_", part.lower())
    if tidy in known:
        return tidy
    listed = f"one of {', '.join(known)}" if len(known) <= 8 else f"a known {noun}"
    raise CellError(f"{listed}{nearest(part, known)}")
