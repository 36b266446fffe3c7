"""Column types both databases keep in the same way: moments in UTC, money without rounding, codes of a vocabulary."""

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Double, Numeric, String, TypeDecorator
from sqlalchemy.types import TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware values in and out, always UTC, microseconds kept."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; SQLite keeps no zone, and what it keeps is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An amount in the clinic's currency, as exact as it was entered.

    PostgreSQL keeps decimals; SQLite has none and keeps the nearest double, which gives the same shortest decimal back.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type the database has for it."""
        return dialect.type_descriptor(Double() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | float | None:
        """Turn an amount into what the database keeps."""
        return float(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Decimal | float | None, dialect: Dialect) -> Decimal | None:
        """Return the amount as a decimal."""
        return Decimal(repr(value)) if isinstance(value, float) else value


class Code(TypeDecorator[str]):
    """One code of a closed vocabulary; any other is refused before it reaches the database."""

    impl = String
    cache_ok = True

    def __init__(self, known: Collection[str]) -> None:
        super().__init__()
        self.known = frozenset(known)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Pass on a known code."""
        if value is not None and value not in self.known:
            raise ValueError(f"not a known code; expected one of {', '.join(sorted(self.known))}")
        return value
