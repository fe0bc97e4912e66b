"""A drop on a campus in memory: one student, one class, real governance, real store, readers that a test can change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from agents.drop import load_drop_policy
from agents.drop.gathering import Sources
from agents.drop.kept import KeptDrop
from domain.changes import Change, Deactivate, SendMessage, Tier
from domain.drop_policy import DropPolicy, Population
from domain.drops import Account, Charge, ChargeKind, Flags, HeldClass, Progress, Schedule, Source
from domain.engagement import EngagementEvent, EngagementKind, EngagementRead
from domain.errors import RefusedBySystem
from domain.grades import GradebookRow
from domain.ids import AssignmentId, Crn, RecordHandle, RuleId, RunId, SectionKey, SisPersonId, TermCode
from domain.images import Image
from domain.learning import Submission
from domain.lms import LmsRole, LmsState
from domain.ports import Capabilities, FeedEvent, Fetch
from domain.principals import Principal, PrincipalKind, Role
from domain.records import Registration, RegistrationStatus, Section, SectionInstructor, SectionStatus
from evals.campus import POLICY
from governance.context import ContextReader
from governance.policy import ReadBack
from governance.policy_file import load_policy
from graphs.checkpoints import open_checkpoints
from graphs.drop_evidence import EvidenceKeeper
from graphs.drop_guard import WhileGone
from graphs.drop_return import DropReturn
from graphs.drop_seats import SeatReader
from graphs.drop_specialist import DropRequest
from graphs.drop_withdrawal import DROP_AGENT, DropActing, drop_withdrawal
from graphs.drop_work import DropWork
from graphs.governing import Governor, Populations
from graphs.governor import Governance, LedgerGovernor
from graphs.locks import FileLocks
from graphs.threads import Standing as ThreadStanding
from graphs.threads import Threads
from store.casedesk import CaseRow, LocalCaseDesk
from store.database import Database
from store.drops import DropRecords
from store.handles import Handles
from store.keys import KeyRing
from store.ledger import Ledger
from store.plans import ApprovalState, Plans
from tests.governance.campus import Campus
from tests.governance.house import House
from tests.governance.plans import StillClock
from tools.sis.banner.named import Named

ROOT = Path(__file__).resolve().parents[3]
TERM = TermCode("202680")
CLASS = SectionKey(TERM, Crn("10001"))
SIBLING = SectionKey(TERM, Crn("10009"))
STUDENT, TEACHER, ADVISOR = SisPersonId("A00000001"), SisPersonId("A00000002"), SisPersonId("A00000003")
BEFORE_CENSUS = datetime(2026, 9, 9, 15, tzinfo=UTC)
AFTER_CENSUS = datetime(2026, 9, 22, 15, tzinfo=UTC)
NOBODY = RecordHandle("")
MATH = Section(
    key=CLASS,
    subject="MATH",
    course_number="101",
    sequence="001",
    title="Calculus",
    status=SectionStatus.OPEN,
    start_on=date(2026, 8, 24),
    end_on=date(2026, 12, 11),
    instructors=(
        SectionInstructor(sis_id=TEACHER, primary=True),
        SectionInstructor(sis_id=ADVISOR, assistant=True),
    ),
)
REGISTRAR = Principal(id="ruth", kind=PrincipalKind.PERSON, roles=frozenset({Role.REGISTRAR}))


def policy(**standards: Any) -> DropPolicy:
    """The semester example, with some of its standing rules changed."""
    shipped = load_drop_policy(ROOT / "drop-policy.semester.example.yaml")
    return shipped.model_copy(update={"standards": (shipped.standards[0].model_copy(update=standards),)})


def event(number: int = 1, operation: str = "replaced") -> FeedEvent:
    return FeedEvent(
        event_id=f"ethos:{number}",
        source="banner",
        resource="section-registrations",
        operation=operation,
        resource_id="guid",
        published_at=AFTER_CENSUS,
    )


@dataclass
class Books:
    """The student's file and class as SIS and LMS would tell; a group that is None was not read."""

    at: datetime
    others: int = 4
    populations: frozenset[Population] = frozenset()
    aid: bool | None = False
    conduct: bool | None = False
    person: RecordHandle = NOBODY
    closed: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    complete: bool = True
    events: tuple[EngagementEvent, ...] = ()

    @property
    def source(self) -> Source:
        return Source(system="banner", read_at=self.at)

    def _open(self, name: str) -> bool:
        if name in self.refused:
            raise RefusedBySystem("No.", field=name, fix="Ask.")
        return name not in self.closed

    def read_schedule(self, person: RecordHandle, section: SectionKey) -> Schedule | None:
        held = tuple(
            HeldClass(section=SectionKey(TERM, Crn(f"2000{n}")), course=f"HIST 10{n}", part="full", hours=Decimal(3))
            for n in range(self.others)
        )
        known = Schedule(level="UG", hours=Decimal(3), others=held, source=self.source)
        return known if self._open("schedule") else None

    def read_account(self, person: RecordHandle, section: SectionKey) -> Account | None:
        charge = Charge(code="TUIT", kind=ChargeKind.TUITION, amount=Decimal("1250.75"))
        return Account(charges=(charge,), source=self.source) if self._open("account") else None

    def read_progress(self, person: RecordHandle, section: SectionKey) -> Progress | None:
        if not self._open("progress"):
            return None
        return Progress(
            attempted=Decimal(45),
            completed=Decimal(40),
            programme_hours=Decimal(120),
            earlier_attempts=0,
            withdrawals=0,
            source=self.source,
        )

    def read_flags(self, person: RecordHandle, term: TermCode) -> Flags | None:
        if not self._open("flags"):
            return None
        return Flags(
            populations=self.populations, pending_conduct=self.conduct, federal_aid=self.aid, source=self.source
        )

    def read_engagement(self, section: SectionKey, person: RecordHandle) -> EngagementRead:
        self._open("engagement")
        return EngagementRead(events=self.events, complete=self.complete, system="canvas", read_at=self.at)

    def read_submissions(self, section: SectionKey) -> Fetch[Submission]:
        self._open("work")
        row = Submission(assignment=AssignmentId(7), section=section, person=self.person, submitted_at=self.at)
        rows = (row, row.model_copy(update={"attempt": 2}), row.model_copy(update={"person": RecordHandle("per_x")}))
        return Fetch(source="canvas", rows=rows if self.events else (), complete=self.complete, read_at=self.at)

    def read_gradebook(self, section: SectionKey) -> Fetch[GradebookRow]:
        row = GradebookRow(section=section, person=self.person, current_score=Decimal("78.5"))
        return Fetch(source="canvas", rows=(row,), complete=True, read_at=self.at)


