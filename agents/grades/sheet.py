"""From a gradebook and the SIS's options to the sheet an instructor attests: what may go, what is kept and why.

The sheet is a pure function of what was read, so the same input gives the same hash, and the attestation is bound to
that hash (R92). Nothing leaves from here.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from domain.calendar import local_day
from domain.grades import (
    GradeBlock,
    GradebookRow,
    GradeColumn,
    GradeOptions,
    GradeSheetLine,
    GradingPractice,
    InstructorEntry,
    SectionGrading,
    content_hash,
)
from domain.ids import RecordHandle, SectionKey
from domain.institution import PartOfTerm
from domain.records import Record
from domain.rules.grades import authority, rosters, scores, sending, windows
from domain.rules.grades.case import GradeCase, hold, stop
from domain.rules.grades.judging import judge_grade

_ANSWER = "Release the mark if it is right, correct it in the gradebook, or confirm it."


class OpenHold(Protocol):
    """A hold as the sheet sees it; without a person it is a whole column's, and keeps the section back."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def person(self) -> RecordHandle | None: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102


class SheetSources(NamedTuple):
    """All that a sheet is made from.

    ``rows`` may be those of a whole cross-listed course; ``registered_in`` names for each person the sections of the
    course that the SIS registers them in (R90). ``holds`` are statistical holds, ``released`` the ids of those that a
    grader or the registrar has released or confirmed. ``unread`` says why the marks could not be looked at, if so.
    """

    section: SectionGrading
    column: GradeColumn
    practice: GradingPractice
    part: PartOfTerm | None
    zone: ZoneInfo
    now: datetime
    options: tuple[GradeOptions, ...]
    rows: tuple[GradebookRow, ...]
    entries: tuple[InstructorEntry, ...] = ()
    registered_in: Mapping[RecordHandle, frozenset[SectionKey]] = {}
    holds: tuple[OpenHold, ...] = ()
    released: frozenset[str] = frozenset()
    unread: str = ""


class KeptGrade(Record):
    """A student whose grade does not go, with every reason."""

    person: RecordHandle
    blocks: tuple[GradeBlock, ...]


class GradeSheet(Record):
    """What the instructor attests. ``stops`` keep the whole section back; ``already_held`` needs no sending (R96)."""

    section: SectionKey
    column: GradeColumn
    lines: tuple[GradeSheetLine, ...]
    kept: tuple[KeptGrade, ...]
    already_held: tuple[GradeSheetLine, ...]
    stops: tuple[GradeBlock, ...]

    @cached_property
    def attested(self) -> tuple[GradeSheetLine, ...]:
        """Every line that the instructor stands for, whether the SIS holds it yet or not, in the order of handles."""
        return tuple(sorted((*self.lines, *self.already_held), key=lambda line: line.person))

    @cached_property
    def hash(self) -> str:
        """Hash of all that the sheet says, whoever is kept included.

        How far the carrying has come makes no difference, so that what was refused can be sent again under the same
        attestation (R95, R96).
        """
        said = self.model_dump(mode="json", exclude={"lines", "already_held"})
        return content_hash({**said, "lines": [line.model_dump(mode="json") for line in self.attested]})


def make_sheet(sources: SheetSources) -> GradeSheet:
    """Return the sheet of one section and column, in the order of record handles (S85, S88, S199)."""
    key = sources.section.section
    here = {option.person: option for option in sources.options if option.section == key}
    rows = _rows_here(sources, key, frozenset(here))
    lines, kept, already = [], [], []
    for person in sorted(here.keys() | rows.keys()):
        line, blocks = _judge_person(sources, here.get(person), rows.get(person, ()))
        if blocks:
            kept.append(KeptGrade(person=person, blocks=blocks))
        elif line is not None and sending.is_already_held(here[person], sources.column, line.letter):
            already.append(line)
        elif line is not None:
            lines.append(line)
    return GradeSheet(
        section=key,
        column=sources.column,
        lines=tuple(lines),
        kept=tuple(kept),
        already_held=tuple(already),
        stops=judge_section_stops(sources),
    )


