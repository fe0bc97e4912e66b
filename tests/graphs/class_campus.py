"""A campus of a few classes in memory: rosters, work and activity that a test writes day by day, read by the ports."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import time_machine
import yaml

from domain.changes import Change, SendMessage
from domain.ids import AssignmentId, Crn, RecordHandle, SectionKey, SisPersonId, TermCode
from domain.images import Image
from domain.learning import (
    ActivityDay,
    Assignment,
    Contribution,
    LastAccess,
    PastCourse,
    Resource,
    Submission,
    WorkKind,
)
from domain.ports import Capabilities, Fetch, Receipt
from domain.principals import Principal, PrincipalKind, Role
from domain.records import (
    AcademicHistory,
    Person,
    PersonName,
    Registration,
    RegistrationStatus,
    Section,
    SectionInstructor,
    SectionStatus,
)
from domain.texts import WrittenText
from evals.installation import ROOT
from graphs.assembly import Provost, assemble
from graphs.connections import Readers
from graphs.settings import Settings
from graphs.systems import Systems

TERM, STARTS, ENDS = TermCode("202680"), date(2026, 8, 24), date(2026, 12, 11)
ZONE = ZoneInfo("America/New_York")
SECTION = SectionKey(TERM, Crn("10001"))
ADVISORS = 2


def noon(day: int) -> datetime:
    """Noon on campus, so many days after the first day of class."""
    return datetime(2026, 8, 24, 12, tzinfo=ZONE).astimezone(UTC) + timedelta(days=day)


def fetch(rows: Sequence, *, complete: bool = True, now: datetime | None = None) -> Fetch:
    return Fetch(source="canvas", rows=tuple(rows), complete=complete, read_at=now or noon(0))


@dataclass
class ClassCampus:
    """One class of ``students``; the last ``quiet`` of them stop after ``stops`` days, until they are ``back``.

    ``fails`` names broken reads, ``offers`` what the class has to work with beside its assignments.
    """

    students: int = 24
    quiet: int = 3
    stops: int = 14
    back: int = 999
    until: int = 30
    fails: set[str] = field(default_factory=set)
    texts: list[tuple[int, datetime, str]] = field(default_factory=list)
    reads: list[tuple[str, datetime | None]] = field(default_factory=list)
    dropped: dict[int, date] = field(default_factory=dict)
    marks: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    unknown_to_lms: set[int] = field(default_factory=set)
    past: list[tuple[int, str, str, str]] = field(default_factory=list)
    offers: list[Resource] = field(default_factory=list)
    handles: dict[SisPersonId, RecordHandle] = field(default_factory=dict)

    def sis_id(self, number: int) -> SisPersonId:
        return SisPersonId(f"N{number:05}")

    def handle(self, number: int) -> RecordHandle:
        return self.handles[self.sis_id(number)]

    def is_quiet(self, number: int, day: int) -> bool:
        return number >= self.students - self.quiet and self.stops <= day < self.back

    # the student information system
    def read_sections(self, term: TermCode) -> Fetch:
        teacher = SectionInstructor(sis_id=SisPersonId("T1"), primary=True)
        section = Section(
            key=SECTION, subject="BIOL", course_number="101", sequence="001", title="Biology",
            status=SectionStatus.OPEN, start_on=STARTS, end_on=ENDS, instructors=(teacher,),
        )  # fmt: skip
        lab = section.model_copy(update={"key": SectionKey(TERM, Crn("10002")), "linked_to": Crn("10001")})
        return fetch([section, lab])

    def read_section(self, key: SectionKey) -> Section:
        return next(row for row in self.read_sections(key.term).rows if row.key == key)

    def read_registrations(self, term: TermCode) -> Fetch:
        rows = [
            Registration(
                section=SECTION, person=self.sis_id(n), registered_on=STARTS - timedelta(days=30),
                status=RegistrationStatus.DROPPED if n in self.dropped else RegistrationStatus.REGISTERED,
                status_on=self.dropped.get(n),
            )
            for n in range(self.students)
        ]  # fmt: skip
        return fetch(rows, complete="registrations" not in self.fails)

    def read_section_registrations(self, section: SectionKey) -> Fetch:
        return self.read_registrations(section.term)

    def read_person(self, person: SisPersonId) -> Person:
        return Person(sis_id=person, legal_name=PersonName(full=f"Student {person}"))

    def read_histories(self) -> Fetch:
        return fetch(
            AcademicHistory(person=self.sis_id(n), advisor=SisPersonId(f"A{n % ADVISORS}"))
            for n in range(self.students)
        )

    # relationships
    def read_advisors(self, student: SisPersonId) -> Fetch:
        return fetch([SisPersonId(f"A{int(student[1:]) % ADVISORS}")])

    def read_advisees(self, advisor: SisPersonId) -> Fetch:
        return fetch([self.sis_id(n) for n in range(self.students) if f"A{n % ADVISORS}" == advisor])

    def read_confidential(self, people) -> Fetch:
        return fetch([])

    # the learning management system
    def read_assignments(self, section: SectionKey) -> Fetch:
        self.reads.append(("assignments", None))
        return fetch(
            Assignment(
                id=AssignmentId(500 + week), section=section, name=f"Essay {week}", kind=WorkKind.ASSIGNMENT,
                grading="points", points=Decimal(20), due_at=noon(7 * week + 4),
            )
            for week in range(1, 15)
        )  # fmt: skip

    def read_submissions(self, section: SectionKey, since: datetime | None = None) -> Fetch:
        self.reads.append(("submissions", since))
        return fetch(
            [
                row
                for row in self._submissions(section)
                if since is None or (row.posted_at or row.submitted_at) >= since
            ],
            complete="submissions" not in self.fails,
        )

    def _submissions(self, section: SectionKey) -> Iterator[Submission]:
        for week in range(1, 15):
            for n in range(self.students):
                at = noon(7 * week + 3)
                if at > noon(self.until) or self.is_quiet(n, 7 * week + 3):
                    continue
                posted = noon(7 * week + 9)
                seen = posted <= noon(self.until)
                yield Submission(
                    assignment=AssignmentId(500 + week), section=section, person=self.handle(n), submitted_at=at,
                    posted_at=posted if seen else None,
                    score=self.marks.get((week, n), Decimal(12 + n % 7)) if seen else None,
                )  # fmt: skip

    def read_last_access(self, section: SectionKey) -> Fetch:
        everyone = (n for n in range(self.students) if n not in self.unknown_to_lms)
        return fetch(LastAccess(section=section, person=self.handle(n), at=None) for n in everyone)

    def read_contributions(self, section: SectionKey, since: datetime | None = None) -> Fetch:
        self.reads.append(("contributions", since))
        rows = [
            Contribution(section=section, person=self.handle(n), at=noon(day), topic="1", entry=f"{day}-{n}")
            for day in range(2, self.until + 1, 7)
            for n in range(self.students)
            if not self.is_quiet(n, day) and (since is None or noon(day) >= since)
        ]
        return fetch(rows, complete="contributions" not in self.fails)

    def read_activity(self, section: SectionKey, since: datetime | None = None) -> Fetch:
        self.reads.append(("activity", since))
        first = None if since is None else since.astimezone(ZONE).date()
        rows = [
            ActivityDay(section=section, person=self.handle(n), day=day, views=3 + (n + at) % 4)
            for at in range(self.until + 1)
            for n in range(self.students)
            if (n + at) % 3 and not self.is_quiet(n, at)
            for day in [STARTS + timedelta(days=at)]
            if first is None or day >= first
        ]
        return fetch(rows, complete="activity" not in self.fails)

    def read_resources(self, section: SectionKey) -> Fetch:
        return fetch(self.offers)

    def read_uses(self, section: SectionKey, person: RecordHandle | None = None) -> Fetch:
        self.reads.append(("uses", None))
        return fetch([])

    # studies
    def read_programmes(self, people: Sequence[RecordHandle]) -> Fetch:
        return fetch([])

    def read_past_courses(self, people: Sequence[RecordHandle]) -> Fetch:
        return fetch(
            PastCourse(person=self.handle(n), term=term, course=course, letter=letter, earned=Decimal(3))
            for n, term, course, letter in self.past
            if self.handle(n) in people
        )

    def read_attendance(self, section: SectionKey) -> Fetch:
        return fetch([])

    # what people write
    def read_texts(self, since: datetime | None) -> Fetch:
        return fetch(
            [
                WrittenText(person=self.handle(n), at=at, source="LMS inbox", record=f"message {place}", text=text)
                for place, (n, at, text) in enumerate(self.texts)
                if since is None or at >= since
            ]
        )


class Inbox:
    """Takes messages as Canvas would, and remembers them."""

    def __init__(self) -> None:
        self.sent: dict[str, SendMessage] = {}

    def capabilities(self) -> Capabilities:
        return Capabilities(system="canvas", version="1", reads=frozenset(), writes=frozenset({"send_message"}))

    def observe(self, changes: Sequence[Change]) -> dict:
        return {
            each.change_id: Image(fields={"marker": each.marker}) if each.marker in self.sent else Image.absent()
            for each in changes
        }

    def apply(self, changes: Sequence[Change]) -> dict:
        for each in changes:
            self.sent[each.marker] = each
        return {each.change_id: Receipt(change=each.change_id, accepted=True) for each in changes}


@dataclass
class Site:
    """The campus, the installation on it, and what it sent."""

    campus: ClassCampus
    provost: Provost
    inbox: Inbox
    settings: Settings

    @contextmanager
    def on_day(self, day: int) -> Iterator[None]:
        """Let it be noon of a day, everything until the day before having happened."""
        self.campus.until = day
        with time_machine.travel(noon(day), tick=True):
            yield

    def advisor(self, number: int) -> Principal:
        sis_id = SisPersonId(f"A{number}")
        person = self.provost.identities.handles([sis_id])[sis_id]
        return Principal(id=f"adv{number}", kind=PrincipalKind.PERSON, roles=frozenset({Role.ADVISOR}), person=person)

    def reopen(self) -> None:
        """Start the installation anew from its files, as after a crash."""
        self.provost.close()
        self.provost = open_on(self.campus, self.settings, self.inbox)


def write_files(folder: Path, alerts: dict | None = None, **limits: object) -> Settings:
    """Write the files of an installation; ``alerts`` overrides keys of the alert file."""
    part = {"code": "full", "start_on": STARTS, "end_on": ENDS, "census_on": date(2026, 9, 14)}
    part |= {"add_drop_end_on": date(2026, 9, 4), "withdraw_end_on": date(2026, 10, 30)}
    part |= {"grades_open_on": date(2026, 12, 7), "grades_close_on": date(2026, 12, 18)}
    calendar = {"term": TERM, "parts": [part]}
    institution = {"name": "Test", "time_zone": "America/New_York", "calendars": [calendar]}
    (folder / "institution.yaml").write_text(yaml.safe_dump(institution), encoding="utf-8")
    content = yaml.safe_load((ROOT / "provost.alerts.yaml").read_text(encoding="utf-8"))
    content |= alerts or {}
    content["limits"] |= limits
    (folder / "alerts.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    policy = (ROOT / "provost.policy.yaml").read_text(encoding="utf-8").replace("wait_seconds: 0.5", "wait_seconds: 0")
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    return Settings(
        home=folder / "home",
        policy_file=folder / "policy.yaml",
        institution_file=folder / "institution.yaml",
        access_file=ROOT / "provost.access.yaml",
        scope_file=ROOT / "provost.scope.yaml",
        alerts_file=folder / "alerts.yaml",
    )


def open_on(campus: ClassCampus, settings: Settings, inbox: Inbox) -> Provost:
    """Open an installation whose readers are the campus."""
    provost = assemble(settings)
    people = [*(campus.sis_id(n) for n in range(campus.students)), SisPersonId("T1")]
    campus.handles = dict(provost.identities.handles(people))
    readers = Readers(
        sis=campus, lms=SimpleNamespace(observe=inbox.observe), relationships=campus, identities=campus, feed=None,
        canvas=None, file_store=None, classroom=campus, records=campus, texts=(campus,),
    )  # fmt: skip
    provost.__dict__["readers"] = readers
    appliers = {"casedesk": provost.casedesk, "canvas": inbox}
    systems = Systems(provost._base, readers, appliers, None)
    systems.__dict__["observers"] = appliers
    provost.__dict__["systems"] = systems
    return provost


@contextmanager
def open_site(folder: Path, campus: ClassCampus | None = None, alerts: dict | None = None, **limits: object):
    """Open a campus with an installation on it."""
    there, inbox = campus or ClassCampus(), Inbox()
    settings = write_files(folder, alerts, **limits)
    site = Site(there, open_on(there, settings, inbox), inbox, settings)
    try:
        yield site
    finally:
        site.provost.close()
