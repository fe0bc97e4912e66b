"""Single records of Canvas by their SIS ids; a record that is not there is None, anything else that fails is raised."""

from collections.abc import Sequence

from domain.errors import IncompleteFetch
from domain.ids import SectionKey, SisPersonId
from tools.lms.canvas.collecting import Collected
from tools.lms.canvas.records import WIRE_STATES
from tools.lms.canvas.wire import CourseRow, EnrollmentRow, SectionRow, UserRow, W, read_row
from tools.wire import Params, WireClient, escape_id, link_pages

API = "/api/v1"
_MISSING = 404


def section_path(section: SectionKey) -> str:
    """Return the address of a section by term and CRN."""
    return f"{API}/sections/sis_section_id:{escape_id(section.sis_section_id)}"


def course_path(sis_course_id: str) -> str:
    """Return the address of a course by its SIS id."""
    return f"{API}/courses/sis_course_id:{escape_id(sis_course_id)}"


def user_path(person: SisPersonId) -> str:
    """Return the address of an account by the person's SIS id."""
    return f"{API}/users/sis_user_id:{escape_id(person)}"


def enrollment_params(people: Sequence[SisPersonId], page_size: int) -> Params:
    """Return the query for enrolments in every state, limited to ``people`` where any are named."""
    states = tuple(("state[]", state.value) for state in WIRE_STATES)
    return (*states, *(("sis_user_id[]", person) for person in people), ("per_page", str(page_size)))


def find_one(client: WireClient, path: str, model: type[W]) -> W | None:
    """Return one record, or None where Canvas has none at that address."""
    answer = client.get(path, accept=(_MISSING,))
    return None if answer.status == _MISSING else read_row(model, answer.json())


def find_user_row(client: WireClient, person: SisPersonId) -> UserRow | None:
    """Return the account that carries the SIS id."""
    return find_one(client, user_path(person), UserRow)


def find_deleted_user_row(client: WireClient, account: str, person: SisPersonId) -> UserRow | None:
    """Return the deleted account that still has the SIS id; an address by SIS id names living accounts only (R4)."""
    collected = Collected(UserRow)
    params = (("search_term", person), ("include_deleted_users", "true"))
    rows = collected.take(link_pages(client, f"{account}/users", params), "deleted users")
    return next((row for row in rows if row.sis_user_id == person), None)


def find_course_row(client: WireClient, sis_course_id: str) -> CourseRow | None:
    """Return the course that carries the SIS id."""
    return find_one(client, course_path(sis_course_id), CourseRow)


def find_section_row(client: WireClient, section: SectionKey) -> SectionRow | None:
    """Return the section that carries term and CRN."""
    return find_one(client, section_path(section), SectionRow)


def find_enrollment_rows(
    client: WireClient, section: SectionKey, people: Sequence[SisPersonId] = (), page_size: int = 100
) -> tuple[EnrollmentRow, ...]:
    """Return the rows of one section in every state, of ``people`` only where named; none where there is no section.

    IncompleteFetch where not every row could be read, because a missing row would look like a drop (R70).
    """
    collected = Collected(EnrollmentRow)
    params = enrollment_params(people, page_size)
    pages = link_pages(client, f"{section_path(section)}/enrollments", params, may_be_missing=True)
    rows = collected.take(pages, f"section {section}")
    if not collected.complete:
        reason = collected.findings[0].message if collected.findings else "The pages did not end."
        fix = "Read it again once Canvas answers whole."
        raise IncompleteFetch(f"The roster of section {section} is incomplete: {reason}", field="rows", fix=fix)
    wanted = set(people)
    return tuple(row for row in rows if not wanted or row.person_id in wanted)
