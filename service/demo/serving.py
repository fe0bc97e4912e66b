"""A campus to try the console on, in the middle of its term, with identities of every role to choose.

Its rosters are in line but for what waits, early alert has looked at the term, and the policies of the made-up
university have been taken in, so that there is something to approve, somebody to help and something to ask.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from domain.alerting import AlertState
from domain.ids import PrincipalId, RecordHandle, SisPersonId, TermCode
from domain.principals import PrincipalKind, Role
from domain.records import Registration, Section
from evals.campus_process import CampusProcess, campus_arguments
from evals.installation import write_installation
from evals.knowledge import CORPUS
from graphs.assembly import assemble
from graphs.settings import DEMO_SETTINGS, Settings, load_settings
from privacy.access.relations import DEPARTMENT
from service.demo.alone import alone_in
from service.demo.course import open_course, seat_of_student, tool_settings
from service.demo.week import DAY, TERM, open_interim_windows
from store.alerts import Alert

if TYPE_CHECKING:
    from graphs.assembly import Provost

_ALONE = (
    Role.REGISTRAR,
    Role.INSTRUCTIONAL_TECHNOLOGY,
    Role.INSTRUCTIONAL_DESIGNER,
    Role.ADMIN,
)
"""Roles that are not tied to one person on record."""


class Prepared(NamedTuple):
    """An installation to serve, and what shows the learning path in a course page once it answers at an address."""

    settings: Settings
    open_course: Callable[[str], str]


@contextmanager
def campus_to_serve(students: int, seed: int) -> Iterator[Prepared]:
    """Start a campus, let Provost work on it once and give that installation, for a block."""
    folder = DEMO_SETTINGS.parent.parent
    arguments = campus_arguments(
        students=students, seed=seed, term=TERM, world="synthetic", data=None, learning="planted", as_of=DAY
    )
    with alone_in(folder), CampusProcess(arguments) as campus:
        file = write_installation(campus.handle)
        open_interim_windows(file.parent / "institution.yaml")
        settings = load_settings(file=file)
        web = settings.web.model_copy(update={"development_sign_in": True, "public_url": ""})
        settings = settings.model_copy(update={"web": web, "lti": tool_settings(campus)})
        with assemble(settings) as provost:
            fill(provost)
            seat = seat_of_student(provost)
        yield Prepared(settings, lambda address: open_course(campus, address, seat))


def fill(provost: "Provost") -> None:
    """Bring the rosters into line, look at the term for alerts, take policies in, and add who may sign in."""
    from graphs.early_alert import AlertRequest
    from graphs.runner import new_run
    from privacy.knowledge.folder import Head

    provost.reconcile(TERM)
    provost.refresh_directory("demonstration")
    _add(provost, Role.REGISTRAR)
    registrar = next(one for one in provost.principals.list_all() if Role.REGISTRAR in one.roles)
    provost.knowledge.ingest_folder(CORPUS / "policies", "policies", Head(), registrar)
    provost.work(AlertRequest(run=new_run(), term=TERM))
    add_identities(provost, TERM)
    provost.ledger.checkpoint()


def add_identities(provost: "Provost", term: TermCode) -> None:
    """Add a demonstration identity for every role of people; a student, their advisor and their instructor are real.

    The advisor is the one with the most alerts, the student somebody who is well, the instructor one of theirs.
    """
    for role in _ALONE:
        _add(provost, role)
    troubled = {provost.identities.person(one.person) for one in provost.alerts.of_term(term) if _is_open(one)}
    advised = Counter(each for one in sorted(troubled) for each in _advisors(provost, one))
    busiest = [each for each, _ in advised.most_common(1)]
    for row in provost.sis.read_registrations(term).rows:
        advisors, section = _advisors(provost, row.person), _taught(provost, row)
        if section is not None and advisors and row.person not in troubled and not set(busiest) - set(advisors):
            _add(provost, Role.STUDENT, row.person)
            _add(provost, Role.ADVISOR, advisors[0])
            _add(provost, Role.INSTRUCTOR, section.instructors[0].sis_id)
            _add(provost, Role.DEPARTMENT_CHAIR, scopes=[f"{DEPARTMENT}{section.department}"])
            return


def _is_open(alert: Alert) -> bool:
    return alert.state is AlertState.OPEN


def _advisors(provost: "Provost", person: SisPersonId) -> tuple[SisPersonId, ...]:
    return tuple(provost.readers.relationships.read_advisors(person).rows)


def _taught(provost: "Provost", row: Registration) -> Section | None:
    section = provost.sis.read_section(row.section)
    return section if section is not None and section.instructors else None


def _add(provost: "Provost", role: Role, person: SisPersonId | None = None, scopes: Sequence[str] = ()) -> None:
    handle: RecordHandle | None = provost.identities.handles([person])[person] if person else None
    name = PrincipalId(f"demo-{role.value.replace('_', '-')}")
    provost.principals.add(name, PrincipalKind.PERSON, [role], scopes, person=handle, demo=True)
