"""The store's tables. The clinic's three are derived from the folder's columns; `matcher.store.schema` has them all.

Rows that people change carry a ``version``: a change names the version it was made from, so none is lost.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeEngine

from matcher.clinic.cells import day
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS
from matcher.clinic.schema import Column as FolderColumn
from matcher.clinic.schema import Table as FolderTable
from matcher.domain.vocabulary import ENDINGS, GENDERS, MATCHED_BY, MEASURES, PROFESSIONS
from matcher.store.columns import Code, Money, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# What a client says about themselves in words, and where they live: kept together, sealed, in ``clients.private``.
PRIVATE: tuple[str, ...] = ("about", "gender", "latitude", "longitude")

_SPECIAL: dict[str, TypeEngine[Any]] = {
    "fee": Money(),
    "max_fee": Money(),
    "sessions": Integer(),
    "gender": Code(GENDERS),
    "profession": Code(PROFESSIONS),
    "measure": Code(MEASURES),
    "ending": Code(ENDINGS),
    "matched_by": Code(MATCHED_BY),
}
_PLAIN: dict[str, TypeEngine[Any]] = {"str": Text(), "float64": Double(), "int64": Integer(), "boolean": Boolean()}


def _type(column: FolderColumn) -> TypeEngine[Any]:
    if column.dtype == "datetime64[us]":
        return Date() if column.read is day else UtcDateTime()
    return _SPECIAL.get(column.name) or _PLAIN[column.dtype]


def _folder_columns(table: FolderTable, leave_out: tuple[str, ...] = ()) -> list[Column[Any]]:
    return [
        Column(column.name, _type(column), primary_key=column.name == table.key, nullable=not column.required)
        for column in table.columns
        if column.name not in leave_out
    ]


def _kept() -> list[Column[Any]]:
    """Return the columns every folder table also has: its order in the folder, and the version of the row."""
    return [
        Column("position", Integer, nullable=False, index=True),
        Column("version", Integer, nullable=False, server_default=text("1")),
    ]


def _client_id(ondelete: str) -> Column[Any]:
    return Column("client_id", ForeignKey("clients.client_id", ondelete=ondelete), nullable=False, index=True)


def _slate_id(nullable: bool) -> Column[Any]:
    return Column("slate_id", ForeignKey("slates.slate_id", ondelete="CASCADE"), nullable=nullable, index=True)


store_info = Table("store_info", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

therapists = Table(
    "therapists",
    metadata,
    *_folder_columns(THERAPISTS),
    *_kept(),
    CheckConstraint("capacity >= 0", name="capacity_not_overdrawn"),
)
clients = Table(
    "clients", metadata, *_folder_columns(CLIENTS, PRIVATE), *_kept(), Column("private", LargeBinary, nullable=True)
)
episodes = Table(
    "episodes",
    metadata,
    *_folder_columns(EPISODES),
    *_kept(),
    # A therapist who left the folder still has episodes, so only the client must be known.
    ForeignKeyConstraint(["client_id"], ["clients.client_id"]),
    Index(None, "client_id"),
    Index(None, "therapist_id"),
)
contacts = Table(
    "contacts",
    metadata,
    Column("client_id", ForeignKey("clients.client_id", ondelete="CASCADE"), primary_key=True),
    Column("private", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
models = Table(
    "models",
    metadata,
    Column("model_hash", String(64), primary_key=True),
    Column("card", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("in_use", Boolean, nullable=False),
    # At most one model ranks at a time.
    Index("uq_models_in_use", "in_use", unique=True, sqlite_where=text("in_use"), postgresql_where=text("in_use")),
)
catalogues = Table(
    "catalogues",
    metadata,
    Column("catalogue_hash", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)
slates = Table(
    "slates",
    metadata,
    Column("slate_id", String(32), primary_key=True),
    _client_id("CASCADE"),
    Column("made_at", UtcDateTime, nullable=False, index=True),
    Column("made_by", Text, nullable=False),
    Column("model_hash", String(64), nullable=False),
    Column("catalogue_hash", ForeignKey("catalogues.catalogue_hash"), nullable=False),
    Column("software", Text, nullable=False),
    Column("eligible", Integer, nullable=False),
    Column("excluded", Integer, nullable=False),
    Column("withheld", Boolean, nullable=False),
    Column("snapshot", LargeBinary, nullable=False),
)
slate_rows = Table(
    "slate_rows",
    metadata,
    Column("slate_id", ForeignKey("slates.slate_id", ondelete="CASCADE"), primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("therapist_id", Text, nullable=False, index=True),
    Column("benefit", Double, nullable=False),
    Column("benefit_low", Double, nullable=False),
    Column("benefit_high", Double, nullable=False),
    Column("preference_fit", Double, nullable=True),
    Column("propensity", Double, nullable=False),
    CheckConstraint("propensity > 0 AND propensity <= 1", name="propensity_is_a_chance"),
)
places = Table(
    "places",
    metadata,
    Column("place_id", String(32), primary_key=True),
    Column("therapist_id", ForeignKey("therapists.therapist_id"), nullable=False, index=True),
    _client_id("RESTRICT"),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("given_back_at", UtcDateTime, nullable=True),
    # A place held while somebody makes up their mind; after this moment it may be given back.
    Column("held_until", UtcDateTime, nullable=True),
    Index(
        "uq_places_held",
        "therapist_id",
        "client_id",
        unique=True,
        sqlite_where=text("given_back_at IS NULL"),
        postgresql_where=text("given_back_at IS NULL"),
    ),
)
choices = Table(
    "choices",
    metadata,
    Column("choice_id", String(32), primary_key=True),
    _slate_id(nullable=False),
    # Nobody is a choice too.
    Column("therapist_id", Text, nullable=True),
    Column("chosen_at", UtcDateTime, nullable=False),
    Column("chosen_by", Code(("client", "staff")), nullable=False),
    Column("words", LargeBinary, nullable=True),
)
overrides = Table(
    "overrides",
    metadata,
    Column("override_id", String(32), primary_key=True),
    _slate_id(nullable=False),
    Column("therapist_id", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("words", LargeBinary, nullable=False),
)
fit_checks = Table(
    "fit_checks",
    metadata,
    Column("fit_check_id", String(32), primary_key=True),
    _client_id("CASCADE"),
    Column("therapist_id", Text, nullable=False, index=True),
    Column("session_number", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime, nullable=True),
    Column("answers", LargeBinary, nullable=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
    CheckConstraint("one = 1", name="one_row"),
)
