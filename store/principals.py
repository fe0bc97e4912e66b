"""Principals on record: who was given which roles and scopes; tokens themselves are never stored (S174)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from store.columns import CanonicalJson, UtcDateTime


class PrincipalRow(SQLModel, table=True):
    """One principal; ``token_id`` is the id inside the newest token, ``revoked_at`` set once none of theirs counts."""

    __tablename__ = "principal"

    id: str = Field(primary_key=True)
    kind: str
    roles: list[str] = Field(default_factory=list, sa_type=CanonicalJson)
    scopes: list[str] = Field(default_factory=list, sa_type=CanonicalJson)
    person: str = ""
    demo: bool = False
    token_id: str = Field(unique=True)
    added_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
