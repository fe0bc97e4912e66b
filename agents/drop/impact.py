"""Puts the impact statement together from the tables and the facts; it changes nothing and asks nobody (S115, S116)."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from agents.drop.academics import chain_lines, load_lines, progress_lines, work_lines
from agents.drop.aid import aid_lines, engagement_lines, report_lines
from agents.drop.charges import refund_lines, reinstatement_lines, transcript_lines
from agents.drop.names import NoticeName, QuestionName
from agents.drop.obstacles import obstacle_lines
from agents.drop.situation import ask, situate, tell
from agents.drop.statement import Figure, ImpactStatement, Line, Notice, OpenQuestion, Standing
from agents.drop.wording import TEMPLATE
from domain.calendar import local_day
from domain.drop_policy import DropPolicy, PolicyTable
from domain.drops import Drop, DropFacts, DropKind
from domain.rules.drop.evidence import is_registered_again

BLOCKING = frozenset({NoticeName.TERM_WITHDRAWAL, NoticeName.DEADLINE_PASSED, NoticeName.CONDUCT_BARS})
"""Notices that stop a drop request, and that a person looks at where the SIS registered the drop all the same."""
TOPICS = (
    obstacle_lines,
    transcript_lines,
    refund_lines,
    reinstatement_lines,
    load_lines,
    progress_lines,
    chain_lines,
    engagement_lines,
    aid_lines,
    report_lines,
    work_lines,
)


def plan_impact(facts: DropFacts, policy: DropPolicy) -> ImpactStatement:
    """Return what a drop means for the student, as asked for or as registered in the SIS.

    Where the policy has no table for the term and part, or a reading is missing, the statement says so and names the
    office; nothing is assumed. A drop after which the student registered again is superseded and carries no figures
    (R51, R52).
    """
    drop = facts.drop
    table = policy.table(drop.section.term, drop.part)
    if is_registered_again(drop.sequence, facts.registered_again_sequence):
        again = tell(NoticeName.REGISTERED_AGAIN, "R51", "no policy row: as the SIS shows it")
        return _statement(drop, policy, table, (again,), Standing.SUPERSEDED)
    if table is None:
        newest = max(policy.standards, key=lambda one: one.effective_term)
        missing = ask(QuestionName.TABLE, "S115", newest.records_office)
        return _statement(drop, policy, table, (missing,), Standing.FOR_A_PERSON)
    case = situate(facts, table)
    lines = [line for topic in TOPICS for line in topic(case)]
    return _statement(drop, policy, table, lines, standing_of(drop.kind, lines))


def plan_without_policy(facts: DropFacts, office: str, time_zone: str) -> ImpactStatement:
    """Return the statement of an institution that has written no policy: no figure, one question, a person decides."""
    drop = facts.drop
    again = is_registered_again(drop.sequence, facts.registered_again_sequence)
    notice = tell(NoticeName.REGISTERED_AGAIN, "R51", "no policy row: as the SIS shows it")
    return ImpactStatement(
        kind=drop.kind,
        standing=Standing.SUPERSEDED if again else Standing.FOR_A_PERSON,
        person=drop.person,
        section=drop.section,
        course=drop.course,
        policy="none",
        currency="",
        time_zone=time_zone,
        campus_day=local_day(drop.at, ZoneInfo(time_zone)) if drop.at is not None else None,
        send_to="" if again else office,
        notices=(notice,) if again else (),
        questions=() if again else (ask(QuestionName.POLICY, "S115", office),),
        template=TEMPLATE,
    )


def standing_of(kind: DropKind, lines: Iterable[Line]) -> Standing:
    """Return where the drop stands: blocked before asked, asked before routed, routed before ready (R112, R113, R115).

    What the SIS has registered cannot be blocked any more, so a person looks at it.
    """
    found = list(lines)
    told = {line.name for line in found if isinstance(line, Notice)}
    if told & BLOCKING:
        return Standing.BLOCKED if kind is DropKind.REQUESTED else Standing.FOR_A_PERSON
    if any(isinstance(line, OpenQuestion) for line in found):
        return Standing.FOR_A_PERSON
    return Standing.OFFICE_FIRST if NoticeName.OFFICE_FIRST in told else Standing.READY


def next_office(standing: Standing, lines: Sequence[Line]) -> str:
    """Return the office that comes next: of the obstacle, else of the first question, else of the population."""
    notices = [line for line in lines if isinstance(line, Notice)]
    questions = [line.office for line in lines if isinstance(line, OpenQuestion)]
    blocking = [line.office for line in notices if line.name in BLOCKING]
    first = [line.office for line in notices if line.name is NoticeName.OFFICE_FIRST]
    offices = {
        Standing.BLOCKED: blocking,
        Standing.FOR_A_PERSON: blocking + questions,
        Standing.OFFICE_FIRST: first,
    }
    return next(iter(offices.get(standing, ())), "")


def _statement(
    drop: Drop, policy: DropPolicy, table: PolicyTable | None, lines: Sequence[Line], standing: Standing
) -> ImpactStatement:
    return ImpactStatement(
        kind=drop.kind,
        standing=standing,
        person=drop.person,
        section=drop.section,
        course=drop.course,
        policy=table.name if table else policy.version,
        currency=policy.currency,
        time_zone=policy.time_zone,
        campus_day=local_day(drop.at, policy.zone) if drop.at is not None else None,
        send_to=next_office(standing, lines),
        figures=tuple(line for line in lines if isinstance(line, Figure)),
        notices=tuple(line for line in lines if isinstance(line, Notice)),
        questions=tuple(line for line in lines if isinstance(line, OpenQuestion)),
        template=TEMPLATE,
    )
