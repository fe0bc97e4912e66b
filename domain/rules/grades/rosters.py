"""Whose grades belong on a sheet: the SIS's roster and the gradebook, section by section (R88, R90)."""

from collections import defaultdict
from collections.abc import Iterable

from domain.grades import GradeBlock, GradebookRow
from domain.ids import RecordHandle, SectionKey
from domain.rules.grades.case import hold, leave_out


def rows_by_section(rows: Iterable[GradebookRow]) -> dict[SectionKey, tuple[GradebookRow, ...]]:
    """Split the gradebook of a cross-listed course, so that each SIS section gets its own students only (R90)."""
    found: dict[SectionKey, list[GradebookRow]] = defaultdict(list)
    for row in rows:
        found[row.section].append(row)
    return {section: tuple(found[section]) for section in sorted(found)}


def judge_section(row: GradebookRow, section: SectionKey, on_roster_of: frozenset[SectionKey]) -> GradeBlock | None:
    """Hold a row whose LMS section is not the one in which the SIS registers the student (R90)."""
    if row.section == section and (section in on_roster_of or not on_roster_of):
        return None
    return hold(
        "R90",
        "The gradebook has the student in another section of the cross-listed course than the SIS.",
        "Let the roster reconcile move the student, then make the sheet again.",
    )


def judge_membership(person: RecordHandle, roster: frozenset[RecordHandle]) -> GradeBlock | None:
    """Leave out and list a student of the LMS who is not on the SIS's grade roster (R88)."""
    if person in roster:
        return None
    return leave_out(
        "R88",
        "The student is in the gradebook and not on the SIS's grade roster.",
        "Ask the registrar if the student should be registered.",
    )


def judge_duplicates(rows: tuple[GradebookRow, ...]) -> GradeBlock | None:
    """Hold a student who has two gradebook rows that disagree; rows that agree are one (S85)."""
    if len(set(rows)) <= 1:
        return None
    return hold(
        "S85",
        f"The gradebook has {len(rows)} rows for the student, and they disagree.",
        "Have the LMS support merge the two enrolments.",
    )