@dataclass
class Registrar:
    """The SIS as far as a drop needs it."""

    rows: list[Registration] = field(default_factory=list)
    advisors: tuple[SisPersonId, ...] = (ADVISOR,)
    section: Section = MATH
    beside: Section | None = None
    asked: int = 0

    def stand(self, status: RegistrationStatus, on: date | None, *, section: SectionKey = CLASS, **more: Any) -> None:
        """Put the student's registration in the class as it stands now."""
        self.rows = [row for row in self.rows if row.section != section]
        self.rows.append(Registration(section=section, person=STUDENT, status=status, status_on=on, **more))

    def capabilities(self) -> Capabilities:
        return Capabilities(system="banner", version="1", reads=frozenset())

    def find_named(self, event: FeedEvent) -> Named | None:
        self.asked += 1
        return Named(section=CLASS, person=STUDENT, registrations=tuple(self.rows)) if self.rows else None

    def read_section(self, section: SectionKey) -> Section | None:
        return next((one for one in (self.section, self.beside) if one is not None and one.key == section), None)

    def read_section_registrations(self, section: SectionKey) -> Fetch[Registration]:
        rows = tuple(row for row in self.rows if row.section == section)
        return Fetch(source="banner", rows=rows, complete=True, read_at=AFTER_CENSUS)

    def read_advisors(self, student: SisPersonId) -> Fetch[SisPersonId]:
        return Fetch(source="banner", rows=self.advisors, complete=True, read_at=AFTER_CENSUS)


