"""A small campus with something for everybody to do: requests that wait, alerts, holds on grades."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import yaml

from domain.alerting import AlertLevel, AlertState, Channel, Intervention, IssueType, Party
from domain.changes import CreateTicket, SetRiskScore, Tier
from domain.grade_holds import GradeHold, HoldKind, hold_id
from domain.ids import PrincipalId, RecordHandle, RuleId, RunId, SectionKey, SisPersonId
from domain.images import Image
from domain.plans import Plan
from domain.principals import PrincipalKind, Role
from domain.records import RegistrationStatus
from evals.campus import POLICY, Trial, install
from graphs.assembly import Provost
from graphs.runner import NOTICE, ROSTER_AGENT, new_run
from simulator.banner.tables import Person
from simulator.campus import Campus
from store.alerts import AlertDetail, NewAlert
from store.alerts.records import Shown

AS_OF = datetime.fromisoformat("2026-10-26T13:00:00+00:00")
UNHURRIED = {
    "development_sign_in": True,
    "api_per_minute": 10_000,
    "chat_per_minute": 1_000,
    "sign_in_per_minute": 1_000,
}
SUPERVISED = re.compile(r'(match: "roster:\*"\n    phase: )4')
ISSUES = (IssueType.MISSED_WORK, IssueType.ENGAGEMENT, IssueType.LOW_MARKS)
REASONS = (
    ("missing", "share of due work not handed in: 67%; section median 0%"),
    ("few_days", "active days in the last 14, far under the section: 1; section median 5"),
)


@dataclass
class House:
    """The installation, and who is who in it."""

    trial: Trial
    section: SectionKey
    students: tuple[RecordHandle, ...]

    @property
    def provost(self) -> Provost:
        return self.trial.provost

    def person(self, handle: RecordHandle) -> Person:
        """The student as the campus's Banner has them, name and all."""
        sis_id = self.provost.identities.person(handle)
        return next(one for one in self.trial.campus.banner.persons.values() if one.banner_id == sis_id)

    def writes(self) -> int:
        """How many effective writes the campus's Canvas has seen, by its own log."""
        return len(self.trial.campus.canvas.log.since(0))


@contextmanager
def open_house(folder: Path, students: int = 50) -> Iterator[House]:
    """Open the campus, its rosters supervised, so that every change of a roster waits for the registrar."""
    policy = folder / "policy.yaml"
    shipped = POLICY.read_text(encoding="utf-8").replace("since: 2026-11-23", "since: 2026-01-01")
    hasty = re.sub(r"wait_seconds: [\d.]+", "wait_seconds: 0.05", shipped)
    policy.write_text(SUPERVISED.sub(r"\g<1>3", hasty, count=1), encoding="utf-8")
    campus = Campus.build(students=students, seed=21, learning="planted", as_of=AS_OF)
    with campus, install(campus, folder / "home", policy_file=policy) as trial:
        keep_interim_open(folder / "home" / "institution.yaml")
        trial.restart(web=UNHURRIED)
        trial.reconcile()
        trial.provost.refresh_directory("setup")
        yield furnish(trial)


def keep_interim_open(institution: Path) -> None:
    """Let interim grades be taken on the day of the tests, so that a sheet may be attested."""
    content = yaml.safe_load(institution.read_text(encoding="utf-8"))
    parts = {part["code"] for term in content["calendars"] for part in term["parts"]}
    window = {"open_on": "2026-09-28", "freeze_on": "2026-11-06"}
    content["grading"]["interim"] = [{"part": part, **window} for part in sorted(parts)]
    institution.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def furnish(trial: Trial) -> House:
    """Name people, raise alerts, hold grades and ask for a few equal things of low risk."""
    provost = trial.provost
    registered = [
        row for row in provost.sis.read_registrations(trial.term).rows if row.status is RegistrationStatus.REGISTERED
    ]
    advised = Counter(row.advisor for row in provost.sis.read_histories().rows if row.advisor)
    advisor = advised.most_common(1)[0][0]
    sections = {row.key: row for row in provost.sis.read_sections(trial.term).rows}
    largest = [key for key, _ in Counter(row.section for row in registered).most_common()]
    taught = (key for key in largest if sections[key].instructors and sections[key].lms == "canvas")
    section = next(key for key in taught if _collects(provost, key))
    teacher = next(one.sis_id for one in sections[section].instructors if not one.assistant)
    add(provost, "registrar-ana", Role.REGISTRAR)
    add(provost, "registrar-ben", Role.REGISTRAR)
    add(provost, "technician-hal", Role.INSTRUCTIONAL_TECHNOLOGY)
    add(provost, "advisor-dana", Role.ADVISOR, advisor)
    add(provost, "instructor-eli", Role.INSTRUCTOR, teacher)
    add(provost, "student-fay", Role.STUDENT, registered[0].person)
    advisees = provost.readers.relationships.read_advisees(advisor).rows
    people = tuple(provost.identities.handles(sorted(advisees)).values())[:6]
    faculty = (one.sis_id for row in sections.values() for one in row.instructors)
    add(provost, "advisor-gil", Role.ADVISOR, next(one for one in faculty if one not in advised))
    raise_alerts(provost, people, section)
    hold_grades(provost, section, people[0])
    for number in range(3):
        ask_for_ticket(provost, number)
    return House(trial, section, people)


