"""A small Canvas on a real socket: one server for the whole run, a fresh campus for every test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from simulator.canvas.face import CanvasFace
from simulator.canvas.state import CanvasState
from simulator.canvas.wire.tokens import READ_SCOPES
from simulator.fault_middleware import CANVAS_THROTTLE, FaultMiddleware
from simulator.faults import FaultPlan
from simulator.server import Face
from simulator.tls import CertificateAuthority

AS_OF = datetime(2026, 9, 21, 13, tzinfo=UTC)
FALL = "202680"


class Stage:
    """An application that plays whatever face a test puts on."""

    app: FaultMiddleware

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass
class CanvasCampus:
    """What a test of the Canvas face works with; ids by SIS id."""

    url: str
    ca_file: Path
    authority: CertificateAuthority
    face: CanvasFace
    plan: FaultPlan
    read_token: str
    write_token: str
    courses: dict[str, int] = field(default_factory=dict)
    sections: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)

    @property
    def state(self) -> CanvasState:
        return self.face.state

    def client(self, token: str | None = None, **headers: str) -> httpx.Client:
        """A client below /api/v1 with the write token unless another is given."""
        return httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {token or self.write_token}", **headers},
            verify=self.authority.client_context(),
            timeout=10,
        )


def populate(campus: CanvasCampus) -> None:
    """Two courses in a department, three sections, a teacher and 25 students of the first section."""
    state = campus.state
    with state.acting("sis", "seed"):
        math = state.create_account("Mathematics", sis_account_id="dept:MATH")
        term = state.create_term("Fall 2026", sis_term_id=FALL)
        state.create_role("Auditor", "StudentEnrollment")
        for sis_id, offer in (("MATH101-001-202680", True), ("MATH101-002-202680", False)):
            course = state.create_course(
                sis_id.replace("-", " "), account_id=math.id, sis_course_id=sis_id, term_id=term.id, offer=offer
            )
            campus.courses[sis_id] = course.id
        first, second = campus.courses.values()
        for sis_id, course_id in (("202680-10001", first), ("202680-10002", second), ("202680-10003", first)):
            campus.sections[sis_id] = state.create_section(course_id, sis_id, sis_section_id=sis_id).id
        teacher = state.create_user("Grace Hopper", unique_id="ghopper", sis_user_id="A00000000")
        campus.users["A00000000"] = teacher.id
        state.enroll(campus.sections["202680-10001"], teacher.id, "TeacherEnrollment", state="active")
        for number in range(1, 26):
            sis_id = f"A{number:08d}"
            user = state.create_user(
                f"Student {number:02d}", unique_id=f"s{number:02d}@example.edu", sis_user_id=sis_id
            )
            campus.users[sis_id] = user.id
            state.enroll(campus.sections["202680-10001"], user.id, state="active")


@pytest.fixture(scope="session")
def canvas_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Face, CertificateAuthority, Path]]:
    stage, authority = Stage(), CertificateAuthority()
    ca_file = authority.write(tmp_path_factory.mktemp("ca"))
    with Face(stage, authority, "canvas") as face:
        yield stage, face, authority, ca_file


@pytest.fixture
def canvas(canvas_stage: tuple[Stage, Face, CertificateAuthority, Path]) -> CanvasCampus:
    stage, face, authority, ca_file = canvas_stage
    app, plan = CanvasFace(CanvasState(lambda: AS_OF)), FaultPlan()
    stage.app = FaultMiddleware(app, plan, "canvas", CANVAS_THROTTLE)
    campus = CanvasCampus(
        url=face.url,
        ca_file=ca_file,
        authority=authority,
        face=app,
        plan=plan,
        read_token=app.tokens.issue("read", READ_SCOPES).value,
        write_token=app.tokens.issue("write").value,
    )
    populate(campus)
    return campus


@pytest.fixture
def api(canvas: CanvasCampus) -> Iterator[httpx.Client]:
    with canvas.client() as client:
        yield client
