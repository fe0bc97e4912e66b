"""Charges as Ethos shows them, made from the registrations of the moment when somebody asks.

`student-charges` is only partly confirmed: `student`, `academicPeriod`, `chargeableOn`, `chargedAmount` and
`overrideDescription` are the vendor's of this version; `person`, `chargeType` (`tuition`, `fee`, `housing`, `meal`)
and `section`, where a charge is for one class, are unconfirmed and may be elsewhere in a tenant. A drop takes its
charges away; a withdrawal leaves them, because what comes back is the bursar's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from simulator.banner.people_views import list_students
from simulator.banner.populations import RESIDENT, belongs
from simulator.banner.schedule_views import level_of, list_periods, period_guid
from simulator.banner.state import BannerState
from simulator.banner.tables import Person, Registration, guid_of
from simulator.banner.wire import Json, reference, without_blanks

TUITION, FEE, HOUSING, MEAL = "tuition", "fee", "housing", "meal"
PER_HOUR = {"UG": Decimal("412.50"), "GR": Decimal("590.00")}
CLASS_FEES = {"ART": "75.00", "CHEM": "60.00", "BIOL": "60.00", "NURS": "140.00", "MUS": "45.00", "ENGR": "85.00"}
"""Course fees of departments whose classes use up material."""
LAB_FEE, TERM_FEE = Decimal("50.00"), Decimal("285.00")
ROOM, BOARD = Decimal("4150.00"), Decimal("2380.00")


class Charge(NamedTuple):
    """One charge of a student in a term; `registration` where it is for one class."""

    person: Person
    term: str
    kind: str
    amount: Decimal
    title: str
    registration: Registration | None = None

    @property
    def guid(self) -> str:
        """The GUID of the charge."""
        crn = self.registration.section.key.crn if self.registration else ""
        return guid_of("student-charges", self.person.guid, self.term, self.kind, crn)


def _of_class(row: Registration) -> Iterator[Charge]:
    """Tuition by the hour, a course fee in some departments, and a fee for a lab."""
    section, person, course = row.section, row.person, row.section.course
    if row.credit_hours:
        amount = PER_HOUR[level_of(course)] * row.credit_hours
        yield Charge(person, section.key.term, TUITION, amount, f"Tuition {course.code}", row)
    fee = LAB_FEE if section.primary else Decimal(CLASS_FEES.get(course.department.code, "0"))
    if fee:
        yield Charge(person, section.key.term, FEE, fee, f"Course Fee {course.code}", row)


def _of_term(person: Person, term: str) -> Iterator[Charge]:
    """What a student owes for being there, and for living there."""
    yield Charge(person, term, FEE, TERM_FEE, "Student Services Fee")
    if belongs(person, RESIDENT):
        yield Charge(person, term, HOUSING, ROOM, "Residence Hall")
        yield Charge(person, term, MEAL, BOARD, "Meal Plan")


def _charges(state: BannerState, person: Person, term: str | None = None) -> Iterator[Charge]:
    billed = [
        row
        for row in state.registrations_of.get(person.guid, ())
        if row.exported
        and row.status.reason in ("registered", "withdrawn")
        and row.section.status != "cancelled"
        and term in (None, row.section.key.term)
    ]
    for row in billed:
        yield from _of_class(row)
    for code in sorted({row.section.key.term for row in billed}):
        yield from _of_term(person, code)


def list_charges(state: BannerState) -> list[Charge]:
    """Every charge of terms that are not rolled."""
    return [charge for person in list_students(state) for charge in _charges(state, person)]


def charges_of(state: BannerState, guid: str) -> list[Charge]:
    """The charges of one student."""
    person = state.persons.get(guid)
    return list(_charges(state, person)) if person is not None else []


def charges_in_period(state: BannerState, guid: str) -> list[Charge]:
    """The charges of a term; they belong to the term and never to a half of it."""
    terms = [period.term.code for period in list_periods(state) if period.guid == guid and period.is_term]
    return [charge for term in terms for person in list_students(state) for charge in _charges(state, person, term)]


def show_charge(state: BannerState, row: Charge) -> Json:
    """A charge."""
    person = reference(row.person.guid)
    return without_blanks(
        {
            "id": row.guid,
            "student": person,
            "person": person,
            "academicPeriod": reference(period_guid(row.term)),
            "chargeType": row.kind,
            "section": reference(row.registration.section.guid) if row.registration else None,
            "chargeableOn": state.calendar.terms[row.term].start_on.isoformat(),
            "chargedAmount": {"amount": {"value": float(row.amount), "currency": "USD"}},
            "overrideDescription": row.title,
        }
    )
