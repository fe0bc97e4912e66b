"""Plans as they were made: what a person approves by its hash can always be read again."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from domain.ids import PlanHash, RunId
from domain.plans import Plan
from store.clock import SYSTEM_CLOCK
from store.columns import UtcDateTime
from store.database import POSTGRESQL, Database


class StoredPlan(SQLModel, table=True):
    """One plan of one run; the same content found by a later run is a row of its own."""

    __tablename__ = "plan"

    run: str = Field(primary_key=True)
    plan_hash: str = Field(primary_key=True, index=True)
    topic: str
    approver_role: str
    requested_by: str
    plan: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    stored_at: datetime = Field(sa_type=UtcDateTime)

    def as_plan(self) -> Plan:
        """Return the plan as it was made."""
        return Plan.model_validate_json(self.plan)


_TABLE = SQLModel.metadata.tables[str(StoredPlan.__tablename__)]


class Plans:
    """Keeps and finds plans."""

    def __init__(self, database: Database) -> None:
        self._database = database
        insert = postgresql.insert if database.dialect == POSTGRESQL else sqlite.insert
        self._insert = insert(_TABLE).on_conflict_do_nothing(index_elements=["run", "plan_hash"])

    def save(self, plan: Plan, session: Session | None = None) -> None:
        """Keep a plan; keeping the same one again changes nothing."""
        if session is not None:
            session.connection().execute(self._insert, _row(plan))
            return
        with self._database.transaction() as connection:
            connection.execute(self._insert, _row(plan))

    def read(self, run: RunId, plan_hash: PlanHash) -> Plan | None:
        """Return the plan of that run and hash, or None."""
        with self._database.reading() as session:
            row = session.get(StoredPlan, (run, plan_hash))
            return row.as_plan() if row else None

    def for_run(self, run: RunId) -> tuple[Plan, ...]:
        """Return the run's plans in the order they were kept."""
        query = select(StoredPlan).where(StoredPlan.run == run)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(StoredPlan.stored_at), col(StoredPlan.plan_hash)))
            return tuple(row.as_plan() for row in rows)


def _row(plan: Plan) -> dict[str, object]:
    return {
        "run": plan.run,
        "plan_hash": plan.plan_hash,
        "topic": plan.topic,
        "approver_role": plan.approver_role,
        "requested_by": plan.requested_by,
        "plan": plan.as_text(),
        "made_at": plan.made_at,
        "stored_at": SYSTEM_CLOCK.now(),
    }
