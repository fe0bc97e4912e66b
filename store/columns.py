"""Column types that mean the same on SQLite and PostgreSQL: aware moments, canonical JSON, closed sets of words."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Column, DateTime, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from domain.errors import InternalError
from store.canonical import JSON, canonical_json

E = TypeVar("E", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC and always read back aware; a naive one is refused with InternalError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware moment into UTC."""
        if value is not None and value.tzinfo is None:
            raise InternalError("A moment without a time zone reached the store.", fix="Report this with the run id.")
        return value.astimezone(UTC) if value is not None else None

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Mark what SQLite gives back as the UTC it was stored in."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CanonicalJson(TypeDecorator[JSON]):
    """A JSON value, kept as canonical text so that the same value has the same bytes on every database."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: JSON, dialect: Dialect) -> str:
        """Write the value as canonical text."""
        return canonical_json(value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> JSON:
        """Read the text back as the value."""
        loaded: JSON = json.loads(value) if value is not None else None
        return loaded


class Word(TypeDecorator[StrEnum]):
    """One word of a closed set, kept as plain text; a new word needs no change to the table."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write the word; ValueError where it is not of the set."""
        return self.words(value).value if value is not None else None

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Read the word back as a member of the set."""
        return self.words(value) if value is not None else None


def word_column(words: type[StrEnum], *, index: bool = False) -> "Column[Any]":
    """Return a required column that holds one word of ``words``."""
    return Column(Word(words), nullable=False, index=index)
