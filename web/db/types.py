"""Column types that mean the same on SQLite and PostgreSQL."""

import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON document; None is SQL's NULL."""

RowNumber = BigInteger().with_variant(Integer, "sqlite")
"""A key that the database counts up; SQLite does so only for its own INTEGER."""

WORD_LENGTH = 16


class UtcTime(TypeDecorator[datetime.datetime]):
    """A moment, kept in UTC and read back with its zone; SQLite itself knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """Return the moment in UTC.

        Raises:
            ValueError: It has no zone, so nobody knows which moment it is.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(datetime.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """Return the moment with its zone, UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=datetime.UTC)
        return value.astimezone(datetime.UTC)


def word(words: type[StrEnum]) -> Enum:
    """Return the type of a column that holds one of these words, as plain text."""
    return Enum(
        words,
        values_callable=lambda enum: [member.value for member in enum],
        native_enum=False,
        length=WORD_LENGTH,
        validate_strings=True,
    )
