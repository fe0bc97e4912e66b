"""The tables behind grade passback."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from domain.grade_holds import HoldState
from domain.grades import ReceiptOutcome
from store.columns import UtcDateTime, word_column


class AttestationRow(SQLModel, table=True):
    """An instructor's word on one sheet, by its hash (R92)."""

    __tablename__ = "grade_attestation"

    section: str = Field(primary_key=True)
    grade_column: str = Field(primary_key=True)
    sheet_hash: str = Field(primary_key=True)
    attested_by: str
    attested_at: datetime = Field(sa_type=UtcDateTime)


class DelegateRow(SQLModel, table=True):
    """Somebody whom the registrar named to grade a section in an instructor's place (R92)."""

    __tablename__ = "grade_delegate"

    section: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    named_by: str
    named_at: datetime = Field(sa_type=UtcDateTime)


class EntryRow(SQLModel, table=True):
    """What only the instructor can say of one student, sealed."""

    __tablename__ = "grade_entry"

    section: str = Field(primary_key=True)
    grade_column: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    sealed: str
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)


class HoldRow(SQLModel, table=True):
    """One hold or question; what it says and why it was answered are sealed (S88)."""

    __tablename__ = "grade_hold"

    id: str = Field(primary_key=True)
    section: str = Field(index=True)
    kind: str
    person: str = Field(default="", index=True)
    sealed: str
    state: HoldState = Field(sa_column=word_column(HoldState, index=True))
    placed_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: str = ""
    sealed_why: str = ""


class ReceiptRow(SQLModel, table=True):
    """What the SIS did with one student's grade in one run; its words are sealed (R95)."""

    __tablename__ = "grade_receipt"

    run: str = Field(primary_key=True)
    section: str = Field(primary_key=True, index=True)
    grade_column: str = Field(primary_key=True)
    person: str = Field(primary_key=True, index=True)
    version: str
    outcome: ReceiptOutcome = Field(sa_column=word_column(ReceiptOutcome))
    code: str
    sealed: str
    received_at: datetime = Field(sa_type=UtcDateTime)


class ColumnRow(SQLModel, table=True):
    """How a gradebook column was marked when it was last looked at; ``quarantined`` names the hold, empty for none."""

    __tablename__ = "grade_column"

    section: str = Field(primary_key=True)
    assignment: str = Field(primary_key=True)
    grading: str
    points: str
    extreme_share: str
    marks: int
    quarantined: str = ""
    seen_at: datetime = Field(sa_type=UtcDateTime)
