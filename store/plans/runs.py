"""Runs: what was started, for which term, where it stands and what it counted."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, and_, col, func, or_, select

from domain.errors import InvalidRecord
from domain.ids import RunId
from domain.ports import Clock
from store.clock import SYSTEM_CLOCK
from store.columns import CanonicalJson, UtcDateTime, word_column
from store.database import Database


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


class Run(SQLModel, table=True):
    """One run of one workflow; ``note`` says why it stopped or failed, ``counts`` what it found and did."""

    __tablename__ = "run"

    id: str = Field(primary_key=True)
    kind: str = Field(index=True)
    term: str = ""
    state: RunState = Field(sa_column=word_column(RunState, index=True))
    note: str = ""
    counts: dict[str, int] = Field(default_factory=dict, sa_type=CanonicalJson)
    started_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Runs:
    """Keeps runs."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    def start(self, run: RunId, kind: str, term: str = "") -> Run:
        """Keep a run as running; starting it again after a crash returns what is there, running."""
        with self._database.session() as session:
            row = session.get(Run, run) or Run(
                id=run, kind=kind, term=term, state=RunState.RUNNING, started_at=self._clock.now()
            )
            row.state, row.ended_at = RunState.RUNNING, None
            session.add(row)
        return row

    def settle(self, run: RunId, state: RunState, counts: Mapping[str, int] | None = None, note: str = "") -> Run:
        """Say where a run stands now, adding to its counts by name; InvalidRecord where it was never started."""
        with self._database.session() as session:
            row = _required(session, run)
            row.state, row.note = state, note or row.note
            row.counts = {**row.counts, **(counts or {})}
            row.ended_at = None if state in {RunState.RUNNING, RunState.WAITING} else self._clock.now()
            session.add(row)
        return row

    def read(self, run: RunId) -> Run | None:
        """Return one run, or None."""
        with self._database.reading() as session:
            return session.get(Run, run)

    def ended_before(self, moment: datetime) -> tuple[RunId, ...]:
        """Return the runs that ended before a moment, oldest first; those that wait or run have not ended."""
        over = col(Run.state).notin_((RunState.RUNNING, RunState.WAITING))
        query = select(Run.id).where(over, col(Run.ended_at) < moment).order_by(col(Run.ended_at))
        with self._database.reading() as session:
            return tuple(RunId(run) for run in session.exec(query))

    def before(self, last: tuple[datetime, str] | None, kind: str = "", limit: int = 20) -> tuple[Run, ...]:
        """Return runs newest first, those after the last of the page before, given by its beginning and id."""
        query = select(Run).order_by(col(Run.started_at).desc(), col(Run.id).desc()).limit(limit)
        if last is not None:
            moment, id_ = last
            same = and_(col(Run.started_at) == moment, col(Run.id) < id_)
            query = query.where(or_(col(Run.started_at) < moment, same))
        with self._database.reading() as session:
            return tuple(session.exec(query.where(Run.kind == kind) if kind else query))

    def count(self, kind: str, states: Collection[RunState]) -> int:
        """Return how many runs of a kind stand so."""
        query = select(func.count()).select_from(Run).where(Run.kind == kind, col(Run.state).in_(states))
        with self._database.reading() as session:
            return session.exec(query).one()

    def first_started(self) -> datetime | None:
        """Return when the first run of the installation began, None before there was one."""
        with self._database.reading() as session:
            return session.exec(select(Run.started_at).order_by(col(Run.started_at)).limit(1)).first()

    def latest(self, kind: str = "", limit: int = 20) -> tuple[Run, ...]:
        """Return the newest runs first, of one kind where given."""
        query = select(Run).order_by(col(Run.started_at).desc()).limit(limit)
        if kind:
            query = query.where(Run.kind == kind)
        with self._database.reading() as session:
            return tuple(session.exec(query))


def _required(session: Session, run: RunId) -> Run:
    row = session.get(Run, run)
    if row is None:
        fix = "Check the run id; reconcile prints it."
        raise InvalidRecord("There is no such run.", field=f"run {run}", fix=fix)
    return row
