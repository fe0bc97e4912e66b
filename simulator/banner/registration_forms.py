"""What registration operations do: one row per person and section whose status code tells the story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from simulator.banner.state import BannerState, Touched
from simulator.banner.tables import Registration, Section, SectionKey, WaitlistPlace, guid_of
from simulator.world.operations import Kind, Operation

RESOURCE, WAITLIST = "section-registrations", "student-section-waitlists"


def _effective_day(state: BannerState, operation: Operation) -> date | None:
    """The day on the form, the day it was done, or None for a record migrated without dates (R50)."""
    if "undated" in operation.detail:
        return None
    stated = operation.detail.get("on")
    return date.fromisoformat(stated) if stated else state.calendar.local_day(operation.at)


def _credit_hours(section: Section) -> int:
    return 0 if section.primary else section.course.credits


def _seat(state: BannerState, person: str, key: SectionKey) -> tuple[Registration, str]:
    """The registration row of a person in a section, made if absent, and whether it was created."""
    row = state.registration(person, key)
    if row is not None:
        return row, "replaced"
    section = state.sections[key]
    guid = guid_of(RESOURCE, person, *key)
    row = Registration(guid, state.persons[person], section, "DD", None, None, credit_hours=_credit_hours(section))
    state.add_registration(row)
    return row, "created"


def register(state: BannerState, operation: Operation, key: SectionKey) -> list[Touched]:
    """Register a person in one section, from nothing, from a drop, or from the waiting list."""
    row, change = _seat(state, str(operation.person), key)
    on = _effective_day(state, operation)
    row.section.seats_taken += not row.status.registered
    row.audit = "audit" in operation.detail
    row.chosen_mode = operation.detail.get("mode", row.chosen_mode)
    row.code = operation.detail.get("code", "AU" if row.audit else "RW")
    row.override = row.override or "override" in operation.detail
    row.registered_on = row.registered_on or on
    row.status_on, row.involved_until = on, None
    return [Touched(RESOURCE, row.guid, change), *leave_waitlist(state, str(operation.person), key)]


def depart(state: BannerState, operation: Operation, key: SectionKey, code: str) -> list[Touched]:
    """Change a registration to a status that is not registered; KeyError when there is none."""
    row = state.registration(str(operation.person), key)
    if row is None:
        raise KeyError(key)
    row.section.seats_taken -= row.status.registered
    row.code, row.status_on = code, _effective_day(state, operation)
    row.involved_until = row.status_on if row.status.reason == "withdrawn" else None
    return [Touched(RESOURCE, row.guid, "replaced")]


def leave_waitlist(state: BannerState, person: str, key: SectionKey) -> list[Touched]:
    """Take a person off a section's queue, if they are on it."""
    place = state.waitlist.pop(guid_of(WAITLIST, person, *key), None)
    return [] if place is None else [Touched(WAITLIST, place.guid, "deleted")]


def apply_registration(state: BannerState, operation: Operation) -> list[Touched]:
    """A registration, or a promotion from the waiting list to a seat."""
    return [touched for key in operation.sections for touched in register(state, operation, key)]


def apply_audit(state: BannerState, operation: Operation) -> list[Touched]:
    """A registered student becomes an auditor (R55)."""
    touched: list[Touched] = []
    for key in operation.sections:
        row = state.registrations[guid_of(RESOURCE, operation.person, *key)]
        row.code, row.audit = "AU", True
        row.status_on = _effective_day(state, operation)
        touched.append(Touched(RESOURCE, row.guid, "replaced"))
    return touched


def _apply_departure(default_code: str) -> Callable[[BannerState, Operation], list[Touched]]:
    def apply_departure(state: BannerState, operation: Operation) -> list[Touched]:
        """A student leaves sections under a code."""
        code = operation.detail.get("code", default_code)
        return [touched for key in operation.sections for touched in depart(state, operation, key, code)]

    return apply_departure


def apply_swap(state: BannerState, operation: Operation) -> list[Touched]:
    """A student exchanges one section of a course for another in a single transaction (R52)."""
    departures = [key for key in operation.leaves if key not in operation.sections]
    arrivals = [key for key in operation.sections if key not in operation.leaves]
    left = [touched for key in departures for touched in depart(state, operation, key, "DW")]
    return left + [touched for key in arrivals for touched in register(state, operation, key)]


def apply_waitlisting(state: BannerState, operation: Operation) -> list[Touched]:
    """A student joins the queue of a full section, and has no registration in it (R54)."""
    touched: list[Touched] = []
    for key in operation.sections:
        guid = guid_of(WAITLIST, operation.person, *key)
        section = state.sections[key]
        state.joined[key] += 1
        person = state.persons[str(operation.person)]
        state.waitlist[guid] = WaitlistPlace(guid, person, section, state.joined[key])
        touched.append(Touched(WAITLIST, guid, "created"))
    return touched


REGISTRATION_FORMS: Mapping[Kind, Callable[[BannerState, Operation], list[Touched]]] = {
    Kind.REGISTERED: apply_registration,
    Kind.PROMOTED: apply_registration,
    Kind.AUDIT_CHOSEN: apply_audit,
    Kind.DROPPED: _apply_departure("DW"),
    Kind.WITHDRAWN: _apply_departure("WD"),
    Kind.UNPAID: _apply_departure("DN"),
    Kind.SWAPPED: apply_swap,
    Kind.WAITLISTED: apply_waitlisting,
}
