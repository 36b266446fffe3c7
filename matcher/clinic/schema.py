"""The columns of a clinic folder, declared once: how each cell is read, what it becomes, whether it must be there.

A general frame-validation library (pandera 0.35 was considered) checks values that are already typed; here the work
is to read text into types and to say, by physical line, what to mend. One reader a column, run over the distinct cells
only, is shorter and faster, so none is used.
"""

from dataclasses import dataclass
from typing import Literal

from matcher.clinic import cells
from matcher.clinic.cells import Reader
from matcher.domain.vocabulary import (
    AGE_GROUPS,
    AVAILABILITY,
    CONCERNS,
    ENDINGS,
    FORMATS,
    GENDERS,
    MATCHED_BY,
    MEASURES,
    MODALITIES,
    PROFESSIONS,
    SEVERITIES,
    STYLES,
)

Dtype = Literal["str", "float64", "int64", "datetime64[us]", "boolean"]

STYLE_NAMES: tuple[str, ...] = tuple(STYLES)
WISHES: tuple[str, ...] = (*STYLE_NAMES, "therapist_gender", "modalities", "identities", "languages")
LIMITS: tuple[str, ...] = ("formats", "max_fee", "funding", "availability", "max_distance_km", "next_opening_by")
MUST_HAVE: tuple[str, ...] = ("concerns", *WISHES, *LIMITS)


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``distinct`` says that its cells repeat too little for a search for repeats to pay."""

    name: str
    read: Reader
    dtype: Dtype = "str"
    required: bool = False
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the folder, its columns in the contract's order; ``key`` is the id column."""

    name: str
    key: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns a file must have."""
        return tuple(column.name for column in self.columns if column.required)


def _id(name: str) -> Column:
    return Column(name, cells.identifier, required=True, distinct=True)


def _number(name: str, low: float, high: float = float("1e9"), unit: str = "", whole: bool = False) -> Column:
    return Column(name, cells.Number(low, high, unit, whole), "float64")


def _date(name: str, required: bool = False) -> Column:
    return Column(name, cells.day, "datetime64[us]", required)


_MODALITIES = Column("modalities", cells.codes(MODALITIES, "modality"))
_LANGUAGES = Column("languages", cells.languages)
_FUNDING = Column("funding", cells.open_codes)
_IDENTITIES = Column("identities", cells.open_codes)
_AVAILABILITY = Column("availability", cells.codes(AVAILABILITY, "time such as mon_morning"))
_PLACE = (_number("latitude", -90, 90, "degrees"), _number("longitude", -180, 180, "degrees"))
_STYLES = tuple(_number(name, -1, 1) for name in STYLE_NAMES)
_MEASURE = Column("measure", cells.code(MEASURES, "measure"))

THERAPISTS = Table(
    "therapists",
    "therapist_id",
    (
        _id("therapist_id"),
        Column("name", cells.text, required=True, distinct=True),
        Column("gender", cells.code(GENDERS, "gender")),
        Column("profession", cells.code(PROFESSIONS, "profession")),
        _number("years_experience", 0, 80, "years"),
        Column("concerns", cells.codes(CONCERNS, "concern"), required=True),
        _MODALITIES,
        _LANGUAGES,
        Column("age_groups", cells.codes(AGE_GROUPS, "age group")),
        Column("formats", cells.codes(FORMATS, "format"), required=True),
        *_PLACE,
        _number("fee", 0),
        _FUNDING,
        _AVAILABILITY,
        Column("capacity", cells.Number(0, 1e9, whole=True), "int64", required=True),
        _date("openings_confirmed_on"),
        _date("next_opening"),
        _IDENTITIES,
        *_STYLES,
        Column("bio", cells.text, distinct=True),
    ),
)

CLIENTS = Table(
    "clients",
    "client_id",
    (
        _id("client_id"),
        Column("enquired_at", cells.moment, "datetime64[us]"),
        _number("age", 0, 120, "years"),
        Column("gender", cells.description),
        Column(
            "concerns",
            cells.weighted(CONCERNS, min(SEVERITIES), max(SEVERITIES), whole=True, noun="concern"),
            required=True,
        ),
        Column("about", cells.text, distinct=True),
        _MEASURE,
        _number("score", 0),
        *_STYLES,
        Column("therapist_gender", cells.codes(GENDERS, "gender")),
        _MODALITIES,
        _IDENTITIES,
        _LANGUAGES,
        Column("formats", cells.codes(FORMATS, "format")),
        _number("max_fee", 0),
        _FUNDING,
        _AVAILABILITY,
        *_PLACE,
        _number("max_distance_km", 0, 20_040, "km"),
        _date("next_opening_by"),
        Column("must_have", cells.codes(MUST_HAVE, "wish or limit column")),
        Column("exclude_therapists", cells.identifiers),
        Column("risk_raised", cells.truth, "boolean"),
        # Not in the contract: how much each wish weighs, 1 where nothing is said.
        Column("importance", cells.weighted(MUST_HAVE, 0, 3, whole=False, noun="wish or limit column")),
    ),
)

EPISODES = Table(
    "episodes",
    "episode_id",
    (
        _id("episode_id"),
        Column("client_id", cells.identifier, required=True, distinct=True),
        Column("therapist_id", cells.identifier, required=True),
        _date("started_on", required=True),
        _date("ended_on"),
        _number("sessions", 0, 10_000, whole=True),
        Column("ending", cells.code(ENDINGS, "ending")),
        _MEASURE,
        _number("score_start", 0),
        _number("score_end", 0),
        _number("alliance_goal", 0, 10),
        _number("alliance_task", 0, 10),
        _number("alliance_bond", 0, 10),
        Column("matched_by", cells.code(MATCHED_BY, "way of matching")),
    ),
)
