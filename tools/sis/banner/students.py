"""Holds and academic history: what is known of a student besides this term's sections (S128, S132, S133)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, tzinfo
from decimal import Decimal

from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import SisPersonId
from domain.records import AcademicHistory, Hold, HoldCategory
from tools.sis.banner.dates import read_day
from tools.sis.banner.lookups import PersonIds
from tools.sis.banner.wire_students import AdvisorWire, CumulativeGpa, GpaWire, HoldWire, TranscriptWire
from tools.sis.reading import Reading

_CATEGORIES = {category.value: category for category in HoldCategory}
_SOURCES = ("institution", "all")


class StudentReader:
    """Joins what several collections say about students."""

    def __init__(self, people: PersonIds, zone: tzinfo, today: date, reading: Reading) -> None:
        self._people, self._zone, self._today, self._reading = people, zone, today, reading

    def read_hold(self, row: HoldWire) -> Hold | None:
        """Return a hold; one without a start day or a readable person is noted and left out."""
        person, start = self._people.get(row.person.id), read_day(row.start_on, self._zone)
        if person is None or start is None:
            self._note_left_out("person-holds", row.id)
            return None
        word = row.type.category if row.type else ""
        if word not in _CATEGORIES:
            self._note_category(word, row)
        category = _CATEGORIES.get(word, HoldCategory.UNKNOWN)
        return Hold(person=person, category=category, start_on=start, end_on=read_day(row.end_on, self._zone))

    def read_histories(
        self, gpas: Iterable[GpaWire], withdrawals: Counter[str] | None, advisors: Iterable[AdvisorWire]
    ) -> Iterable[AcademicHistory]:
        """Yield what is known of each student; withdrawals are None where not all could be counted."""
        averages = {row.student.id: choose_gpa(row.cumulative or ()) for row in gpas}
        advised = self._choose_advisors(advisors)
        for guid in sorted({*averages, *advised, *(withdrawals or ())}):
            person = self._people.get(guid)
            if person is None:
                self._note_left_out("students", guid)
                continue
            yield AcademicHistory(
                person=person,
                gpa=averages.get(guid),
                prior_withdrawals=None if withdrawals is None else withdrawals[guid],
                advisor=advised.get(guid),
            )

    def _choose_advisors(self, rows: Iterable[AdvisorWire]) -> dict[str, SisPersonId]:
        """Return each student's present advisor, the primary one where there are several."""
        present = [row for row in rows if not self._is_over(row)]
        chosen: dict[str, SisPersonId] = {}
        for row in sorted(present, key=lambda row: (row.assigned_priority != "primary", row.id)):
            advisor = self._people.get(row.advisor.id)
            if advisor is not None:
                chosen.setdefault(row.student.id, advisor)
        return chosen

    def _is_over(self, row: AdvisorWire) -> bool:
        end = read_day(row.end_on, self._zone)
        return end is not None and end < self._today

    def _note_category(self, word: str, row: HoldWire) -> None:
        what, fix = f"Hold category '{word}' is unknown.", "Add the category to the connector."
        self._reading.notes.add(InvalidRecord, what, place=f"person-holds {row.id}", fix=fix)

    def _note_left_out(self, resource: str, guid: str) -> None:
        self._reading.lost(f"{resource} {guid}")
        self._reading.notes.add(
            InvalidRecord,
            f"A row of {resource} names no readable person or start date and was left out.",
            place=f"{resource} {guid}",
            fix="Correct the record in Banner, or check the rights of the Ethos application.",
            severity=Severity.STOP,
        )


def choose_gpa(averages: Iterable[CumulativeGpa]) -> Decimal | None:
    """Return the institution's own average over most credits; unknown where none is given, never zero."""
    known = [row for row in averages if row.value is not None]
    for source in _SOURCES:
        of_source = [row for row in known if row.academic_source == source]
        if of_source:
            return max(of_source, key=lambda row: row.attempted_credits or 0).value
    return known[0].value if known else None


def count_withdrawals(rows: Iterable[TranscriptWire], grades: set[str]) -> Counter[str]:
    """Count the withdrawals on each student's transcript by the student's GUID (S133)."""
    return Counter(row.student.id for row in rows if row.grade and row.grade.id in grades)
