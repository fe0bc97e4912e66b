"""The tables of the vault: one sealed key per conversation, its codes, and the texts the codes stand for.

Rows name nobody: people and texts are sealed under the key of the conversation, and what they are found by is a digest
under that key. ``privacy.vault`` reads and writes them; they stand here because the store owns all tables (S226).
"""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.columns import UtcDateTime


class ConversationRow(SQLModel, table=True):
    """The key of one conversation, wrapped by the key ring; without it none of the conversation's rows opens."""

    __tablename__ = "conversation"

    conversation: str = Field(primary_key=True)
    sealed_key: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class CodeRow(SQLModel, table=True):
    """One code of one conversation and whom it stands for; a subject has one code however many threads ask at once."""

    __tablename__ = "conversation_code"
    __table_args__ = (
        UniqueConstraint("conversation", "subject_digest"),
        ForeignKeyConstraint(["conversation"], ["conversation.conversation"]),
    )

    conversation: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    subject_digest: str
    label: str
    sealed_people: str


class CodeTextRow(SQLModel, table=True):
    """One text a code stands for, such as the e-mail address of its person; ``facet`` tells which."""

    __tablename__ = "conversation_text"
    __table_args__ = (
        UniqueConstraint("conversation", "code", "text_digest"),
        ForeignKeyConstraint(["conversation", "code"], ["conversation_code.conversation", "conversation_code.code"]),
    )

    conversation: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    facet: str = Field(primary_key=True)
    text_digest: str
    sealed_text: str
