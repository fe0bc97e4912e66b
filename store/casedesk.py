"""The local case desk: cases, tickets, risk scores and holds on grades, until a campus connects a system of its own.

S29, S88, S136, S250.

Everything is found by its correlation marker, so asking twice opens one. A case withdrawn by a rollback counts as
absent; one that a person closed counts as present and is not opened again.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from domain.changes import Change, CreateTicket, HoldGrade, OpenCase, SetRiskScore
from domain.errors import InvalidRecord
from domain.grade_holds import GradeHold, HoldKind
from domain.ids import ChangeId
from domain.images import Image
from domain.ports import Capabilities, Clock, Receipt
from store.clock import SYSTEM_CLOCK, utc_text
from store.columns import CanonicalJson, UtcDateTime, word_column
from store.database import Database
from store.grading import Holds

SYSTEM = "casedesk"
BATCH = 500


class CaseState(StrEnum):
    """Where a case or ticket stands."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class CaseRow(SQLModel, table=True):
    """One case or ticket, about a person by handle."""

    __tablename__ = "case_file"

    marker: str = Field(primary_key=True)
    kind: str
    state: CaseState = Field(sa_column=word_column(CaseState, index=True))
    person: str = Field(default="", index=True)
    section: str = ""
    queue: str = ""
    title: str
    body: str
    due_on: str = ""
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = ""


class RiskRow(SQLModel, table=True):
    """The risk score shown for one person, with its reasons."""

    __tablename__ = "risk_score"

    person: str = Field(primary_key=True)
    score: str
    reasons: list[str] = Field(default_factory=list, sa_type=CanonicalJson)
    set_at: datetime = Field(sa_type=UtcDateTime)


class LocalCaseDesk:
    """Cases and tickets in our own database; fits ``domain.ports.CaseDesk``. ``holds`` is None where none are kept."""

    def __init__(self, database: Database, *, holds: Holds | None = None, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._holds = holds
        self._clock = clock

    def capabilities(self) -> Capabilities:
        """Say what the desk can do."""
        verbs = frozenset({"open_case", "create_ticket", "set_risk_score", *(("hold_grade",) if self._holds else ())})
        return Capabilities(system=SYSTEM, version="1", reads=frozenset({"cases"}), writes=verbs)

    def observe(self, changes: Sequence[Change]) -> Mapping[ChangeId, Image]:
        """Return the present image of each case, ticket or score."""
        with self._database.reading() as session:
            return {change.change_id: self._image(session, change) for change in changes}

    def apply(self, changes: Sequence[Change]) -> Mapping[ChangeId, Receipt]:
        """Open, withdraw or score, all in one transaction; an image ``after`` that is absent withdraws."""
        now = self._clock.now()
        with self._database.session() as session:
            return {change.change_id: self._apply_one(session, change, now) for change in changes}

    def list_open(self) -> Iterator[Mapping[str, str]]:
        """Yield the open cases and tickets, oldest first."""
        query = select(CaseRow).where(CaseRow.state == CaseState.OPEN)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(CaseRow.opened_at), col(CaseRow.marker))).all()
        for row in rows:
            yield {
                "marker": row.marker,
                "kind": row.kind,
                "person": row.person,
                "section": row.section,
                "queue": row.queue,
                "title": row.title,
                "body": row.body,
                "due_on": row.due_on,
                "opened_at": utc_text(row.opened_at),
            }

    def about(self, person: str) -> Iterator[Mapping[str, str]]:
        """Yield every case and ticket about a person, oldest first, closed ones too."""
        query = select(CaseRow).where(CaseRow.person == person)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(CaseRow.opened_at), col(CaseRow.marker))).all()
        for row in rows:
            yield {
                "kind": row.kind,
                "state": row.state.value,
                "section": row.section,
                "title": row.title,
                "opened_at": utc_text(row.opened_at),
                "closed_at": utc_text(row.closed_at) if row.closed_at else "",
            }

    def scores(self, people: Collection[str] | None = None) -> Mapping[str, str]:
        """Return the score on view for each person who has one, or for those of some people."""
        query = select(RiskRow.person, RiskRow.score)
        with self._database.reading() as session:
            if people is None:
                return dict(session.exec(query).all())
            wanted, found = sorted(people), dict[str, str]()
            for start in range(0, len(wanted), BATCH):
                found |= dict(session.exec(query.where(col(RiskRow.person).in_(wanted[start : start + BATCH]))).all())
            return found

    def forget_score(self, person: str) -> None:
        """Take the score on view of a person away (E18)."""
        with self._database.session() as session:
            row = session.get(RiskRow, person)
            if row is not None:
                session.delete(row)
        self._database.scrub_deleted("risk_score")

    def close(self, marker: str, closed_by: str) -> None:
        """Close a case that a person has dealt with; InvalidRecord where it is not open."""
        with self._database.session() as session:
            row = session.get(CaseRow, marker)
            if row is None or row.state is not CaseState.OPEN:
                fix = "List the open cases again."
                raise InvalidRecord("There is no open case with that marker.", field=f"marker {marker}", fix=fix)
            row.state, row.closed_at, row.closed_by = CaseState.CLOSED, self._clock.now(), closed_by
            session.add(row)

    def _image(self, session: Session, change: Change) -> Image:
        if isinstance(change, HoldGrade) and self._holds is not None:
            found = self._holds.known([change.marker], session)
            return Image(fields={"marker": change.marker}) if found else Image.absent()
        return _image(session, change)

    def _apply_one(self, session: Session, change: Change, now: datetime) -> Receipt:
        if isinstance(change, HoldGrade) and self._holds is not None:
            if change.after.exists:
                self._holds.place(_hold(change), session)
            else:
                self._holds.withdraw(change.marker, session)
            return Receipt(change=change.change_id, accepted=True, reference=change.marker)
        return _apply_one(session, change, now)


