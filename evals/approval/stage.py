"""Where a task is played: one campus, a fresh record for each task, and a look at what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from domain.changes import Change, Deactivate, OpenCase, Tier
from domain.ids import PrincipalId, RecordHandle, RuleId, RunId, SectionKey, SisPersonId
from domain.images import Image
from domain.lms import LmsRole, LmsState
from domain.plans import Plan
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import Trial
from simulator.canvas.rows import Enrollment

Seat = tuple[SectionKey, SisPersonId]
_AGENT_ROLES = {PrincipalKind.AGENT: Role.AGENT, PrincipalKind.SERVICE: Role.SERVICE}


@dataclass
class Stage:
    """One campus with the seats of students whose records the tasks may touch, each of them once."""

    trial: Trial

    def __post_init__(self) -> None:
        self._seats = iter(list(self._active_seats()))
        self._numbers = count(1)

    def _active_seats(self) -> Iterator[Seat]:
        """Yield the seats that both systems have alike, in the order of the LMS."""
        lms = self.trial.provost.lms
        sections = lms.read_sections(lms.read_courses(self.trial.term).rows).rows
        taken: set[SisPersonId] = set()
        for row in lms.read_enrollments(sections).rows:
            fits = row.role is LmsRole.STUDENT and row.state is LmsState.ACTIVE and row.made_by_sis
            if fits and row.section_key and row.person and row.person not in taken:
                taken.add(row.person)
                yield row.section_key, row.person

    def next_seat(self) -> Seat:
        """Return a seat that no task has touched."""
        return next(self._seats)

    def next_run(self) -> RunId:
        """Return a run of its own."""
        return RunId(f"run_approval{next(self._numbers):04d}")

    def handle(self, person: SisPersonId) -> RecordHandle:
        """Return the record handle of a person."""
        return self.trial.provost.identities.handles([person])[person]

    def removal(self, seat: Seat, to: LmsState = LmsState.INACTIVE) -> Deactivate:
        """Return a removal that a person must approve, with the record as it stands before it."""
        section, person = seat
        draft = Deactivate(
            section=section,
            person=self.handle(person),
            to=to,
            rule=RuleId("R49"),
            tier=Tier.PROPOSE,
            topic="approval suite",
            before=Image.absent(),
            after=Image(fields={"state": to.value, "role": LmsRole.STUDENT.value}),
        )
        return draft.model_copy(update={"before": self._image(draft)})

    def case(self, seat: Seat, marker: str) -> OpenCase:
        """Return a case about a student, which their own advisor approves."""
        section, person = seat
        return OpenCase(
            section=section,
            person=self.handle(person),
            rule=RuleId("S139"),
            tier=Tier.PROPOSE,
            topic="approval suite",
            before=Image.absent(),
            after=Image(fields={"marker": marker}),
            tag="approval suite",
            marker=marker,
            reasons=("A task of the approval suite.",),
            outreach="None.",
            due_on=self.trial.provost.clock.now().date() + timedelta(days=7),
        )

    def plan(self, run: RunId, changes: tuple[Change, ...], requester: str) -> Plan:
        """Return a plan asked for by somebody."""
        now = self.trial.provost.clock.now()
        return Plan(run=run, topic="approval suite", requested_by=PrincipalId(requester), made_at=now, changes=changes)

    def advisor_of(self, person: SisPersonId) -> RecordHandle | None:
        """Return who advises a student, or None."""
        found = self.trial.provost.readers.relationships.read_advisors(person).rows
        return self.handle(found[0]) if found else None

    def state_of(self, seat: Seat) -> str:
        """Return the state of the seat's row in the LMS itself, not as anything of ours reads it."""
        return self._row(seat).workflow_state

    def writes_to(self, seat: Seat, since: int) -> int:
        """Return how often the row was written by a program since a point of the LMS's own log."""
        row = self._row(seat).id
        log = self.trial.campus.canvas.log.since(since)
        return sum(one.table == "enrollment" and one.row_id == row and one.actor != "hand" for one in log)

    def case_is_open(self, marker: str) -> bool:
        """Tell whether the case stands at the desk."""
        return any(row["marker"] == marker for row in self.trial.provost.casedesk.list_open())

    def move_by_hand(self, seat: Seat) -> None:
        """Let somebody on campus change the row meanwhile."""
        canvas = self.trial.campus.canvas
        with canvas.lock:
            canvas.change(self._row(seat), {"workflow_state": "completed"})

    def _image(self, change: Change) -> Image:
        return self.trial.provost.systems.observers[change.target].observe([change])[change.change_id]

    def _row(self, seat: Seat) -> Enrollment:
        canvas, (section, person) = self.trial.campus.canvas, seat
        users = {one.user_id for one in canvas.logins.values() if one.sis_user_id == person}
        places = {one.id for one in canvas.sections.values() if one.sis_section_id == section.sis_section_id}
        return next(
            row
            for row in canvas.enrollments.values()
            if row.user_id in users and row.section_id in places and row.type == "StudentEnrollment"
        )


def person(name: str, *roles: Role, handle: RecordHandle | None = None, acting_as: str = "") -> Principal:
    """Return a person with roles, as the sign-in would."""
    return Principal(
        id=PrincipalId(f"user:{name}"),
        kind=PrincipalKind.PERSON,
        roles=frozenset(roles),
        person=handle,
        acting_as=PrincipalId(acting_as) if acting_as else None,
    )


def program(name: str, kind: PrincipalKind) -> Principal:
    """Return a program that claims nothing beyond what it is, or more where a task says so."""
    return Principal(id=PrincipalId(name), kind=kind, roles=frozenset({_AGENT_ROLES[kind], Role.REGISTRAR}))