class RosterRules:
    """Stands in for the roster specialist: ends an active row, deleted by census and inactive after it (R48, R49)."""

    def __init__(self, campus: Campus, at: datetime) -> None:
        self.campus, self.at = campus, at

    def plan(self, request: DropRequest, seat: Any) -> tuple[Sequence[Change], Populations]:
        drop = seat.drop
        to = LmsState.DELETED if drop.at and drop.at.date() <= date(2026, 9, 14) else LmsState.INACTIVE
        row = self.campus.rows[drop.section, drop.person, LmsRole.STUDENT]
        change = Deactivate(
            rule=RuleId("R49"),
            tier=Tier.AUTO,
            topic="access after leaving",
            section=drop.section,
            person=drop.person,
            to=to,
            before=Image(fields={**row, "role": LmsRole.STUDENT.value}),
            after=Image(fields={"state": to.value, "role": LmsRole.STUDENT.value}),
        )
        return ([change] if row["state"] == "active" else []), Populations()


@dataclass
class DropHouse:
    """Everything of an installation that a drop run touches, over one database; ``restart`` is another process."""

    database: Database
    folder: Path
    at: datetime = AFTER_CENSUS
    rules: DropPolicy | None = field(default_factory=policy)
    disturb: Callable[[Any], Any] = lambda part: part

    def __post_init__(self) -> None:
        self.clock, self.keyring = StillClock(self.at), KeyRing.open(self.folder / "keys")
        self.ledger = Ledger(self.database, self.keyring, self.folder / "checkpoints", clock=self.clock)
        self.campus, self.registrar, self.books = Campus(), Registrar(), Books(at=self.at)
        self.desk = LocalCaseDesk(self.database, clock=self.clock)
        quick = {"read_back": ReadBack(attempts=2, wait_seconds=0)}
        shipped = load_policy(POLICY).model_copy(update=quick)
        self.house = House(self.database, self.ledger, self.folder, shipped, self.campus, self.clock)
        self.house.observers["casedesk"] = self.house.writers["casedesk"] = self.desk
        self.house.rebuild()
        self.drops = DropRecords(self.database, self.keyring, clock=self.clock)
        self.handles = Handles(self.database, self.keyring)
        people = self.handles.handles([STUDENT, TEACHER, ADVISOR])
        self.student, self.teacher, self.advisor = (people[one] for one in (STUDENT, TEACHER, ADVISOR))
        self.books.person = self.student
        self.campus.seed(CLASS, self.student, "active")
        self.registrar.stand(RegistrationStatus.REGISTERED, date(2026, 8, 1))

    def leave(self, status: RegistrationStatus = RegistrationStatus.WITHDRAWN, on: date | None = None) -> None:
        """Let the student leave in the SIS, with work handed in before."""
        self.books.events = (
            EngagementEvent(kind=EngagementKind.SUBMISSION, at=self.at - timedelta(days=3), record="submission 7"),
        )
        self.registrar.stand(status, on or self.at.date(), status_code="WW", modified_at=self.at)

    def work(self, request: DropRequest) -> DropWork:
        sources = Sources(self.books, self.books, "canvas")  # type: ignore[arg-type]
        return DropWork(
            seats=SeatReader(
                sis=self.registrar,  # type: ignore[arg-type]
                named=self.registrar.find_named,
                relationships=self.registrar,  # type: ignore[arg-type]
                identities=self.handles,
                ledger=self.ledger,
                clock=self.clock,
                zone=policy().zone,
                actor=DROP_AGENT.id,
            ),
            sources=lambda: sources,
            policy=self.rules,
            drops=self.drops,
            clock=self.clock,
            principal=DROP_AGENT,
            evidence=EvidenceKeeper(lambda: sources, self.drops, self.clock),
            returning=DropReturn(self.drops, self.house.outbox, self.house.approvals),
            access=RosterRules(self.campus, self.at),  # type: ignore[arg-type]
        )

    def context(self, request: DropRequest) -> DropActing:
        house, work = self.house, self.work(request)
        governance = Governance(
            house.policy,
            Plans(self.database),
            ContextReader(self.database, clock=self.clock),
            house.decisions,
            house.approvals,
            house.gate,
            house.outbox,
        )
        governor: Governor = LedgerGovernor(request.run, DROP_AGENT, governance)
        if request.event is not None:
            governor = WhileGone(governor, lambda: work.is_gone(request))
        return DropActing(request.run, DROP_AGENT, self.disturb(governor), self.disturb(work))

    def run(self, request: DropRequest) -> ThreadStanding:
        """Start or continue a run, as a new process would."""
        with open_checkpoints("sqlite://", self.keyring, self.folder) as saver:
            threads = Threads(drop_withdrawal().compile(checkpointer=saver), FileLocks(self.folder / "locks"))
            return threads.run(request.run, {"request": request}, self.context(request), "sync")

    def hear(self, number: int = 1, operation: str = "replaced") -> ThreadStanding:
        """Run the drop workflow for a notification."""
        told = event(number, operation)
        return self.run(DropRequest(run=RunId(f"evt_0000000{number}.dropwithdrawal"), event=told))

    def ask(self, **more: Any) -> ThreadStanding:
        """Run the drop workflow for a question of the student."""
        values = {"run": RunId("drp_00000001"), "person": self.student, "section": str(CLASS), **more}
        return self.run(DropRequest(**values))

    def pending(self) -> list[Any]:
        return list(self.house.approvals.find(ApprovalState.PENDING))

    def answer(self, number: int = 1, decision: str = "approve") -> ThreadStanding:
        """Let the registrar answer the one request there is, and carry the run on."""
        (view,) = self.pending()
        self.house.approvals.answer(view.id, view.plan.plan_hash, REGISTRAR, decision, "Looked at.")
        return self.wake(number, view.id, decision)

    def wake(self, number: int, approval: str, word: str) -> ThreadStanding:
        """Carry a waiting run on, after its request was answered or ended."""
        request = DropRequest(run=RunId(f"evt_0000000{number}.dropwithdrawal"), event=event(number))
        with open_checkpoints("sqlite://", self.keyring, self.folder) as saver:
            threads = Threads(drop_withdrawal().compile(checkpointer=saver), FileLocks(self.folder / "locks"))
            (found,) = [one.id for one in threads.standing(request.run).interrupts]
            answer = {"approval_id": approval, "decision": word}
            return threads.answer(request.run, found, answer, self.context(request))

    def access(self) -> str:
        """How the LMS shows the student."""
        return next(iter(self.campus.rows.values()))["state"]

    def cases(self, state: str = "open") -> Mapping[str, CaseRow]:
        """What stands at the desk, by title."""
        from sqlmodel import select

        with self.database.reading() as session:
            rows = session.exec(select(CaseRow)).all()
        return {row.title: row for row in rows if row.state.value == state}

    def kept(self, run: str = "evt_00000001.dropwithdrawal") -> KeptDrop:
        row = self.drops.statement(run)
        assert row is not None
        assert row.text is not None
        return KeptDrop.model_validate_json(row.text)

    def messages(self, number: int = 1) -> list[SendMessage]:
        intents = self.house.outbox.for_run(RunId(f"evt_0000000{number}.dropwithdrawal"))
        return [change for one in intents if isinstance(change := one.as_change(), SendMessage)]