def judge_section_stops(sources: SheetSources) -> tuple[GradeBlock, ...]:
    """Return what keeps the whole section back: column, window, a suspect column (R91, R93, R94, S88)."""
    found = [windows.judge_column(sources.column), authority.judge_secondary_grading(sources.section)]
    if sources.unread:
        found.append(stop("S88", sources.unread, "Let the marks be read whole, then make the sheet again."))
    found.extend(
        stop("S86", one.reason, _ANSWER)
        for one in sources.holds
        if one.person is None and one.id not in sources.released
    )
    if sources.column is GradeColumn.FINAL:
        found.append(windows.judge_final_window(sources.part, sources.zone, sources.now))
    elif sources.column is GradeColumn.INTERIM:
        part = sources.section.part
        found.append(windows.judge_interim_window(sources.practice, part, sources.zone, sources.now))
    return tuple(filter(None, found))


def _rows_here(
    sources: SheetSources, key: SectionKey, roster: frozenset[RecordHandle]
) -> dict[RecordHandle, tuple[GradebookRow, ...]]:
    """Return each person's rows in this section, else those elsewhere of whom the SIS registers here (R90)."""
    here: dict[RecordHandle, tuple[GradebookRow, ...]] = {}
    elsewhere: dict[RecordHandle, tuple[GradebookRow, ...]] = {}
    for row in sources.rows:
        if row.section == key:
            here[row.person] = (*here.get(row.person, ()), row)
        elif row.person in roster:
            elsewhere[row.person] = (*elsewhere.get(row.person, ()), row)
    return {**elsewhere, **here}


def _judge_person(
    sources: SheetSources, options: GradeOptions | None, rows: tuple[GradebookRow, ...]
) -> tuple[GradeSheetLine | None, tuple[GradeBlock, ...]]:
    key = sources.section.section
    if options is None:
        elsewhere = sources.registered_in.get(rows[0].person, frozenset())
        moved = rosters.judge_section(rows[0], key, elsewhere)
        return None, _present(moved or rosters.judge_membership(rows[0].person, frozenset()))
    entry = next((entry for entry in sources.entries if entry.person == options.person), None)
    doubled = rosters.judge_duplicates(rows)
    if doubled is not None:
        return None, (doubled,)
    row = _one_row(rows, options)
    case = _case(sources, options, row, entry)
    misplaced = rosters.judge_section(row, key, frozenset({key}))
    over = sources.part is not None and windows.window_over(sources.part, sources.zone, sources.now)
    blocks = (*_present(misplaced), *judge_grade(case, window_over=over), *_open_holds(sources, options.person))
    return (None, blocks) if blocks else (_line(case), ())


def _one_row(rows: tuple[GradebookRow, ...], options: GradeOptions) -> GradebookRow:
    """Return the row to judge; a student without one has an empty row, which is no grade and never zero (R89)."""
    return rows[0] if rows else GradebookRow(section=options.section, person=options.person)


def _case(sources: SheetSources, options: GradeOptions, row: GradebookRow, entry: InstructorEntry | None) -> GradeCase:
    letter = scores.derive_letter(options, row, sources.practice, entry).letter
    today = local_day(sources.now, sources.zone)
    return GradeCase(options, row, sources.section, sources.practice, sources.column, today, entry, letter)


def _line(case: GradeCase) -> GradeSheetLine | None:
    chosen = scores.derive_letter(case.options, case.row, case.practice, case.entry)
    if chosen.letter is None:
        return None
    entry = case.entry or InstructorEntry(person=case.options.person)
    return GradeSheetLine(
        section=case.section.section,
        person=case.options.person,
        column=case.column,
        letter=chosen.letter,
        score=chosen.score,
        source=chosen.source,
        **entry.model_dump(exclude={"person", "letter"}),
    )


def _open_holds(sources: SheetSources, person: RecordHandle) -> tuple[GradeBlock, ...]:
    """Return a block per open hold; the statistics never decide, a person does (S88)."""
    return tuple(
        hold("S86", found.reason, _ANSWER)
        for found in sources.holds
        if found.person == person and found.id not in sources.released
    )


def _present(*blocks: GradeBlock | None) -> tuple[GradeBlock, ...]:
    return tuple(block for block in blocks if block is not None)
