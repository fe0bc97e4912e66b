"""What happens in classes, within the scope: what the scope file does not name is never asked for (S219 to S221).

Assignments, resources and the grading scheme are of the class and name nobody, so they are always read.
"""

from datetime import datetime

from domain.engagement import EngagementRead
from domain.grades import GradebookRow, MarkChange
from domain.ids import RecordHandle, SectionKey
from domain.learning import ActivityDay, Assignment, Contribution, LastAccess, Resource, ResourceUse, Submission
from domain.ports import Fetch
from domain.scope import DataScope
from tools.lms.canvas.classroom import CanvasClassroom, Part
from tools.scoped import Trimmer


class ScopedClassroom:
    """Canvas classes within the scope; fits ``domain.learning_ports.Classroom``."""

    def __init__(self, classroom: CanvasClassroom, scope: DataScope) -> None:
        self._classroom, self._trim = classroom, Trimmer(scope, classroom.capabilities().system)

    def read_assignments(self, section: SectionKey) -> Fetch[Assignment]:
        """Read what the section is asked for."""
        return self._classroom.read_assignments(section)

    def read_submissions(self, section: SectionKey, since: datetime | None = None) -> Fetch[Submission]:
        """Read what was handed in."""
        if not self._trim.reads("submissions"):
            return self._trim.nothing("submissions")
        return self._trim.rows("submissions", self._classroom.read_submissions(section, since))

    def read_contributions(self, section: SectionKey, since: datetime | None = None) -> Fetch[Contribution]:
        """Read who wrote in discussions."""
        reads = self._trim.reads("discussion")
        return self._classroom.read_contributions(section, since) if reads else self._trim.nothing("discussion")

    def read_activity(self, section: SectionKey, since: datetime | None = None) -> Fetch[ActivityDay]:
        """Read clicks by campus day."""
        reads = self._trim.reads("activity")
        return self._classroom.read_activity(section, since) if reads else self._trim.nothing("activity")

    def read_last_access(self, section: SectionKey) -> Fetch[LastAccess]:
        """Read when each student was last seen in the class, which an enrolment tells."""
        reads = self._trim.keeps("enrollments", "last_activity_at")
        return self._classroom.read_last_access(section) if reads else self._trim.nothing("last access")

    def read_engagement(self, section: SectionKey, person: RecordHandle) -> EngagementRead:
        """Read one student's events in a class, of the parts in scope; without one of them it is not complete."""
        return self._classroom.read_engagement(section, person, self._parts())

    def read_gradebook(self, section: SectionKey) -> Fetch[GradebookRow]:
        """Read course grades."""
        if not self._trim.reads("gradebook"):
            return self._trim.nothing("gradebook")
        return self._trim.rows("gradebook", self._classroom.read_gradebook(section))

    def read_mark_changes(self, section: SectionKey) -> Fetch[MarkChange]:
        """Read the log of grade changes."""
        reads = self._trim.keeps("gradebook", "changes")
        return self._classroom.read_mark_changes(section) if reads else self._trim.nothing("mark changes")

    def has_scheme(self, section: SectionKey) -> bool | None:
        """Tell whether the class derives letters from scores (R87)."""
        return self._classroom.has_scheme(section)

    def read_resources(self, section: SectionKey) -> Fetch[Resource]:
        """Read what the class offers."""
        return self._classroom.read_resources(section)

    def read_uses(self, section: SectionKey, person: RecordHandle | None = None) -> Fetch[ResourceUse]:
        """Read what of it each student opened, or one of them."""
        reads = self._trim.keeps("activity", "page_views")
        return self._classroom.read_uses(section, person) if reads else self._trim.nothing("page views")

    def _parts(self) -> frozenset[Part]:
        """Return the parts of engagement in scope."""
        known = {
            Part.SUBMISSIONS: self._trim.reads("submissions"),
            Part.DISCUSSION: self._trim.reads("discussion"),
            Part.PAGE_VIEWS: self._trim.keeps("activity", "page_views"),
        }
        return frozenset(part for part, reads in known.items() if reads)