def _collects(provost: Provost, section: SectionKey) -> bool:
    """Whether anybody handed anything in online."""
    classroom = provost.readers.classroom
    return classroom is not None and any(row.submitted_at for row in classroom.read_submissions(section).rows)


def add(provost: Provost, name: str, role: Role, person: SisPersonId | None = None) -> None:
    handle = provost.identities.handles([person])[person] if person else None
    provost.principals.add(PrincipalId(name), PrincipalKind.PERSON, [role], person=handle, demo=True)


def raise_alerts(provost: Provost, people: tuple[RecordHandle, ...], section: SectionKey) -> None:
    scores = [96 - 11 * place for place in range(len(people))]
    provost.alerts.add(
        [
            alert(person, section, place, score)
            for place, (person, score) in enumerate(zip(people, scores, strict=True))
        ],
        "agent:early_alert",
    )
    provost.alerts.settle([f"alr_{place:016}" for place in range(len(people))], AlertState.OPEN, "agent:early_alert")
    provost.casedesk.apply([score_of(person, score) for person, score in zip(people, scores, strict=True)])


def alert(person: RecordHandle, section: SectionKey, place: int, score: int) -> NewAlert:
    detail = AlertDetail(
        risk=Decimal(score) / 100,
        model="linear-3-2013B-2013J",
        week=9,
        base=-0.27,
        parts={"engagement": 1.96, "timeliness": 2.41, "achievement": 0.44, "standing": -1.19},
        reasons=tuple(Shown(signal=name, seen=1, section_median=0, text=text) for name, text in REASONS),
    )
    return NewAlert(
        id=f"alr_{place:016}",
        person=person,
        section=section,
        owner="",
        advisor="",
        issue=ISSUES[place % len(ISSUES)],
        level=AlertLevel.URGENT if score > 85 else AlertLevel.HIGH,
        party=Party.ADVISOR,
        channel=Channel.CASE_DESK,
        intervention=Intervention.ADVISOR_OUTREACH,
        route="missed-work-urgent",
        marker=f"provost-{place:020}",
        run=RunId("run_000000000000"),
        raised_on=date(2026, 10, 20 + place),
        due_on=date(2026, 10, 27 + place % 3),
        detail=detail,
    )


def score_of(person: RecordHandle, score: int) -> SetRiskScore:
    return SetRiskScore(
        person=person, score=Decimal(score), reasons=(), rule=RuleId("S165"), tier=Tier.AUTO, topic="risk",
        before=Image.absent(), after=Image(fields={"score": str(score)}),
    )  # fmt: skip


def hold_grades(provost: Provost, section: SectionKey, person: RecordHandle) -> None:
    hold = GradeHold(
        id=hold_id(section, "mark"), section=section, kind=HoldKind.SUSPECT_MARK, person=person, column="Quiz 1",
        reason="Quiz 1: 7 was entered, about 70 was expected.",
    )  # fmt: skip
    with provost.ledger.session() as session:
        provost.grading.holds.place(hold, session)


def ask_for_ticket(provost: Provost, number: int) -> None:
    """Ask the registrar for a ticket that only a person may open: of low risk, and like its neighbours."""
    ticket = CreateTicket(
        marker=f"provost-look-{number}", title=f"Look at section {number}", body="Somebody should look.",
        rule=RuleId("S250"), tier=Tier.PROPOSE, topic=f"look {number}", before=Image.absent(),
        after=Image(fields={"marker": f"provost-look-{number}"}),
    )  # fmt: skip
    run = new_run()
    plan = Plan(
        run=run, topic=ticket.topic, requested_by=ROSTER_AGENT.id, made_at=provost.clock.now(), changes=(ticket,)
    )
    provost.runner.carry_out(run, NOTICE, plan)
