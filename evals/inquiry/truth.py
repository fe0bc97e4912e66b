"""What is so on the campus, looked up in Banner and Canvas themselves: the people of a seat and the facts about it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from evals.campus import Trial
from simulator.banner.tables import Person, Registration
from simulator.canvas.coursework import Book, Work
from simulator.canvas.gradebook import add_up
from simulator.canvas.students import Student, student_of

_SHOWN = 3


@dataclass(frozen=True)
class Seat:
    """One student in one class, with who advises them and who teaches it."""

    row: Registration
    student: Person
    advisor: Person
    teacher: Person

    @property
    def key(self) -> str:
        """The section as ids name it."""
        return f"{self.row.section.key.term}-{self.row.section.key.crn}"

    @property
    def course(self) -> str:
        """The course as people name it."""
        course = self.row.section.course
        return f"{course.department.code} {course.number}"


class Truth:
    """Looks facts up behind the faces of a campus; nothing of ours is asked."""

    def __init__(self, trial: Trial) -> None:
        self._campus, self._banner = trial.campus, trial.campus.banner

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """Seats of advised students who do not teach, in classes taught and shown in Canvas; one per student."""
        return tuple(self._seats())

    def _seats(self) -> Iterator[Seat]:
        taken: set[str] = set()
        for tie in self._banner.advising.values():
            for row in self._banner.registrations_of[tie.student.guid]:
                teachers = [one.person for one in self._banner.teachers_of(row.section.key) if one.role == "primary"]
                fits = self._is_plain(row) and tie.kind == "primary" and tie.student.banner_id not in taken
                if fits and teachers and "instructor" not in tie.student.roles:
                    taken.add(tie.student.banner_id)
                    yield Seat(row, tie.student, tie.advisor, teachers[0])

    def _is_plain(self, row: Registration) -> bool:
        section = row.section
        current = row.status.registered and section.key.term == self._campus.world.term and not row.audit
        alone = section.primary is None and not self._banner.labs.get(section.key) and section.crosslist is None
        known = not row.person.confidential and self._names[row.person.shown_name] == 1
        return current and alone and known and self.score_of(row) is not None

    @cached_property
    def _names(self) -> Counter[str]:
        """How many people are shown under each name; a question must leave no doubt whom it means."""
        return Counter(one.shown_name for one in self._banner.persons.values())

    def stranger_to(self, seat: Seat) -> Seat:
        """Return a seat of somebody whom neither the advisor, the teacher nor the student has to do with."""
        advised = {tie.student.banner_id for tie in self._banner.advising.values() if tie.advisor is seat.advisor}
        taught = {
            row.person.banner_id
            for key, ties in self._banner.assignments_of.items()
            if any(tie.person is seat.teacher for tie in ties)
            for row in self._banner.rosters[key]
        }
        apart = (one for one in self.seats if one.teacher is not seat.teacher and one.advisor is not seat.teacher)
        return next(one for one in apart if one.student.banner_id not in advised | taught and one.course != seat.course)

    def facts(self, seat: Seat) -> Mapping[str, list[str]]:
        """Return the facts of a seat by name, each as texts that may all be looked for."""
        stranger = self.stranger_to(seat)
        part = self._banner.calendar.terms[seat.row.section.key.term].part(seat.row.section.part)
        roster = [row.person for row in self._banner.rosters[seat.row.section.key] if row.status.registered]
        return {
            "class": [seat.key],
            "count": [str(len(roster))],
            "roster": [one.last for one in roster[:_SHOWN]],
            "others": [one.shown_name for one in roster if one is not seat.student],
            "score": [f"{self.score_of(seat.row):.1f}"],
            "deadline": [part.withdraw_deadline_on.isoformat()],
            "stranger_class": [stranger.key],
            "stranger_score": [f"{self.score_of(stranger.row):.1f} percent"],
            "strangers": [stranger.student.shown_name],
        }

    def score_of(self, row: Registration) -> float | None:
        """Return the course total that Canvas would show the student."""
        found = self._learning_of(row)
        if found is None:
            return None
        book, student = found
        return add_up(book, student.standings(book, self._campus.canvas.clock()), unposted=False).current

    def misses_work(self, row: Registration) -> bool:
        """Tell whether something graded was due in the class and neither handed in nor marked."""
        found, now = self._learning_of(row), self._campus.canvas.clock()
        if found is None:
            return False
        book, student = found
        due = [each.id for each in book.assignments if each.is_graded and each.due_at < now]
        works = (student.story.works.get(each, Work()) for each in due)
        return any(work.submitted_at is None and not work.marks for work in works)

    def _learning_of(self, row: Registration) -> tuple[Book, Student] | None:
        """Return the book of a class and a student of it, as Canvas has them."""
        canvas = self._campus.canvas
        user = next((one.user_id for one in canvas.logins.values() if one.sis_user_id == row.person.banner_id), None)
        section = canvas.section_by_sis(f"{row.section.key.term}-{row.section.key.crn}")
        if user is None or section is None:
            return None
        rows = [one for one in canvas.enrollments_of_user(user) if one.section_id == section.id]
        book = canvas.coursework.book(canvas.courses[section.course_id])
        return (book, student_of(canvas, book, rows)) if rows and book is not None else None
