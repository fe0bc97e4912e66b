"""Sections, and their travels between courses when they are cross-listed."""

from __future__ import annotations

from datetime import datetime

from simulator.canvas.courses import Courses
from simulator.canvas.refusals import Invalid, Rejected
from simulator.canvas.rows import Course, Section
from simulator.canvas.writes import Value


class Sections(Courses):
    """Operations on sections."""

    def create_section(
        self,
        course_id: int,
        name: str,
        *,
        sis_section_id: str | None = None,
        integration_id: str | None = None,
        start_at: datetime | None = None,
        end_at: datetime | None = None,
        restrict_dates: bool = False,
        reactivate: bool = False,
    ) -> Section:
        """Make a section; `reactivate` revives a deleted one of the same SIS id in this course instead."""
        with self.lock:
            course = self.find(Course, course_id)
            revived = self.find_by_sis(Section, sis_section_id) if sis_section_id and reactivate else None
            if revived and revived.workflow_state == "deleted" and revived.course_id == course.id:
                self.change(revived, {"name": name, "workflow_state": "active"})
                return revived
            self.require_free(Section, sis_section_id)
            now = self.clock()
            return self.insert(
                Section(
                    id=self.next_id(Section),
                    workflow_state="active",
                    created_at=now,
                    updated_at=now,
                    name=name,
                    course_id=course.id,
                    sis_section_id=sis_section_id,
                    integration_id=integration_id,
                    start_at=start_at,
                    end_at=end_at,
                    restrict_dates=restrict_dates,
                )
            )

    def default_section(self, course: Course) -> Section:
        """Return the section that Canvas gives a course when someone is enrolled without naming one."""
        with self.lock:
            known = self.sections.get(course.default_section_id or 0)
            if known is not None and known.workflow_state == "active" and known.course_id == course.id:
                return known
            section = self.create_section(course.id, course.name)
            self.change(course, {"default_section_id": section.id})
            return section

    def update_section(self, section_id: int, **changes: Value) -> Section:
        """Change fields of a section; to move it, cross-list it."""
        with self.lock:
            section = self.find(Section, section_id)
            self.require_free(Section, changes.get("sis_section_id"), section)
            self.change(section, changes)
            return section

    def delete_section(self, section_id: int) -> Section:
        """Delete a section; Canvas refuses while anyone is or was enrolled in it."""
        with self.lock:
            section = self.find(Section, section_id)
            rows = (self.enrollments[each] for each in self.index.enrollments_of_section[section.id])
            if any(row.workflow_state not in ("rejected", "deleted") for row in rows):
                raise Invalid("workflow_state", "invalid", "You can't delete a section that has enrollments")
            self.change(section, {"workflow_state": "deleted"})
            return section

    def crosslist(self, section_id: int, course_id: int) -> Section:
        """Move a section into another course, remembering its home; back in its home it is no longer cross-listed."""
        with self.lock:
            section, course = self.find(Section, section_id), self.find(Course, course_id)
            if section.course_id == course.id:
                return section
            home = section.nonxlist_course_id or section.course_id
            self.move_section(section, course, None if home == course.id else home)
            return section

    def decrosslist(self, section_id: int) -> Section:
        """Return a section to its home course, which is revived if it was deleted; raises when not cross-listed."""
        with self.lock:
            section = self.find(Section, section_id)
            if section.nonxlist_course_id is None:
                raise Rejected("section is not cross-listed")
            home = self.courses[section.nonxlist_course_id]
            if home.workflow_state == "deleted":
                self.change(home, {"workflow_state": "claimed"})
            self.move_section(section, home, None)
            return section

    def move_section(self, section: Section, course: Course, home_id: int | None) -> None:
        """Put a section with its enrolments under a course; `home_id` is set while that is not its home."""
        self.change(section, {"course_id": course.id, "nonxlist_course_id": home_id})
        for enrollment_id in self.index.enrollments_of_section[section.id]:
            self.change(self.enrollments[enrollment_id], {"course_id": section.course_id})

    def sections_of_course(self, course_id: int) -> list[Section]:
        """Return the living sections now shown in a course, in id order."""
        rows = (self.sections[each] for each in self.index.sections_of_course[course_id])
        return [row for row in rows if row.workflow_state != "deleted"]
