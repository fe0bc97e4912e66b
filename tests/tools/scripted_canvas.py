"""A Canvas of which a test writes every answer, on a real TLS socket, with what it was asked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from domain.ids import Crn, RecordHandle, SectionKey, TermCode
from domain.records import Person
from tests.tools.people import ANN, AS_OF, BOB, TESS, OpenHandles
from tests.tools.wire_server import Asked, Reply, Served, serve
from tools.lms.canvas.classroom import CanvasClassroom
from tools.wire import RetryPolicy, StaticBearer, Timeouts, TlsPolicy, WireClient

TERM = TermCode("202680")
SECTION = SectionKey(TERM, Crn("10001"))
OTHER = SectionKey(TERM, Crn("10002"))
COURSE, OTHER_COURSE = 501, 502
CANVAS_SECTION, OTHER_CANVAS_SECTION = 601, 602
ZONE = ZoneInfo("America/New_York")
QUICK = RetryPolicy(attempts=2, throttled_attempts=4, first_wait=0.01, longest_wait=0.02, deadline=20)
SECTION_PATH = "/api/v1/sections/sis_section_id:202680-10001"
COURSE_PATH = f"/api/v1/courses/{COURSE}"
GRADES = {
    "current_score": 88.1,
    "current_grade": "B+",
    "final_score": 70.05,
    "final_grade": "C-",
    "unposted_current_score": 88.1,
    "unposted_final_score": 70.05,
}
UNAUTHORIZED = {
    "status": "unauthorized",
    "errors": [{"message": "user not authorized to perform that action"}],
}


class CountingHandles(OpenHandles):
    """Handles that know how often they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def handles(self, people: Sequence[str]) -> Mapping[str, RecordHandle]:  # type: ignore[override]
        self.calls += 1
        return super().handles(people)  # type: ignore[arg-type]


def enrolled(
    user: int, one: Person | None, *, kind: str = "StudentEnrollment", state: str = "active", **more: object
) -> dict[str, object]:
    """Return the row of somebody in the section; ``one`` is None for an account without an SIS id."""
    sis = one.sis_id if one else None
    return {
        "id": 9000 + user,
        "course_id": COURSE,
        "course_section_id": CANVAS_SECTION,
        "sis_section_id": SECTION.sis_section_id,
        "user_id": user,
        "type": kind,
        "role": kind,
        "enrollment_state": state,
        "created_at": "2026-08-24T12:00:00Z",
        "last_activity_at": "2026-09-18T15:30:00Z",
        "sis_user_id": sis,
        "user": {"id": user, "name": one.display_name.full if one else "Walk In", "sis_user_id": sis},
        **({"grades": GRADES} if kind == "StudentEnrollment" else {}),
        **more,
    }


def at(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class ScriptedCanvas:
    """Answers by path: a list is paged, anything else is sent as it is, a number is a status; the rest is 404."""

    answers: dict[str, object] = field(default_factory=dict)
    handles: CountingHandles = field(default_factory=CountingHandles)
    faults: list[Reply] = field(default_factory=list)
    page: int = 100
    served: Served | None = None

    def __call__(self, asked: Asked) -> Reply:
        if self.faults:
            return self.faults.pop(0)
        path = unquote(asked.path)
        answer = self.answers.get(path, 404)
        if callable(answer):
            answer = answer(parse_qs(urlsplit(asked.target).query))
        if isinstance(answer, int):
            body = UNAUTHORIZED if answer in (401, 403) else {"errors": [{"message": "The resource does not exist."}]}
            return Reply(answer, json.dumps(body).encode())
        key = next((name for name in ("events", "quiz_submissions") if isinstance(answer, dict) and name in answer), "")
        rows = answer[key] if key else answer  # type: ignore[index]
        return self._paged(asked, rows, key) if isinstance(rows, list) else Reply(body=json.dumps(rows).encode())

    def _paged(self, asked: Asked, rows: list[object], key: str) -> Reply:
        number = int(asked.query.get("page", "1"))
        shown: object = rows[(number - 1) * self.page : number * self.page]
        more = len(rows) > number * self.page
        assert self.served is not None
        link = f'<{self.served.url}{asked.path}?page={number + 1}>; rel="next"'
        return Reply(body=json.dumps({key: shown} if key else shown).encode(), headers={"Link": link} if more else {})

    @property
    def asked(self) -> list[Asked]:
        """Every request so far."""
        assert self.served is not None
        return self.served.asked

    def paths(self) -> list[str]:
        """The path of every request so far."""
        return [unquote(each.path) for each in self.asked]

    def roll(self, *rows: dict[str, object]) -> None:
        """Say who is in the section."""
        self.answers[f"{SECTION_PATH}/enrollments"] = list(rows)
        self.answers[SECTION_PATH] = {
            "id": CANVAS_SECTION,
            "course_id": COURSE,
            "sis_section_id": SECTION.sis_section_id,
        }


class _FrozenClock:
    def now(self) -> datetime:
        return AS_OF


@contextmanager
def scripted_canvas() -> Iterator[tuple[ScriptedCanvas, CanvasClassroom]]:
    """Serve a scripted Canvas and open the connector to it."""
    canvas = ScriptedCanvas()
    with serve(canvas) as served:
        canvas.served = served
        tls = TlsPolicy(ca_file=served.ca_file)
        with WireClient(
            served.url, StaticBearer("t"), system="canvas", tls=tls, retry=QUICK, timeouts=Timeouts(read=5)
        ) as client:
            yield canvas, CanvasClassroom(client, "1", canvas.handles, zone=ZONE, clock=_FrozenClock())


@contextmanager
def canvas_with_a_class() -> Iterator[tuple[ScriptedCanvas, CanvasClassroom]]:
    """A class with one student, one who is inactive, and their teacher."""
    with scripted_canvas() as opened:
        opened[0].roll(
            enrolled(1, ANN), enrolled(2, BOB, state="inactive"), enrolled(9, TESS, kind="TeacherEnrollment")
        )
        yield opened


def page_view(name: str, moment: str, url: str = "", *, course: int = COURSE, **more: object) -> dict[str, object]:
    """Return one page view."""
    place = url or f"https://canvas/courses/{course}"
    return {
        "id": name,
        "created_at": moment,
        "url": place,
        "context_type": "Course",
        "links": {"user": 1, "context": course, "asset": None},
        **more,
    }
