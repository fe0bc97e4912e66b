"""What a reader's day begins with: what waits for them and what is new, by role and relationship (S260)."""

from typing import TYPE_CHECKING

from pydantic import Field

from domain.errors import ProvostError
from domain.principals import OVERSEERS, Principal, Role
from domain.records import Record, Section
from governance.records_named import person_of
from governance.waiting import WaitingPage
from graphs.desks.alerts import StudentCase, name_cases, read_caseload
from graphs.desks.approvals import PURPOSE
from graphs.desks.names import Names, name_people
from graphs.desks.sections import list_taught
from store.plans import Run

if TYPE_CHECKING:
    from graphs.assembly import Provost

_SHOWN = 5


class Today(Record):
    """The first page; a part that is not the reader's is None, and ``unread`` names what could not be read."""

    waiting: WaitingPage | None = None
    cases: tuple[StudentCase, ...] | None = None
    students: int = 0
    classes: tuple[Section, ...] | None = None
    runs: tuple[Run, ...] | None = None
    holds: int = 0
    names: Names = Field(default_factory=dict)
    unread: tuple[str, ...] = ()


def read_today(provost: "Provost", who: Principal) -> Today:
    """Return what somebody's day begins with."""
    unread: list[str] = []
    cases = _caseload(provost, who, unread) if Role.ADVISOR in who.roles and who.person else None
    classes = _classes(provost, who, unread) if Role.INSTRUCTOR in who.roles and who.person else None
    waiting = provost.approvals.page(who, None, _SHOWN)
    people = {person for view in waiting.views for change in view.plan.changes if (person := person_of(change))}
    overseer = bool(who.roles & OVERSEERS)
    return Today(
        waiting=waiting,
        names=name_people(provost, who, people, PURPOSE),
        cases=name_cases(provost, who, cases[:_SHOWN]) if cases is not None else None,
        students=len(cases or ()),
        classes=classes,
        runs=provost.runs.latest(limit=_SHOWN) if overseer else None,
        holds=sum(row.number for row in provost.grading.holds.count_open()) if overseer else 0,
        unread=tuple(unread),
    )


def _caseload(provost: "Provost", who: Principal, unread: list[str]) -> tuple[StudentCase, ...]:
    try:
        return read_caseload(provost, who, named=False)
    except ProvostError:
        unread.append("your caseload")
        return ()


def _classes(provost: "Provost", who: Principal, unread: list[str]) -> tuple[Section, ...]:
    try:
        return list_taught(provost, who)
    except ProvostError:
        unread.append("your classes")
        return ()
