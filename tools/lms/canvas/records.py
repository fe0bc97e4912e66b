"""From Canvas's wire records to the domain's: states and roles that are not known stay unknown."""

from domain.ids import LmsCourseId, LmsEnrollmentId, LmsSectionId, LmsUserId, SectionKey, SisCourseId, SisPersonId
from domain.lms import CourseState, LmsCourse, LmsEnrollment, LmsRole, LmsSection, LmsState, LmsUser
from tools.lms.canvas.wire import CourseRow, EnrollmentRow, SectionRow, UserRow

WIRE_STATES = tuple(state for state in LmsState if state not in (LmsState.ABSENT, LmsState.UNKNOWN))
"""Every state a Canvas enrolment can be in; asked for by name, because the default leaves most of them out."""

_ROLES = {role.value: role for role in LmsRole if role not in (LmsRole.OTHER, LmsRole.UNKNOWN)}
_STATES = {state.value: state for state in WIRE_STATES}
_COURSE_STATES = {
    **{state.value: state for state in CourseState},
    "created": CourseState.UNPUBLISHED,
    "claimed": CourseState.UNPUBLISHED,
}
_PREVIEW = "StudentViewEnrollment"


def read_role(row: EnrollmentRow) -> LmsRole:
    """Return the role by its name, else by the type; the teacher's test student and custom roles are OTHER."""
    if row.type == _PREVIEW:
        return LmsRole.OTHER
    name = row.role or row.type
    return _ROLES.get(name, LmsRole.OTHER) if name else LmsRole.UNKNOWN


def read_state(row: EnrollmentRow) -> LmsState:
    """Return where the enrolment stands."""
    return _STATES.get(row.enrollment_state or "", LmsState.UNKNOWN)


def read_course_state(row: CourseRow) -> CourseState:
    """Return whether the course is open; a restricted course shows no state and is UNKNOWN."""
    return _COURSE_STATES.get(row.workflow_state or "", CourseState.UNKNOWN)


def to_user(row: UserRow, *, deleted: bool = False) -> LmsUser:
    """Return an account; Canvas does not say of one whether it is deleted, so the list it came from does."""
    return LmsUser(
        id=LmsUserId(row.id),
        name=row.name or "",
        sortable_name=row.sortable_name or "",
        sis_id=SisPersonId(row.sis_user_id) if row.sis_user_id else None,
        login=row.login_id,
        email=row.email,
        sis_import_id=row.sis_import_id,
        deleted=deleted,
    )


def to_course(row: CourseRow, term: str) -> LmsCourse:
    """Return a course read from the list of ``term``."""
    return LmsCourse(
        id=LmsCourseId(row.id),
        sis_course_id=SisCourseId(row.sis_course_id) if row.sis_course_id else None,
        name=row.name or "",
        code=row.course_code or "",
        state=read_course_state(row),
        term_sis_id=(row.term.sis_term_id if row.term else None) or term,
        start_at=row.start_at,
        end_at=row.end_at,
    )


def to_section(row: SectionRow) -> LmsSection:
    """Return a section with the course it is taught in and, while cross-listed, the course it comes from."""
    return LmsSection(
        id=LmsSectionId(row.id),
        key=SectionKey.parse(row.sis_section_id) if row.sis_section_id else None,
        name=row.name or "",
        course=LmsCourseId(row.course_id),
        home_course=LmsCourseId(row.nonxlist_course_id) if row.nonxlist_course_id else None,
        start_at=row.start_at,
        end_at=row.end_at,
        sis_import_id=row.sis_import_id,
    )


def to_enrollment(row: EnrollmentRow) -> LmsEnrollment:
    """Return an enrolment; the section is matched by its SIS id, whatever course it hangs under (R90, R40)."""
    return LmsEnrollment(
        id=LmsEnrollmentId(row.id),
        section=LmsSectionId(row.course_section_id),
        section_key=SectionKey.parse(row.sis_section_id) if row.sis_section_id else None,
        course=LmsCourseId(row.course_id),
        user=LmsUserId(row.user_id),
        person=SisPersonId(row.person_id) if row.person_id else None,
        role=read_role(row),
        state=read_state(row),
        sis_import_id=row.sis_import_id,
        limited_to_section=bool(row.limit_privileges_to_course_section),
        created_at=row.created_at,
        updated_at=row.updated_at,
        last_activity_at=row.last_activity_at,
    )