def _hold(change: HoldGrade) -> GradeHold:
    said = change.model_dump(include={"section", "reason", "person", "column", "seen", "expected", "cause"})
    return GradeHold(id=change.marker, kind=HoldKind(change.about), **said)


def _image(session: Session, change: Change) -> Image:
    if isinstance(change, SetRiskScore):
        risk = session.get(RiskRow, change.person)
        return Image(fields={"score": risk.score}) if risk else Image.absent()
    if isinstance(change, OpenCase | CreateTicket):
        row = session.get(CaseRow, change.marker)
        found = row is not None and row.state is not CaseState.WITHDRAWN
        return Image(fields={"marker": change.marker}) if found else Image.absent()
    raise _not_ours(change)


def _apply_one(session: Session, change: Change, now: datetime) -> Receipt:
    if isinstance(change, SetRiskScore):
        reference = _set_score(session, change, now)
    elif isinstance(change, OpenCase | CreateTicket):
        act: Callable[[Session, OpenCase | CreateTicket, datetime], None]
        act = _open if change.after.exists else _withdraw
        act(session, change, now)
        reference = change.marker
    else:
        raise _not_ours(change)
    session.flush()
    return Receipt(change=change.change_id, accepted=True, reference=reference)


def _open(session: Session, change: OpenCase | CreateTicket, now: datetime) -> None:
    row = session.get(CaseRow, change.marker)
    if row is None:
        row = _row(change, now)
    elif row.state is CaseState.WITHDRAWN:
        row.state, row.closed_at, row.closed_by = CaseState.OPEN, None, ""
    session.add(row)


def _withdraw(session: Session, change: OpenCase | CreateTicket, now: datetime) -> None:
    row = session.get(CaseRow, change.marker)
    if row is not None:
        row.state, row.closed_at, row.closed_by = CaseState.WITHDRAWN, now, "rollback"
        session.add(row)


def _set_score(session: Session, change: SetRiskScore, now: datetime) -> str:
    row = session.get(RiskRow, change.person)
    if change.after.exists:
        row = row or RiskRow(person=change.person, score="", set_at=now)
        row.score, row.reasons, row.set_at = str(change.score), list(change.reasons), now
        session.add(row)
    elif row is not None:
        session.delete(row)
    return change.person


def _row(change: OpenCase | CreateTicket, now: datetime) -> CaseRow:
    row = CaseRow(
        marker=change.marker,
        kind=change.kind,
        state=CaseState.OPEN,
        person=change.person or "",
        section=str(change.section or ""),
        title=change.tag if isinstance(change, OpenCase) else change.title,
        body="\n".join((*change.reasons, change.outreach)) if isinstance(change, OpenCase) else change.body,
        opened_at=now,
    )
    if isinstance(change, OpenCase):
        row.queue, row.due_on = change.assignee or "", change.due_on.isoformat()
    else:
        row.queue = change.queue
    return row


def _not_ours(change: Change) -> InvalidRecord:
    fix = f"Send it to {change.target}; the case desk takes cases, tickets and risk scores."
    return InvalidRecord("The case desk cannot take this kind of change.", field=f"kind {change.kind}", fix=fix)
