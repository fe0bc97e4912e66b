"""A small Canvas on a real TLS socket, filled by its own SIS feed, with the connectors that a test needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.types import Receive, Scope, Send

from domain.changes import Change
from domain.ports import Receipt
from domain.records import Person
from simulator.canvas.face import CanvasFace
from simulator.canvas.rows import Enrollment
from simulator.canvas.state import CanvasState
from simulator.fault_middleware import CANVAS_THROTTLE, FaultMiddleware
from simulator.faults import FaultKind, FaultPlan, FaultRule
from simulator.server import Face
from simulator.tls import CertificateAuthority
from tests.tools.people import ANN, AS_OF, BOB, CID, DEE, EVE, FAY, TESS, FrozenClock, OpenHandles, SmallSis
from tools.lms.canvas.read import CanvasReader
from tools.lms.canvas.scopes import Mode, required_scopes
from tools.lms.canvas.write import CanvasWriter
from tools.lms.canvas.write.imports import ImportPatience
from tools.wire import CostBudget, RetryPolicy, StaticBearer, Timeouts, TlsPolicy, WireClient

PATIENCE = ImportPatience(first_wait=0.02, longest_wait=0.05, limit=5)
QUICK = RetryPolicy(attempts=3, throttled_attempts=6, first_wait=0.01, longest_wait=0.02, deadline=20)
SCOPE_NAMES = {
    "accounts": "account",
    "conversations": "conversation",
    "courses": "course",
    "progress": "progress",
    "sections": "section",
    "sis_imports": "import",
    "terms": "term",
    "users": "user",
}

USERS = "user_id,login_id,full_name,sortable_name,short_name,email,status\n" + "".join(
    f'{one.sis_id},{one.login},{one.display_name.full},"{one.display_name.last}, {one.display_name.first}",'
    f"{one.display_name.full},{one.email},active\n"
    for one in (ANN, BOB, CID, DEE, EVE, FAY, TESS)
)
FEED = {
    "terms.csv": "term_id,name,status\n202680,Fall 2026,active\n202710,Spring 2027,active\n",
    "accounts.csv": "account_id,parent_account_id,name,status\ndept:MATH,,Mathematics,active\n",
    "users.csv": USERS,
    "courses.csv": (
        "course_id,short_name,long_name,account_id,term_id,status\n"
        "MATH101-001-202680,MATH101,Calculus I,dept:MATH,202680,active\n"
        "MATH101-002-202680,MATH101,Calculus I,dept:MATH,202680,active\n"
        "TEMPLATE-MATH,TEMPLATE,Template,dept:MATH,202680,active\n"
    ),
    "sections.csv": (
        "section_id,course_id,name,status\n"
        "202680-10001,MATH101-001-202680,MATH101-001,active\n"
        "202680-10002,MATH101-002-202680,MATH101-002,active\n"
    ),
}


def enrolment(one: Person, status: str, role: str = "student", section: str = "202680-10001") -> str:
    return f"{section},{one.sis_id},{role},{status}\n"


HEADER = "section_id,user_id,role,status\n"
ADDED = (
    HEADER + "".join(enrolment(one, "active") for one in (ANN, BOB, CID, DEE)) + enrolment(TESS, "active", "teacher")
)
ENDED = HEADER + enrolment(BOB, "inactive") + enrolment(CID, "deleted") + enrolment(DEE, "completed")


class Stage:
    """One server for many tests: each puts its own Canvas behind it."""

    app: FaultMiddleware

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass
class CanvasCampus:
    """A Canvas with its state, its faults and everything to reach it."""

    url: str
    ca_file: Path
    face: CanvasFace
    plan: FaultPlan
    read_token: str
    write_token: str
    handles: OpenHandles = field(default_factory=OpenHandles)
    sis: SmallSis = field(default_factory=SmallSis)
    clients: list[WireClient] = field(default_factory=list)

    @property
    def state(self) -> CanvasState:
        return self.face.state

    def client(self, token: str, retry: RetryPolicy = QUICK) -> WireClient:
        client = WireClient(
            self.url,
            StaticBearer(token),
            system="canvas",
            tls=TlsPolicy(ca_file=self.ca_file),
            timeouts=Timeouts(read=1.0),
            retry=retry,
            budget=CostBudget(outflow=5000),
        )
        self.clients.append(client)
        return client

    @property
    def reader(self) -> CanvasReader:
        return CanvasReader(
            self.client(self.read_token), "1", self.handles, sis=self.sis, clock=FrozenClock(), page_size=3
        )

    @property
    def writer(self) -> CanvasWriter:
        return CanvasWriter(self.client(self.write_token), "1", self.handles, self.sis, patience=PATIENCE)

    def fault(self, kind: FaultKind, path: str = "", **more: object) -> None:
        self.plan.add(FaultRule(kind=kind, path=path, **{"count": 1, **more}))  # type: ignore[arg-type]

    def row(self, one: Person, section: str = "202680-10001", type_: str = "StudentEnrollment") -> Enrollment | None:
        """Return the one row of a person in a section, straight from the simulator's state."""
        user, place = self.state.user_by_sis(one.sis_id), self.state.section_by_sis(section)
        if user is None or place is None:
            return None
        rows = [
            row for row in self.state.enrollments_of_section(place.id) if row.user_id == user.id and row.type == type_
        ]
        assert len(rows) <= 1
        return rows[0] if rows else None

    def apply_one(self, change: Change) -> Receipt:
        return self.writer.apply([change])[change.change_id]

    def shows(self, change: Change) -> bool:
        """Tell whether reading back shows what the change asked for."""
        return self.reader.observe([change])[change.change_id].satisfies(change.after)

    def close(self) -> None:
        for client in self.clients:
            client.close()


