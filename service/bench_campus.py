"""A whole campus for the console's benchmark, kept in memory behind the readers of a real installation."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml
from sqlalchemy import insert

from domain.alerting import AlertLevel, AlertState, Channel, Intervention, IssueType, Party
from domain.changes import Change, Deactivate, SendMessage, Tier
from domain.identities import Identity, KnownName, KnownPerson, NameUse, PersonKind
from domain.ids import Crn, PrincipalId, RecordHandle, RuleId, SectionKey, SisPersonId, TermCode
from domain.images import Image
from domain.plans import Plan
from domain.ports import Fetch
from domain.principals import Principal, PrincipalKind, Role
from domain.records import Registration, RegistrationStatus, Section, SectionInstructor, SectionStatus
from evals.installation import ROOT
from graphs.runner import ROSTER_AGENT, new_run
from graphs.settings import Settings
from store.alerts import AlertDetail, NewAlert
from store.alerts.records import Shown
from store.casedesk import RiskRow

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from graphs.connections import Readers

ADVISORS, ROSTER, ALERTED = 150, 80, 53
TERM = TermCode("202680")
SECTION = SectionKey(TERM, Crn("10001"))
_FILE_DATES = {
    "start_on": date(2026, 1, 1), "end_on": date(2030, 1, 1), "census_on": date(2026, 2, 1),
    "add_drop_end_on": date(2026, 2, 1), "withdraw_end_on": date(2029, 1, 1),
    "grades_open_on": date(2029, 12, 1), "grades_close_on": date(2030, 1, 5),
}  # fmt: skip


@dataclass
class Campus:
    """Who advises and teaches whom; fits the readers as far as the console asks them."""

    students: int = 0

    def read_advisees(self, advisor: SisPersonId) -> Fetch[SisPersonId]:
        """Return every so-manieth student."""
        return _fetch([_student(n) for n in range(int(advisor[1:]), self.students, ADVISORS)])

    def read_advisors(self, student: SisPersonId) -> Fetch[SisPersonId]:
        """Return the one advisor."""
        return _fetch([SisPersonId(f"A{int(student[1:]) % ADVISORS}")])

    def read_taught(self, instructor: SisPersonId, ended_after: date) -> Fetch[Section]:
        """Return the one class."""
        del instructor, ended_after
        return _fetch([_section()])

    def read_section(self, key: SectionKey) -> Section:
        """Return the one class."""
        del key
        return _section()

    def read_section_registrations(self, key: SectionKey) -> Fetch[Registration]:
        """Return a roster."""
        rows = [
            Registration(section=key, person=_student(n), status=RegistrationStatus.REGISTERED) for n in range(ROSTER)
        ]
        return _fetch(rows)

    read_roster = read_section_registrations


@dataclass
class BenchHouse:
    """The installation, who looks, and what they look at."""

    provost: "Provost"
    campus: Campus
    people: dict[str, Principal] = field(default_factory=dict)
    advisees: tuple[RecordHandle, ...] = ()
    section: SectionKey = SECTION
    request: str = ""


@contextmanager
def open_house(folder: Path) -> Iterator[BenchHouse]:
    """Open an installation whose other systems are in memory."""
    from graphs.assembly import assemble

    calendar = {"term": TERM, "parts": [{"code": "full", **_FILE_DATES}]}
    institution = {"name": "Bench", "time_zone": "America/New_York", "calendars": [calendar]}
    (folder / "institution.yaml").write_text(yaml.safe_dump(institution), encoding="utf-8")
    files: Mapping[str, Any] = {f"{name}_file": ROOT / f"provost.{name}.yaml" for name in ("policy", "access", "scope")}
    settings = Settings(
        home=folder / "home", institution_file=folder / "institution.yaml", alerts_file=ROOT / "provost.alerts.yaml",
        **files,
    )  # fmt: skip
    with assemble(settings) as provost:
        campus = Campus()
        provost.__dict__["readers"] = _readers(campus)
        yield BenchHouse(provost, campus)


def furnish(house: BenchHouse, students: int, requests: int) -> None:
    """Fill the installation: people, scores, alerts, requests that wait, and who looks."""
    provost, house.campus.students = house.provost, students
    ids = [*(_student(n) for n in range(students)), *(SisPersonId(f"A{n}") for n in range(ADVISORS)), SisPersonId("T1")]
    handles = provost.identities.handles(ids)
    provost.boundary.known.update(
        (_known(handles[one], number) for number, one in enumerate(ids[:students])), complete=True
    )
    people = [handles[one] for one in ids[:students]]
    _score_all(provost, people)
    provost.alerts.add([_alert(people[number], number) for number in range(0, students, ALERTED)], "agent:early_alert")
    house.advisees = tuple(people[0::ADVISORS])
    asked = [_ask(provost, people, number) for number in range(requests)]
    house.request = asked[0]
    _name(house, "registrar", Role.REGISTRAR, None)
    _name(house, "advisor", Role.ADVISOR, handles[SisPersonId("A0")])
    _name(house, "instructor", Role.INSTRUCTOR, handles[SisPersonId("T1")])


def _readers(campus: Campus) -> "Readers":
    from graphs.connections import Readers

    nothing = cast(Any, None)
    return Readers(
        sis=cast(Any, campus), lms=nothing, relationships=cast(Any, campus), identities=nothing, feed=None,
        canvas=nothing, file_store=nothing,
    )  # fmt: skip


def _name(house: BenchHouse, name: str, role: Role, person: RecordHandle | None) -> None:
    house.people[name] = Principal(
        id=PrincipalId(name), kind=PrincipalKind.PERSON, roles=frozenset({role}), person=person
    )


def _ask(provost: "Provost", people: list[RecordHandle], number: int) -> str:
    """Put one request before the registrar or, every second one, before an advisor."""
    person = people[number * 7 % len(people)]
    change: Change = _message(person, number) if number % 2 else _removal(person, number)
    plan = Plan(
        run=new_run(), topic=change.topic, requested_by=ROSTER_AGENT.id, made_at=provost.clock.now(), changes=(change,)
    )
    return provost.approvals.request(plan)


def _removal(person: RecordHandle, number: int) -> Deactivate:
    return Deactivate(
        section=SectionKey(TERM, Crn(str(20000 + number))), person=person, rule=RuleId("R49"), tier=Tier.PROPOSE,
        topic="dropped in the SIS", before=Image(fields={"state": "active"}), after=Image(fields={"state": "inactive"}),
    )  # fmt: skip


def _message(person: RecordHandle, number: int) -> SendMessage:
    return SendMessage(
        recipient=person, marker=f"provost-{number}", subject="Your course", body="Work is still open.",
        rule=RuleId("S140"), tier=Tier.PROPOSE, topic=f"nudge alr_{number}", before=Image.absent(),
        after=Image(fields={"marker": f"provost-{number}"}),
    )  # fmt: skip


def _score_all(provost: "Provost", people: list[RecordHandle]) -> None:
    now = provost.clock.now()
    rows = [{"person": who, "score": str(n * 37 % 100), "reasons": [], "set_at": now} for n, who in enumerate(people)]
    with provost.database.session() as session:
        session.connection().execute(insert(RiskRow), rows)


def _alert(person: RecordHandle, number: int) -> NewAlert:
    detail = AlertDetail(
        risk=Decimal("0.8"), model="bench", week=9, base=0.0, parts={"engagement": 1.0, "timeliness": 2.0},
        reasons=(Shown(signal="missing", seen=1, section_median=0, text="share of due work not handed in: 1"),),
        features={f"feature_{place}": 1.0 for place in range(40)},
    )  # fmt: skip
    return NewAlert(
        id=f"alr_{number:016}", person=person, section=SECTION, owner="", advisor="", issue=IssueType.MISSED_WORK,
        level=AlertLevel.HIGH, party=Party.ADVISOR, channel=Channel.CASE_DESK, state=AlertState.OPEN,
        intervention=Intervention.ADVISOR_OUTREACH, route="bench", marker=f"provost-alert-{number}", run=new_run(),
        raised_on=datetime.now(UTC).date(), due_on=datetime.now(UTC).date() + timedelta(days=2), detail=detail,
    )  # fmt: skip


def _known(person: RecordHandle, number: int) -> KnownPerson:
    name = KnownName(first=f"First{number}", last=f"Last{number % 997}", use=NameUse.LEGAL)
    identity = Identity(sis_id=_student(number), kind=PersonKind.STUDENT, names=(name,))
    return KnownPerson(handle=person, identity=identity)


def _student(number: int) -> SisPersonId:
    return SisPersonId(f"N{number:06}")


def _section() -> Section:
    return Section(
        key=SECTION, subject="BIOL", course_number="101", sequence="001", title="Biology", status=SectionStatus.OPEN,
        start_on=date(2026, 1, 1), end_on=date(2030, 1, 1), instructors=(SectionInstructor(sis_id=SisPersonId("T1")),),
    )  # fmt: skip


def _fetch(rows: list[Any]) -> Fetch[Any]:
    return Fetch(source="banner", rows=tuple(rows), complete=True, read_at=datetime.now(UTC))
