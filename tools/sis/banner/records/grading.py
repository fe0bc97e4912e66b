"""How a section is graded and which letters each of its students may get (R76 to R84, R92)."""

from domain.errors import InvalidRecord
from domain.grades import GradeColumn, GradeMeaning, GradeOptions, LegalGrade, SectionGrading
from domain.ids import RecordHandle, SectionKey
from domain.ports import Fetch
from domain.records import GradeMode, Section
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.records.held import HeldGrade, HeldReader
from tools.sis.banner.wire import SectionWire
from tools.sis.banner.wire_grades import OptionGrade
from tools.sis.reading import Reading

_REQUIREMENT = {"required": True, "notRequired": False}
_GRADABLE = {"gradable": True, "notGradable": False}


class GradingOffice:
    """Reads grading from one tenant; fits ``domain.learning_ports.GradingReader``."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._settings = desk, desk.settings

    def read_grading(self, section: SectionKey, *, has_scheme: bool | None) -> SectionGrading | None:
        """Return how a section is graded; None where Banner does not have it or its record cannot be read."""
        reading, finder = Reading("banner"), self._desk.finder
        periods = finder.periods(reading)
        row = finder.find_row(section, periods, reading)
        if row is None:
            return None
        neighbours = finder.sources.neighbours_of(row.id, reading)
        found = finder.section_reader(periods, reading).read(row, neighbours)
        if found is None:
            return None
        return SectionGrading(
            section=section,
            modes=self._modes(row, reading),
            has_scheme=has_scheme,
            start_on=found.start_on,
            end_on=found.end_on,
            part=found.part,
            instructors=self._of_record(found),
            secondary=found.linked_to is not None,
        )

    def read_grade_options(self, section: SectionKey) -> Fetch[GradeOptions]:
        """Return every student's options with the grades that Banner holds; incomplete where anything is missing."""
        reading = Reading("banner")
        row = self._desk.section_row(section, reading)
        if row is None:
            reading.note_empty(f"section of the name {section}")
            return reading.fetch((), self._desk.clock)
        held = HeldReader(self._desk, reading).read(section, row.id)
        found = [self._to_options(section, one, reading) for one in held.values()]
        return reading.fetch(found, self._desk.clock)

    def _modes(self, row: SectionWire, reading: Reading) -> frozenset[GradeMode]:
        """Return the modes of the section's schemes; a scheme that the tenant's table does not explain is noted."""
        codes = (self._desk.finder.catalog.schemes.get(ref.guid, reading) for ref in row.grade_schemes or ())
        modes = {self._settings.scheme_modes.get(code.name, GradeMode.UNKNOWN) for code in codes if code}
        return frozenset(modes - {GradeMode.UNKNOWN})

    def _of_record(self, section: Section) -> frozenset[RecordHandle]:
        """Return those who teach, assistants left out (R92)."""
        teachers = [one.sis_id for one in section.instructors if not one.assistant]
        return frozenset(self._desk.people.handles_of(teachers).values())

    def _to_options(self, section: SectionKey, held: HeldGrade, reading: Reading) -> GradeOptions:
        options = held.options
        if options is None:
            reading.lost_in(section, f"grade options {held.registration.source_guid}")
        return GradeOptions(
            section=section,
            person=held.person,
            status=held.registration.status,
            mode=held.registration.grade_mode,
            gradable=_GRADABLE.get((options.section_gradability if options else None) or ""),
            grades=tuple(self._to_legal(grade, reading) for grade in (options.grades if options else None) or ()),
            stage=held.stage,
            final_letter=held.letters.get(GradeColumn.FINAL),
            interim_letter=held.letters.get(GradeColumn.INTERIM),
        )

    def _to_legal(self, grade: OptionGrade, reading: Reading) -> LegalGrade:
        meaning = self._meaning(grade)
        if meaning is GradeMeaning.UNKNOWN:
            what = f"What the grade '{grade.value}' means is not known"
            fix = "Add it to grade_meanings in the dialect file."
            reading.notes.add(InvalidRecord, f"{what}.", place="section-registrations-grade-options", fix=fix)
        return LegalGrade(
            letter=grade.value,
            meaning=meaning,
            needs_engagement=_REQUIREMENT.get(grade.last_date_of_attendance_requiredness or ""),
        )

    def _meaning(self, grade: OptionGrade) -> GradeMeaning:
        """Return what Banner says of a letter, else what the tenant's table says; unknown otherwise."""
        if grade.incomplete_grade_details is not None:
            return GradeMeaning.INCOMPLETE
        return self._settings.grade_meanings.get(grade.value, GradeMeaning.UNKNOWN)
