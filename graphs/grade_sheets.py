"""Makes sheets: reads a section from both systems, looks at its marks, and joins what people have said of them.

The workflow and the desk make them by the same code, so that what a grader looked at is what is carried.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.grades.anomalies.learnt import learnt_model
from agents.grades.carrying import Carrying
from agents.grades.doubts import Doubts, find_doubts, settle_looks
from agents.grades.reading import GradeReading, read_grades
from agents.grades.sheet import SheetSources, make_sheet
from domain.calendar import day_end
from domain.errors import ConfigurationError
from domain.grade_holds import KeptHold
from domain.grades import GradeColumn
from domain.ids import SectionKey
from domain.institution import Institution, PartOfTerm
from domain.learning_ports import Classroom, StudentRecords
from domain.ports import Clock, SisReader
from domain.rules.grades.authority import judge_attestation
from domain.rules.grades.windows import window_over
from graphs.grade_specialist import Looked
from store.grading import Grading

if TYPE_CHECKING:
    from graphs.doors import Doors


@dataclass(frozen=True)
class Sheets:
    """What sheets are made from."""

    classroom: Classroom
    records: StudentRecords
    sis: SisReader
    institution: Institution
    kept: Grading
    clock: Clock

    @property
    def target(self) -> str:
        """The system that grades are carried to."""
        return self.sis.capabilities().system

    def read(self, key: SectionKey) -> GradeReading:
        """Read a section; the registrar's delegates are added to those the SIS names (R92)."""
        reading = read_grades(key, self.classroom, self.records, self._siblings(key))
        delegates = self.kept.attestations.delegates(key)
        if reading.section is None or not delegates:
            return reading
        named = reading.section.model_copy(update={"delegates": reading.section.delegates | delegates})
        return reading.model_copy(update={"section": named})

    def doubts(self, reading: GradeReading) -> Doubts:
        """Return what a person should look at in the marks that were read."""
        if reading.unread:
            return Doubts()
        part = self._part(reading)
        closes_at = day_end(part.grades_close_on, self.institution.zone) if part else None
        earlier = self.kept.columns.of(reading.key)
        return find_doubts(reading, learnt_model(), self.institution.grading, earlier, closes_at)

    def look(self, reading: GradeReading, column: GradeColumn, doubts: Doubts) -> Looked:
        """Return the sheet of a reading; answered holds let their grades go (S88)."""
        section = reading.section
        assert section is not None
        now = self.clock.now()
        sources = SheetSources(
            section=section,
            column=column,
            practice=self.institution.grading,
            part=self._part(reading),
            zone=self.institution.zone,
            now=now,
            options=reading.options,
            rows=reading.rows,
            entries=self.kept.entries.of(reading.key, column),
            registered_in={person: frozenset(keys) for person, keys in reading.registered_in.items()},
            holds=doubts.holds,
            released=released(self.kept.holds.of(reading.key)),
            unread=reading.unread,
        )
        sheet = make_sheet(sources)
        word = self.kept.attestations.find(reading.key, column, sheet.hash)
        attested = judge_attestation(section, sheet.hash, word, now) is None
        return Looked(sheet=sheet, holds=doubts.holds, questions=doubts.questions, attested=attested)

    def carrying(self, reading: GradeReading, looked: Looked) -> Carrying:
        """Return all that a proposal is made from, with what people have said up to now."""
        key, column = reading.key, looked.sheet.column
        return Carrying(
            reading=reading,
            sheet=looked.sheet,
            practice=self.institution.grading,
            target=self.target,
            now=self.clock.now(),
            holds=looked.holds,
            questions=looked.questions,
            kept=self.kept.holds.of(key),
            attestation=self.kept.attestations.find(key, column, looked.sheet.hash),
            receipts=self.kept.receipts.of(key, column),
            entries=self.kept.entries.of(key, column),
        )

    def remember(self, reading: GradeReading, doubts: Doubts) -> None:
        """Keep how each column is marked now; a quarantined one keeps its earlier look until it is released."""
        earlier = self.kept.columns.of(reading.key)
        answered = released(self.kept.holds.of(reading.key))
        self.kept.columns.keep(reading.key, settle_looks(doubts.looks, earlier, answered))

    def final_window_over(self, key: SectionKey) -> bool:
        """Tell whether final grades of a section can no longer be submitted; False where no calendar says so (R93)."""
        section, calendar = self.records.read_grading(key, has_scheme=None), self.institution.calendar(key.term)
        part = calendar.part(section.part) if calendar and section else None
        return part is not None and window_over(part, self.institution.zone, self.clock.now())

    def _part(self, reading: GradeReading) -> PartOfTerm | None:
        calendar = self.institution.calendar(reading.key.term)
        return calendar.part(reading.section.part) if calendar and reading.section else None

    def _siblings(self, key: SectionKey) -> tuple[SectionKey, ...]:
        """Return the other sections that are taught in the same LMS course (R90)."""
        section = self.sis.read_section(key)
        if section is None or not section.cross_list_group:
            return ()
        rows = self.sis.read_sections(key.term).rows
        return tuple(row.key for row in rows if row.cross_list_group == section.cross_list_group and row.key != key)


def released(kept: tuple[KeptHold, ...]) -> frozenset[str]:
    """Return the names of the holds that a person has released or confirmed."""
    return frozenset(one.hold.id for one in kept if one.state.lets_go)


def open_sheets(doors: "Doors") -> Sheets:
    """Open what sheets are made from.

    Raises ConfigurationError where either system cannot tell about grades, as with OneRoster bundles.
    """
    readers = doors.readers
    if readers.classroom is None or readers.records is None:
        fix = "Connect Canvas, and Banner through Ethos; other systems have no grade roster that we could read."
        raise ConfigurationError("Grades cannot be read from these systems.", field="banner.url", fix=fix)
    return Sheets(readers.classroom, readers.records, doors.sis, doors.institution, doors.grading, doors.clock)
