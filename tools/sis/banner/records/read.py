"""Reads grades and student records of Banner as handles and plain facts (StudentRecords)."""

from collections.abc import Collection, Sequence

from domain.drops import Account, Flags, Progress, Schedule
from domain.grades import GradeOptions, SectionGrading
from domain.ids import RecordHandle, SectionKey, TermCode
from domain.learning import Attendance, PastCourse, Programme, Standing
from domain.ports import Fetch
from tools.sis.banner.records.account import AccountOffice
from tools.sis.banner.records.attendance import AttendanceOffice
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.records.flags import FlagOffice
from tools.sis.banner.records.grading import GradingOffice
from tools.sis.banner.records.progress import ProgressOffice
from tools.sis.banner.records.schedule import ScheduleOffice
from tools.sis.banner.records.studies import StudiesOffice


class BannerRecords:
    """All that Banner is asked beyond rosters; fits ``domain.learning_ports.StudentRecords``.

    What cannot be read whole is not known: None, or an incomplete reading with its findings, never empty (R70).
    ``conduct`` lets disciplinary holds be asked for, which are out of scope by default (R28).
    """

    def __init__(self, desk: Desk, *, conduct: bool = False) -> None:
        self._grading, self._attendance = GradingOffice(desk), AttendanceOffice(desk)
        self._schedule, self._account = ScheduleOffice(desk), AccountOffice(desk)
        self._studies, self._flags = StudiesOffice(desk), FlagOffice(desk, conduct=conduct)
        self._progress = ProgressOffice(desk, self._studies)

    def read_grading(self, section: SectionKey, *, has_scheme: bool | None) -> SectionGrading | None:
        """Return how a section is graded; None where Banner does not have it."""
        return self._grading.read_grading(section, has_scheme=has_scheme)

    def read_grade_options(self, section: SectionKey) -> Fetch[GradeOptions]:
        """Read what may be given to whom in a section, and what is held already."""
        return self._grading.read_grade_options(section)

    def read_schedule(self, person: RecordHandle, section: SectionKey) -> Schedule | None:
        """Return the student's level and hours in the term of a class."""
        return self._schedule.read_schedule(person, section)

    def read_account(self, person: RecordHandle, section: SectionKey) -> Account | None:
        """Return the charges of a class."""
        return self._account.read_account(person, section)

    def read_progress(self, person: RecordHandle, section: SectionKey) -> Progress | None:
        """Return hours, attempts and withdrawals before the term of a class."""
        return self._progress.read_progress(person, section)

    def read_flags(self, person: RecordHandle, term: TermCode) -> Flags | None:
        """Return what other offices have said of a student."""
        return self._flags.read_flags(person, term)

    def read_attendance(self, section: SectionKey) -> Fetch[Attendance]:
        """Read the attendance of a section."""
        return self._attendance.read_attendance(section)

    def read_programmes(self, people: Collection[RecordHandle]) -> Fetch[Programme]:
        """Read what students study."""
        return self._studies.read_programmes(people)

    def read_past_courses(self, people: Sequence[RecordHandle]) -> Fetch[PastCourse]:
        """Read transcripts."""
        return self._studies.read_past_courses(people)

    def read_standings(self, people: Collection[RecordHandle], term: TermCode) -> Fetch[Standing]:
        """Read academic standings as they are in a term."""
        return self._studies.read_standings(people, term)
