"""What a class already offers that fits one student, by the learning path specialist (S91 to S95)."""

from dataclasses import dataclass

from agents.paths import View
from domain.ids import RecordHandle
from domain.principals import Principal
from graphs.advising.matching import course_of
from graphs.advising.sight import Sight, student_page
from graphs.path_work import PathWork
from tools.catalog.reading import Fact, Quoted, Reading


@dataclass(frozen=True)
class PathLook:
    """Asks the learning path specialist for one conversation."""

    sight: Sight

    def show(self, caller: Principal, course: str, person: RecordHandle | None) -> Reading:
        """Return the recommendations of the one class that is meant, each with its reason."""
        student, provost = self.sight.person_meant(caller, person), self.sight.provost
        self.sight.require(caller, ("enrolment",), student)
        section = self.sight.section_meant(student, course)
        view = View.STUDENT if caller.person == student else View.INSTRUCTOR
        path = PathWork(provost).show(caller, student, section.key, view)
        rows: list[Fact] = [
            {"title": Quoted(one.title), "kind": one.kind.value, "reason": Quoted(one.reason), "rule": str(one.rule)}
            for one in path.recommendations
        ]
        facts: dict[str, Fact] = {"student": student, "course": course_of(section), "recommendations": rows}
        facts["read_at"] = self.sight.at(provost.clock.now())
        read = self.sight.from_lms(f"materials of {course_of(section)}", provost.clock.now(), student_page(student))
        return Reading(facts, (read,))
