"""Who sits where: the section and person that Canvas's own ids of a course and a user stand for."""

from typing import NamedTuple

from tools.lms.canvas.collecting import Collected
from tools.lms.canvas.lookup import API
from tools.lms.canvas.wire import EnrollmentRow
from tools.wire import WireClient, link_pages


class Seat(NamedTuple):
    """A student's seat, by SIS ids."""

    section: str
    person: str


def find_seat(client: WireClient, course: int, user: int) -> Seat | None:
    """Return the SIS ids of a student's seat in a course; None where Canvas has none, or none with SIS ids."""
    params = (("user_id", str(user)), ("type[]", "StudentEnrollment"))
    pages = link_pages(client, f"{API}/courses/{course}/enrollments", params, may_be_missing=True)
    for row in Collected(EnrollmentRow).take(pages, f"course {course}"):
        if row.sis_section_id and row.person_id:
            return Seat(row.sis_section_id, row.person_id)
    return None
