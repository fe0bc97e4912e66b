"""Sections in order with violations planted: every hard rule must find its own and nothing else (R76 to R98)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from agents.grades.sheet import GradeSheet, SheetSources, make_sheet
from domain.grades import (
    GradebookRow,
    GradeColumn,
    GradeMeaning,
    GradeOptions,
    GradeStage,
    GradingPractice,
    InstructorEntry,
    LegalGrade,
    SectionGrading,
)
from domain.ids import Crn, RecordHandle, SectionKey, TermCode
from domain.institution import PartOfTerm
from domain.records import GradeMode, RegistrationStatus

STUDENTS = 60
_SECTION = SectionKey(TermCode("202680"), Crn("10001"))
_OTHER = SectionKey(TermCode("202680"), Crn("10002"))
_START, _END = date(2026, 8, 24), date(2026, 12, 11)
_CUTS = ((90, "A"), (80, "B"), (70, "C"), (0, "F"))
_LETTERS = (
    *(LegalGrade(letter=letter, meaning=GradeMeaning.PASSING) for letter in ("A", "B", "C")),
    LegalGrade(letter="F", meaning=GradeMeaning.FAILING),
    LegalGrade(letter="I", meaning=GradeMeaning.INCOMPLETE),
    LegalGrade(letter="NR", meaning=GradeMeaning.NO_GRADE),
    LegalGrade(letter="W", meaning=GradeMeaning.WITHDRAWN),
)


class Seat(NamedTuple):
    """One student as SIS, LMS and instructor have them; None where one has nothing."""

    options: GradeOptions | None
    row: GradebookRow | None
    entry: InstructorEntry | None


class RuleScore(NamedTuple):
    """How many violations were planted and found under their own rule, and how many blocks nobody planted."""

    planted: int
    found: int
    invented: int
    clean: int


def _options(seat: Seat, **changed: object) -> Seat:
    return seat._replace(options=seat.options.model_copy(update=changed) if seat.options else None)


def _row(seat: Seat, **changed: object) -> Seat:
    return seat._replace(row=seat.row.model_copy(update=changed) if seat.row else None)


def _scores(seat: Seat, score: Decimal) -> Seat:
    names = ("current_score", "final_score", "unposted_current_score", "unposted_final_score")
    return _row(seat, **dict.fromkeys(names, score))


def _entry(seat: Seat, **changed: object) -> Seat:
    assert seat.options is not None
    return seat._replace(entry=InstructorEntry.model_validate({"person": seat.options.person, **changed}))


VIOLATIONS: tuple[tuple[str, Callable[[Seat], Seat]], ...] = (
    ("R76", lambda seat: _entry(seat, letter="H")),
    ("R76", lambda seat: _options(seat, gradable=None)),
    ("R77", lambda seat: _options(seat, mode=GradeMode.UNKNOWN)),
    ("R79", lambda seat: _options(seat, mode=GradeMode.AUDIT)),
    ("R80", lambda seat: _options(seat, status=RegistrationStatus.WITHDRAWN, final_letter="W")),
    ("R80", lambda seat: _entry(seat, letter="W")),
    ("R81", lambda seat: _entry(seat, letter="I")),
    ("R81", lambda seat: _entry(seat, letter="I", incomplete_default="F")),
    ("R83", lambda seat: _entry(_options(seat, final_letter="B"), letter="NR")),
    ("R84", lambda seat: _entry(seat, letter="F")),
    ("R84", lambda seat: _entry(seat, letter="F", last_engagement_on=date(2027, 1, 4))),
    ("R85", lambda seat: _row(seat, final_score=Decimal(31), unposted_final_score=Decimal(31))),
    ("R86", lambda seat: _row(seat, unposted_current_score=Decimal("12.5"))),
    ("R87", lambda seat: _row(seat, current_letter=None, final_letter=None)),
    ("R88", lambda seat: seat._replace(options=None)),
    ("R89", lambda seat: seat._replace(row=None, entry=None)),
    ("R90", lambda seat: _row(seat, section=_OTHER)),
    ("R93", lambda seat: _options(seat, stage=GradeStage.ROLLED)),
    ("R97", lambda seat: _options(_entry(seat, letter="A"), final_letter="C", stage=GradeStage.ENTERED)),
    ("S201", lambda seat: _scores(seat, Decimal(870))),
)
"""Each rule that judges one student, with what breaks it and nothing besides."""


def score_hard_rules(sections: int, seed: int) -> RuleScore:
    """Plant each violation once per section on students drawn at random, and count what the sheet keeps."""
    random = Random(seed)  # noqa: S311 a simulation
    found = invented = clean = 0
    for _ in range(sections):
        seats = [_clean_seat(number, random) for number in range(STUDENTS)]
        planted = {}
        for (rule, breaks), place in zip(VIOLATIONS, random.sample(range(STUDENTS), len(VIOLATIONS)), strict=True):
            seats[place] = breaks(seats[place])
            planted[_person(place)] = rule
        kept = _kept(make_sheet(_sources(seats)))
        found += sum(rule in kept.get(person, ()) for person, rule in planted.items())
        invented += sum(rule != planted.get(person) for person, rules in kept.items() for rule in rules)
        clean += STUDENTS - len(VIOLATIONS)
    return RuleScore(sections * len(VIOLATIONS), found, invented, clean)


def _person(number: int) -> RecordHandle:
    return RecordHandle(f"per_{number:04}")


def _clean_seat(number: int, random: Random) -> Seat:
    person, score = _person(number), Decimal(random.randint(4000, 10000)) / 100
    letter = next(letter for cut, letter in _CUTS if score >= cut)
    options = GradeOptions(
        section=_SECTION,
        person=person,
        status=RegistrationStatus.REGISTERED,
        mode=GradeMode.STANDARD,
        gradable=True,
        grades=_LETTERS,
        stage=GradeStage.NOT_ENTERED,
    )
    row = GradebookRow(
        section=_SECTION,
        person=person,
        current_score=score,
        current_letter=letter,
        final_score=score,
        final_letter=letter,
        unposted_current_score=score,
        unposted_final_score=score,
    )
    return Seat(options, row, InstructorEntry(person=person, last_engagement_on=date(2026, 11, 30)))


def _sources(seats: list[Seat]) -> SheetSources:
    return SheetSources(
        section=SectionGrading(
            section=_SECTION, modes=frozenset({GradeMode.STANDARD}), has_scheme=True, start_on=_START, end_on=_END
        ),
        column=GradeColumn.FINAL,
        practice=GradingPractice(ungraded_is_zero=False),
        part=_part(),
        zone=ZoneInfo("America/Chicago"),
        now=datetime(2026, 12, 14, 15, tzinfo=UTC),
        options=tuple(seat.options for seat in seats if seat.options),
        rows=tuple(seat.row for seat in seats if seat.row),
        entries=tuple(seat.entry for seat in seats if seat.entry),
    )


def _part() -> PartOfTerm:
    return PartOfTerm(
        code="full",
        start_on=_START,
        end_on=_END,
        census_on=date(2026, 9, 14),
        add_drop_end_on=date(2026, 9, 4),
        withdraw_end_on=date(2026, 10, 30),
        grades_open_on=date(2026, 12, 7),
        grades_close_on=date(2026, 12, 18),
    )


def _kept(sheet: GradeSheet) -> dict[RecordHandle, list[str]]:
    return {one.person: [block.rule for block in one.blocks] for one in sheet.kept}
