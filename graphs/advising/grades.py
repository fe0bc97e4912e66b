"""What is the grade: the official one of the SIS and the one in progress in the LMS, told apart (S206, S207)."""

from dataclasses import dataclass
from decimal import Decimal

from domain.grades import GradebookRow, GradeOptions, GradeStage
from domain.ids import RecordHandle
from domain.learning import HeldSeat
from domain.principals import Principal, Role
from graphs.advising.matching import course_of
from graphs.advising.sight import Sight, student_page
from tools.catalog.reading import Fact, Quoted, Reading, Source

_OFFICIAL = (GradeStage.ROLLED, GradeStage.CHANGE_OF_GRADE)
_STAGES = {
    GradeStage.NOT_ENTERED: "not entered yet",
    GradeStage.ENTERED: "entered, not official before it is rolled",
    GradeStage.ROLLED: "official",
    GradeStage.CHANGE_OF_GRADE: "official, by change of grade",
    GradeStage.UNKNOWN: "not known",
}


@dataclass(frozen=True)
class GradeLook:
    """Looks up grades for one conversation."""

    sight: Sight

    def find(self, caller: Principal, course: str, person: RecordHandle | None) -> Reading:
        """Return one line per class that is meant; a final grade that is rolled stands before what is in progress."""
        student = self.sight.person_meant(caller, person)
        self.sight.require(caller, ("enrolment", "grade"), student)
        lines, sources = list[Fact](), list[Source]()
        for seat in self._seats(caller, course, student):
            if Role.INSTRUCTOR in caller.roles:
                self.sight.require(caller, ("grade",), student, seat.section.key)
            lines.append(self._line(seat, student, caller, sources))
        facts: dict[str, Fact] = {"student": student, "grades": lines, "read_at": self.sight.now()}
        return Reading(facts, tuple(sources))

    def _seats(self, caller: Principal, course: str, student: RecordHandle) -> tuple[HeldSeat, ...]:
        """Return the classes asked about; an instructor who names none means those of their own (S256)."""
        seats = self.sight.seats_meant(student, course)
        if course.strip() or Role.INSTRUCTOR not in caller.roles:
            return seats
        taught = {section.key for section in self.sight.taught(caller)}
        return tuple(seat for seat in seats if seat.section.key in taught) or seats

    def _line(self, seat: HeldSeat, student: RecordHandle, caller: Principal, sources: list[Source]) -> Fact:
        section = seat.section
        official, found = self._official(seat, student, sources), self._in_progress(seat, student, sources)
        rolled = official is not None and official.stage in _OFFICIAL and official.final_letter
        line: dict[str, Fact] = {
            "course": course_of(section),
            "title": Quoted(section.title),
            "registration": seat.status.value,
            "official": _official_words(official),
            "in_progress": "over, the official grade counts" if rolled else _progress_words(found),
        }
        if found is not None and caller.person != student and not rolled:
            line["with_hidden_marks"] = _percent(found.unposted_current_score)
        return line

    def _official(self, seat: HeldSeat, student: RecordHandle, sources: list[Source]) -> GradeOptions | None:
        records = self.sight.provost.readers.records
        if records is None:
            return None
        read = records.read_grade_options(seat.section.key)
        sources.append(
            self.sight.from_sis(f"grade roster of {course_of(seat.section)}", read.read_at, student_page(student))
        )
        return next((row for row in read.rows if row.person == student), None)

    def _in_progress(self, seat: HeldSeat, student: RecordHandle, sources: list[Source]) -> GradebookRow | None:
        read = self.sight.classroom().read_gradebook(seat.section.key)
        sources.append(
            self.sight.from_lms(f"gradebook of {course_of(seat.section)}", read.read_at, student_page(student))
        )
        return next((row for row in read.rows if row.person == student), None)


def _official_words(options: GradeOptions | None) -> str:
    if options is None:
        return "not known"
    letter = options.final_letter or (f"interim {options.interim_letter}" if options.interim_letter else "none")
    return f"{letter}, {_STAGES[options.stage]}"


def _progress_words(row: GradebookRow | None) -> str:
    if row is None or not row.graded:
        return "nothing graded yet, which is not zero"
    score = row.override_score if row.override_score is not None else row.current_score
    letter = row.override_letter or row.current_letter
    return ", ".join(part for part in (_percent(score), letter or "") if part) or "not known"


def _percent(score: Decimal | None) -> str:
    return f"{score:.1f} percent" if score is not None else ""
