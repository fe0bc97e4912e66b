"""Ethos records about grades, reduced to what a grade on its way needs (S220)."""

from decimal import Decimal

from tools.sis.banner.wire import Ref, Resource, Text, Wire


class IncompleteDetails(Wire):
    """That a letter is an incomplete; its defaults are the SIS's own and are not read."""


class OptionGrade(Wire):
    """One letter that may be given to one student."""

    grade: Ref | None = None
    value: Text = ""
    incomplete_grade_details: IncompleteDetails | None = None
    last_date_of_attendance_requiredness: str | None = None


class OptionsWire(Resource):
    """``section-registrations-grade-options`` v1; its GUID is that of the registration."""

    section: Ref | None = None
    section_gradability: str | None = None
    grade_status: str | None = None
    grades: tuple[OptionGrade, ...] | None = None


class IncompleteWire(Wire):
    """What an incomplete turns into, and when."""

    final_grade: Ref | None = None
    extension_date: str | None = None


class TypedGrade(Wire):
    """A letter in one column."""

    type: Ref | None = None
    grade: Ref | None = None


class LastAttendance(Wire):
    """When the student last attended, or that they never did."""

    date: str | None = None
    status: str | None = None


class UnverifiedDetails(Wire):
    """Letters by column, and attendance."""

    grades: tuple[TypedGrade, ...] | None = None
    last_attendance: LastAttendance | None = None


class UnverifiedWire(Resource):
    """``student-unverified-grades`` v1."""

    section_registration: Ref
    incomplete_grade: IncompleteWire | None = None
    details: UnverifiedDetails | None = None


class TranscriptCourse(Wire):
    """Which class a line of a transcript is about."""

    section: Ref | None = None
    detail: Ref | None = None
    name: str | None = None


class TranscriptCredit(Wire):
    """Hours of a line of a transcript."""

    attempted_credit: Decimal | None = None
    earned_credit: Decimal | None = None


class LineWire(Resource):
    """``student-transcript-grades`` v1.1, read for more than withdrawals."""

    student: Ref
    course: TranscriptCourse | None = None
    grade: Ref | None = None
    credit: TranscriptCredit | None = None
    academic_period: Ref | None = None
    change_reason: Ref | None = None
