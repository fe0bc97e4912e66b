"""The learning path in a course page of the demonstration's Canvas, as its student sees it (S96)."""

from typing import TYPE_CHECKING, NamedTuple

from domain.ids import PrincipalId, SectionKey, SisPersonId
from domain.records import RegistrationStatus
from evals.campus_process import CampusProcess
from graphs.lti_settings import LtiSettings
from service.web.lti.registration import registration

if TYPE_CHECKING:
    from graphs.assembly import Provost

CLIENT, DEPLOYMENT = "10000000000042", "7:demonstration"
STUDENT = PrincipalId("demo-student")


class SeatInCourse(NamedTuple):
    """A student and a class of theirs."""

    person: SisPersonId
    section: SectionKey


def tool_settings(campus: CampusProcess) -> LtiSettings:
    """Return the settings of the tool in the campus's Canvas."""
    url = campus.handle["canvas"]["url"]
    return LtiSettings(
        client_id=CLIENT,
        deployment_ids=(DEPLOYMENT,),
        authorization_url=f"{url}/api/lti/authorize_redirect",
        jwks_url=f"{url}/api/lti/security/jwks",
        frame_ancestors=(url,),
    )


def seat_of_student(provost: "Provost") -> SeatInCourse | None:
    """Return the first class in Canvas of the student who can be chosen; None where there is none."""
    student, seats = provost.principals.read(STUDENT), provost.readers.seats
    if student is None or student.person is None or seats is None:
        return None
    today, person = provost.clock.now().date(), provost.identities.person(student.person)
    for seat in seats.read_seats(student.person).rows:
        held = seat.status is RegistrationStatus.REGISTERED and seat.section.end_on >= today
        if held and seat.section.lms == "canvas":
            return SeatInCourse(person, seat.section.key)
    return None


def open_course(campus: CampusProcess, address: str, seat: SeatInCourse | None) -> str:
    """Install the tool that answers at an address, and return the course page that opens it; empty without a seat."""
    if seat is None:
        return ""
    campus.install_tool(registration(address), CLIENT, DEPLOYMENT)
    return campus.tool_page(CLIENT, seat.person, seat.section.term, seat.section.crn)
