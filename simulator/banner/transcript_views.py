"""Transcripts as Ethos shows them: lines of earlier and rolled terms, what may replace a grade, and averages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from simulator.banner.grade_rows import GradeStep, RolledGrade
from simulator.banner.letters import LETTERS, NO_GRADE, WITHDRAWN, Letter, letter_of, scheme_guid
from simulator.banner.schedule_views import period_guid
from simulator.banner.state import BannerState
from simulator.banner.tables import PastGrade, Person, guid_of
from simulator.banner.wire import Json, reference, without_blanks

RECORDED_AFTER = timedelta(days=12)
"""How long after a term its grades are in academic history."""


class Averages(NamedTuple):
    """A student with the transcript lines that averages are made of."""

    guid: str
    student: Person
    lines: tuple[PastGrade, ...]


def list_past_grades(state: BannerState) -> list[PastGrade]:
    """Every transcript line."""
    return [line for lines in state.transcripts.values() for line in lines]


def find_past_grade(state: BannerState, guid: str) -> PastGrade | None:
    """A transcript line, rolled ones first, or None."""
    rolled = state.rolled.get(guid)
    lines: Iterable[PastGrade] = state.transcripts[rolled.student] if rolled else list_past_grades(state)
    return next((line for line in lines if line.guid == guid), None)


def letter_on(line: PastGrade) -> Letter:
    """The letter of a line."""
    return letter_of(line.scheme, line.grade)


def show_past_grade(state: BannerState, row: PastGrade) -> Json:
    """One transcript line; a rolled one names its section and what was changed since (E2)."""
    letter, rolled = letter_on(row), state.rolled.get(row.guid)
    recorded_on = rolled.recorded_on if rolled else state.calendar.terms[row.term].end_on + RECORDED_AFTER
    course: Json = {"detail": reference(row.course.guid), "name": row.course.code}
    return {
        "id": row.guid,
        "student": reference(row.student.guid),
        "academicPeriod": reference(period_guid(row.term)),
        "course": {**course, "section": reference(rolled.section)} if rolled and rolled.section else course,
        "grade": reference(letter.guid),
        "awardGradeScheme": reference(scheme_guid(row.scheme)),
        "credit": _credit(row, letter),
        "recordedOn": recorded_on.isoformat(),
        **(_history(rolled) if rolled else {}),
    }


def _credit(row: PastGrade, letter: Letter) -> Json:
    hours = row.course.credits
    return {
        "attemptedCredit": hours if letter.attempts else 0,
        "earnedCredit": hours if letter.earns else 0,
        "qualityPoint": {"value": str((letter.points or Decimal(0)) * hours)},
    }


def _history(rolled: RolledGrade) -> Json:
    present = rolled.steps[-1]
    return without_blanks(
        {
            "incompleteGrade": rolled.incomplete.to_json() if rolled.incomplete else None,
            "changeReason": reference(present.reason) if present.reason else None,
            "unverifiedGrade": reference(rolled.unverified) if rolled.unverified else None,
            "changeDetails": [_show_step(number, step) for number, step in enumerate(rolled.steps, start=1)],
        }
    )


def _show_step(number: int, step: GradeStep) -> Json:
    return without_blanks(
        {
            "sequenceNumber": number,
            "grade": reference(step.letter.guid),
            "changeReason": reference(step.reason) if step.reason else None,
            "recordedOn": step.on.isoformat(),
        }
    )


def show_line_options(_state: BannerState, row: PastGrade) -> Json:
    """What may replace a grade of academic history; nothing replaces a W."""
    letters = [each for each in LETTERS if each.scheme == row.scheme and each.is_given and each.value != NO_GRADE]
    return {
        "id": row.guid,
        "gradeScheme": reference(scheme_guid(row.scheme)),
        "grades": [{"grade": reference(each.guid), "value": each.value} for each in letters if row.grade != WITHDRAWN],
    }


def list_averages(state: BannerState) -> list[Averages]:
    """Students who have earlier grades."""
    return [_averages(state, guid) for guid in state.transcripts]


def _averages(state: BannerState, person: str) -> Averages:
    guid = guid_of("student-grade-point-averages", person)
    return Averages(guid, state.persons[person], tuple(state.transcripts[person]))


def averages_of(state: BannerState, person: str) -> list[Averages]:
    """The averages of one person, if there are any."""
    return [_averages(state, person)] if person in state.transcripts else []


def show_averages(_state: BannerState, row: Averages) -> Json:
    """Grade point averages per term and over all."""
    terms = sorted({line.term for line in row.lines})
    return {
        "id": row.guid,
        "student": reference(row.student.guid),
        "periodBased": [
            {
                "academicPeriod": reference(period_guid(term)),
                **average([line for line in row.lines if line.term == term]),
            }
            for term in terms
        ],
        "cumulative": [average(list(row.lines))],
    }


def average(lines: list[PastGrade]) -> Json:
    """Credits and the average; a student without a letter that counts has no value."""
    letters = [(letter_on(line), line.course.credits) for line in lines]
    counted = sum(hours for letter, hours in letters if letter.points is not None)
    points = sum(((letter.points or Decimal(0)) * hours for letter, hours in letters), Decimal(0))
    value = (points / counted).quantize(Decimal("0.01"), ROUND_HALF_UP) if counted else None
    return without_blanks(
        {
            "academicSource": "all",
            "value": str(value) if value is not None else None,
            "attemptedCredits": sum(hours for letter, hours in letters if letter.attempts),
            "earnedCredits": sum(hours for letter, hours in letters if letter.earns),
        }
    )
