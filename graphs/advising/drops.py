"""What leaving a class would mean for one student, by the statement that the drop specialist makes (S115, R111)."""

from dataclasses import dataclass

from agents.drop import explain_impact
from domain.ids import RecordHandle
from domain.principals import Principal
from graphs.advising.matching import course_of
from graphs.advising.sight import Sight, student_page
from graphs.desks.drops import read_statement, require_sight
from graphs.drop_specialist import DropRequest
from graphs.runner import new_run
from tools.catalog.reading import Fact, Reading


@dataclass(frozen=True)
class DropLook:
    """Asks the drop specialist for one conversation; nothing is dropped by asking."""

    sight: Sight

    def explain(self, caller: Principal, course: str, person: RecordHandle | None) -> Reading:
        """Return the statement, line by line; InvalidRecord where it is not clear which class is meant."""
        student, provost = self.sight.person_meant(caller, person), self.sight.provost
        require_sight(provost, caller, student)
        section = self.sight.section_meant(student, course)
        request = DropRequest(run=new_run("drp"), person=student, section=str(section.key))
        provost.work(request)
        shown = read_statement(provost, caller, request.run)
        lines: list[Fact] = [line.removeprefix("- ") for line in explain_impact(shown.statement).splitlines()]
        facts: dict[str, Fact] = {
            "student": student,
            "course": course_of(section),
            "lines": lines,
            "read_at": self.sight.at(shown.row.made_at),
        }
        what = f"statement of what leaving {course_of(section)} means"
        sis = self.sight.from_sis(f"registration in {course_of(section)}", shown.row.made_at, student_page(student))
        return Reading(facts, (sis, self.sight.from_us(what, student_page(student))))
