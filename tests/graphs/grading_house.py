"""An installation between an SIS and an LMS in memory: a section with students, marks, a gradebook and an inbox."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from domain.changes import Change, PostGrade, SendMessage
from domain.errors import RecordLocked
from domain.grades import GradebookRow, GradeOptions, GradeStage, MarkChange, SectionGrading
from domain.ids import AssignmentId, ChangeId, Crn, RecordHandle, RunId, SectionKey, SisPersonId, TermCode
from domain.images import Image
from domain.learning import ActivityDay, Assignment, Submission, WorkKind
from domain.ports import Capabilities, Fetch, Receipt
from domain.principals import Principal, PrincipalKind, Role
from domain.records import GradeMode, Registration, RegistrationStatus, Section, SectionInstructor, SectionStatus
from graphs.assembly import Provost
from graphs.foundation import lay_foundation
from graphs.grade_specialist import GradeRequest
from graphs.reports import RunReport
from graphs.settings import Settings
from graphs.systems import Systems
from tests.rules.grading import LETTERS

ROOT = Path(__file__).parents[2]
SECTION = SectionKey(TermCode("202680"), Crn("10001"))
NOW = datetime(2026, 12, 10, 15, tzinfo=UTC)
SCORES = (91, 85, 84, 78, 77, 73, 72, 88, 95, 81, 79, 74)
TEACHER_ID, OTHER_ID, REGISTRAR_ID = (SisPersonId(f"T0000000{number}") for number in range(3))


def letter_of(score: Decimal) -> str:
    return next(letter for cut, letter in ((90, "A"), (80, "B"), (70, "C"), (0, "F")) if score >= cut)


@dataclass
class MemorySis:
    """Banner as the flow sees it: options, the grades it holds, and the ways in which it may refuse."""

    options: dict[RecordHandle, GradeOptions] = field(default_factory=dict)
    grading: SectionGrading | None = None
    refuse: set[RecordHandle] = field(default_factory=set)
    lock: set[RecordHandle] = field(default_factory=set)
    forget: set[RecordHandle] = field(default_factory=set)
    posted: list[PostGrade] = field(default_factory=list)
    complete: bool = True
    sections: tuple[Section, ...] = ()
    rosters: Mapping[SectionKey, Sequence[Registration]] = field(default_factory=dict)
    crash_after: int | None = None

    def capabilities(self) -> Capabilities:
        return Capabilities(system="banner", version="memory", reads=frozenset())

    def read_section(self, section: SectionKey) -> Section | None:
        return next((one for one in self.sections if one.key == section), None)

    def read_sections(self, term: TermCode) -> Fetch[Section]:
        return whole(self.sections)

    def read_grading(self, section: SectionKey, *, has_scheme: bool | None) -> SectionGrading | None:
        if self.grading is None or section != self.grading.section:
            return None
        return self.grading.model_copy(update={"has_scheme": has_scheme})

    def read_grade_options(self, section: SectionKey) -> Fetch[GradeOptions]:
        return whole((one for one in self.options.values() if one.section == section), complete=self.complete)

    def observe(self, changes: Sequence[Change]) -> Mapping[ChangeId, Image]:
        return {change.change_id: self._image(change) for change in changes if isinstance(change, PostGrade)}

    def _image(self, change: PostGrade) -> Image:
        one = self.options[change.person]
        letter = one.interim_letter if change.grade_type == "interim" else one.final_letter
        said = next((each for each in reversed(self.posted) if each.person == change.person), None)
        shown = {name: value for name, value in (said.after.fields if said else {}).items() if name != "letter"}
        return Image(fields={**shown, "letter": letter}) if letter else Image.absent()

    def apply(self, changes: Sequence[Change]) -> Mapping[ChangeId, Receipt]:
        receipts = {}
        for change in changes:
            assert isinstance(change, PostGrade)
            receipts[change.change_id] = self._post(change)
        if self.crash_after is not None and len(self.posted) >= self.crash_after:
            self.crash_after = None
            raise SystemError("the process dies here")
        return receipts

    def _post(self, change: PostGrade) -> Receipt:
        if change.person in self.refuse:
            return Receipt(change=change.change_id, accepted=False, message="PV207: Grade not valid for student level.")
        if change.person in self.lock:
            locked = str(RecordLocked("Somebody has the roster open."))
            return Receipt(change=change.change_id, accepted=False, message=locked, uncertain=True)
        self.posted.append(change)
        if change.person not in self.forget:
            column = "interim_letter" if change.grade_type == "interim" else "final_letter"
            stage = {} if change.grade_type == "interim" else {"stage": GradeStage.ENTERED}
            self.options[change.person] = self.options[change.person].model_copy(update={column: change.grade, **stage})
        return Receipt(change=change.change_id, accepted=True)

    # relationships
    def read_taught(self, instructor: SisPersonId, ended_after: date) -> Fetch[Section]:
        taught = (one for one in self.sections if instructor in {each.sis_id for each in one.instructors})
        return whole(taught)

    def read_roster(self, section: SectionKey) -> Fetch[Registration]:
        return whole(self.rosters.get(section, ()))

    def read_confidential(self, people: Collection[SisPersonId]) -> Fetch[SisPersonId]:
        return whole(())


@dataclass
class MemoryLms:
    """Canvas as the flow sees it: a gradebook, the marks behind it, and the inbox."""

    scores: dict[RecordHandle, list[Decimal | None]] = field(default_factory=dict)
    grading: list[str] = field(default_factory=lambda: ["points"] * 3)
    views: dict[RecordHandle, int] = field(default_factory=dict)
    rows: dict[RecordHandle, dict[str, Any]] = field(default_factory=dict)
    changes: list[MarkChange] = field(default_factory=list)
    sent: list[SendMessage] = field(default_factory=list)
    marks_complete: bool = True
    scheme: bool | None = True

    def has_scheme(self, section: SectionKey) -> bool | None:
        return self.scheme

    def read_gradebook(self, section: SectionKey) -> Fetch[GradebookRow]:
        return whole(self._row(person) for person in self.scores) if section == SECTION else whole(())

    def _row(self, person: RecordHandle) -> GradebookRow:
        marks = [mark for mark in self.scores[person] if mark is not None]
        values: dict[str, Any] = {}
        if marks:
            score = (sum(marks) / len(marks)).quantize(Decimal("0.01"))
            letter = letter_of(score)
            values = {"current_score": score, "current_letter": letter, "final_score": score, "final_letter": letter}
        return GradebookRow(section=SECTION, person=person, **{**values, **self.rows.get(person, {})})

    def read_mark_changes(self, section: SectionKey) -> Fetch[MarkChange]:
        return whole(self.changes)

    def read_assignments(self, section: SectionKey) -> Fetch[Assignment]:
        made = (
            Assignment(
                id=AssignmentId(number + 1),
                section=SECTION,
                name=f"Essay {number + 1}",
                kind=WorkKind.ASSIGNMENT,
                grading=word,
                points=Decimal(100),
                due_at=datetime(2026, 9 + number, 20, tzinfo=UTC),
            )
            for number, word in enumerate(self.grading)
        )
        return whole(made)

    def read_submissions(self, section: SectionKey, since: datetime | None = None) -> Fetch[Submission]:
        made = (
            Submission(
                assignment=AssignmentId(number + 1),
                section=SECTION,
                person=person,
                submitted_at=datetime(2026, 9 + number, 19, tzinfo=UTC),
                score=mark,
            )
            for person, marks in self.scores.items()
            for number, mark in enumerate(marks)
        )
        return whole(made, complete=self.marks_complete)

    def read_activity(self, section: SectionKey, since: datetime | None = None) -> Fetch[ActivityDay]:
        made = (
            ActivityDay(section=SECTION, person=person, day=date(2026, 10, 1), views=views)
            for person, views in self.views.items()
        )
        return whole(made)

    def observe(self, changes: Sequence[Change]) -> Mapping[ChangeId, Image]:
        markers = {one.marker for one in self.sent}
        return {
            change.change_id: Image(fields={"marker": change.marker}) if change.marker in markers else Image.absent()
            for change in changes
            if isinstance(change, SendMessage)
        }

    def capabilities(self) -> Capabilities:
        return Capabilities(system="canvas", version="memory", reads=frozenset())

    def apply(self, changes: Sequence[Change]) -> Mapping[ChangeId, Receipt]:
        self.sent.extend(change for change in changes if isinstance(change, SendMessage))
        return {change.change_id: Receipt(change=change.change_id, accepted=True) for change in changes}


def whole(rows: Any, *, complete: bool = True) -> Fetch[Any]:
    return Fetch(source="memory", rows=tuple(rows), complete=complete, read_at=NOW)


@dataclass
class GradingHouse:
    """The installation, its two systems, and the people who may act."""

    folder: Path
    sis: MemorySis
    lms: MemoryLms
    people: tuple[RecordHandle, ...] = ()
    provost: Provost = field(init=False)
    closing: ExitStack = field(init=False)
    runs: int = 0

    def __post_init__(self) -> None:
        self.start()
        ids = [SisPersonId(f"A{number:08}") for number in range(len(SCORES))]
        handles = self.provost.identities.handles([*ids, TEACHER_ID, OTHER_ID, REGISTRAR_ID])
        self.people = tuple(handles[one] for one in ids)
        self.teacher_handle, self.other_handle = handles[TEACHER_ID], handles[OTHER_ID]
        self.registrar_handle = handles[REGISTRAR_ID]
        self._furnish(ids)

    def _furnish(self, ids: Sequence[SisPersonId]) -> None:
        for person, score in zip(self.people, SCORES, strict=True):
            spread = (-2, 0, 2)
            self.lms.scores[person] = [Decimal(score + each) for each in spread]
            self.lms.views[person] = 100
            self.sis.options[person] = GradeOptions(
                section=SECTION,
                person=person,
                status=RegistrationStatus.REGISTERED,
                mode=GradeMode.STANDARD,
                gradable=True,
                grades=LETTERS,
                stage=GradeStage.NOT_ENTERED,
            )
        self.sis.grading = SectionGrading(
            section=SECTION,
            modes=frozenset({GradeMode.STANDARD, GradeMode.AUDIT}),
            has_scheme=True,
            start_on=date(2026, 8, 24),
            end_on=date(2026, 12, 11),
            instructors=frozenset({self.teacher_handle, self.other_handle}),
        )
        teachers = tuple(SectionInstructor(sis_id=one) for one in (TEACHER_ID, OTHER_ID))
        section = Section(
            key=SECTION,
            subject="MATH",
            course_number="101",
            sequence="001",
            title="Calculus",
            status=SectionStatus.OPEN,
            start_on=date(2026, 8, 24),
            end_on=date(2026, 12, 11),
            instructors=teachers,
        )
        self.sis.sections = (section,)
        self.sis.rosters = {
            SECTION: [Registration(section=SECTION, person=one, status=RegistrationStatus.REGISTERED) for one in ids]
        }

    def start(self) -> "GradingHouse":
        """Open the installation anew, as a new process does."""
        self.closing = ExitStack()
        settings = Settings(
            home=self.folder / "home",
            policy_file=self.folder / "policy.yaml",
            institution_file=self.folder / "institution.yaml",
            scope_file=ROOT / "provost.scope.yaml",
            access_file=ROOT / "provost.access.yaml",
            clock_offset_seconds=(NOW - datetime.now(UTC)).total_seconds(),
        )
        base = lay_foundation(settings, self.closing)
        self.provost = Provost(base, self.closing)
        vars(self.provost)["readers"] = StandIn(self.sis, self.lms, self.sis, self.lms, self.sis)
        appliers = {"casedesk": base.casedesk, "banner": self.sis, "canvas": self.lms}
        systems = Systems(base, self.provost.readers, appliers)
        vars(systems)["observers"] = appliers
        vars(systems)["events"] = None
        vars(self.provost)["systems"] = systems
        return self

    def close(self) -> None:
        self.closing.close()

    def principal(self, name: str, role: Role, person: RecordHandle | None = None, **more: Any) -> Principal:
        return Principal(id=name, kind=PrincipalKind.PERSON, roles=frozenset({role}), person=person, **more)

    @property
    def teacher(self) -> Principal:
        return self.principal("ida", Role.INSTRUCTOR, self.teacher_handle)

    @property
    def registrar(self) -> Principal:
        return self.principal("ruth", Role.REGISTRAR, self.registrar_handle)

    def request(self, run: str = "", **more: Any) -> GradeRequest:
        self.runs += 1
        name = RunId(run or f"run_{self.runs:012}")
        return GradeRequest(run=name, term=SECTION.term, section=SECTION, **more)

    def run(self, **more: Any) -> RunReport:
        return self.provost.work(self.request(**more))

    def approve(self, report: RunReport) -> None:
        """Have the registrar approve everything that a run waits for."""
        for held in report.held:
            self.provost.answer(held.approval_id, self.registrar, "approve", plan_hash=held.plan_hash)

    def again(self, report: RunReport) -> RunReport:
        """Return the report of a run as it stands now."""
        return self.provost.work(self.request(run=report.run_id))


@dataclass(frozen=True)
class StandIn:
    """What can be read, as ``graphs.connections.Readers`` names it."""

    sis: MemorySis
    lms: MemoryLms
    records: MemorySis
    classroom: MemoryLms
    relationships: MemorySis
    feed: None = None


def open_house(folder: Path, *, spoil_policy: Any = lambda content: None, **institution: Any) -> GradingHouse:
    """Open a house under the shipped policy, its file changed as told, and an institution with the given grading."""
    folder.mkdir(parents=True, exist_ok=True)
    policy = yaml.safe_load((ROOT / "provost.policy.yaml").read_text(encoding="utf-8"))
    policy["read_back"] = {"attempts": 2, "wait_seconds": 0}
    spoil_policy(policy)
    (folder / "policy.yaml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    campus = yaml.safe_load((ROOT / "institution.example.yaml").read_text(encoding="utf-8"))
    campus["grading"] = {"ungraded_is_zero": False, "pass_from": "70", **institution}
    (folder / "institution.yaml").write_text(yaml.safe_dump(campus), encoding="utf-8")
    return GradingHouse(folder, MemorySis(), MemoryLms())


__all__ = ["NOW", "SECTION", "GradingHouse", "open_house", "replace", "timedelta"]
