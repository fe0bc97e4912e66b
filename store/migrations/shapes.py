"""The few shapes of column that the migrations use, so that each table reads as a list of names."""

from datetime import datetime

import sqlalchemy as sa


def texts(*names: str) -> list[sa.Column[str]]:
    """Required text columns."""
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def json_texts(*names: str) -> list[sa.Column[str]]:
    """Required columns of canonical JSON."""
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def numbers(*names: str) -> list[sa.Column[int]]:
    """Required whole numbers."""
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def flags(*names: str) -> list[sa.Column[bool]]:
    """Required yes-or-no columns."""
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def moments(*names: str, required: bool = True) -> list[sa.Column[datetime]]:
    """Columns of moments with a time zone."""
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=not required) for name in names]


def places(*names: str) -> list[sa.Column[int]]:
    """Required large numbers that the writer chooses, never the database."""
    return [sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in names]


def digests(*names: str) -> list[sa.Column[bytes]]:
    """Required columns of raw bytes."""
    return [sa.Column(name, sa.LargeBinary(), nullable=False) for name in names]