def populate(state: CanvasState) -> None:
    """Fill a Canvas by its own feed, then let a teacher add a guest by hand."""
    state.create_role("Auditor", "StudentEnrollment")
    state.import_csv(FEED)
    state.import_csv({"enrollments.csv": ADDED})
    state.import_csv({"enrollments.csv": ENDED})
    section, guest = state.section_by_sis("202680-10001"), state.user_by_sis(EVE.sis_id)
    assert section is not None
    assert guest is not None
    state.enroll(section.id, guest.id, "TaEnrollment", state="active")


def simulated_scope(scope: str) -> str:
    """Return a scope under the parameter names of the simulator, which names ``:id`` after the noun before it."""
    for noun, name in SCOPE_NAMES.items():
        scope = scope.replace(f"/{noun}/:id", f"/{noun}/:{name}_id")
    return scope.replace("/analytics/users/:student_id", "/analytics/users/:user_id")


@contextmanager
def open_stage(folder: Path) -> Iterator[tuple[Stage, str, Path]]:
    """Start the server; tests then raise their own campus on it."""
    authority, stage = CertificateAuthority(), Stage()
    with Face(stage, authority, "canvas") as face:
        yield stage, face.url, authority.write(folder)


@contextmanager
def open_campus(stage: Stage, url: str, ca_file: Path) -> Iterator[CanvasCampus]:
    """Raise a fresh campus; its tokens hold exactly the scopes that the connectors declare (S222)."""
    face, plan = CanvasFace(CanvasState(lambda: AS_OF)), FaultPlan()
    populate(face.state)
    stage.app = FaultMiddleware(face, plan, "canvas", CANVAS_THROTTLE)
    tokens = {
        mode: face.tokens.issue(mode.value, tuple(map(simulated_scope, required_scopes(mode)))).value for mode in Mode
    }
    campus = CanvasCampus(url, ca_file, face, plan, tokens[Mode.READ], tokens[Mode.WRITE])
    try:
        yield campus
    finally:
        campus.close()
