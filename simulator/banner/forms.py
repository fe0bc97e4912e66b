"""Banner's forms: the one way in which records change, and what each kind of operation does to them.

`apply_operation` carries out one operation, tells the change-notification queue which records it touched, and
tells whoever feeds other systems.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from simulator.banner.grade_forms import GRADE_FORMS
from simulator.banner.registration_forms import REGISTRATION_FORMS
from simulator.banner.state import BannerState, Touched
from simulator.banner.tables import Assignment, Crosslist, Hold, SectionKey, guid_of
from simulator.world.operations import Kind, Operation

Form = Callable[[BannerState, Operation], list[Touched]]


def _day(state: BannerState, operation: Operation) -> date:
    return state.calendar.local_day(operation.at)


def _persons(operation: Operation, change: str = "replaced") -> list[Touched]:
    return [Touched("persons", str(operation.person), change)]


def apply_admission(state: BannerState, operation: Operation) -> list[Touched]:
    """A person enters the records; the row itself is already on file."""
    if operation.person not in state.persons:
        raise KeyError(operation.person)
    return _persons(operation, "created")


def apply_login(state: BannerState, operation: Operation) -> list[Touched]:
    """A login is issued, with or without a former one."""
    state.persons[str(operation.person)].login = operation.detail["login"]
    return _persons(operation)


def apply_family_name(state: BannerState, operation: Operation) -> list[Touched]:
    """A new family name; the former one stays on file as the name at birth."""
    person = state.persons[str(operation.person)]
    person.former_last, person.last = person.last, operation.detail["last"]
    return _persons(operation)


def apply_preferred_name(state: BannerState, operation: Operation) -> list[Touched]:
    """A preferred first name is chosen (R14)."""
    state.persons[str(operation.person)].preferred = operation.detail["preferred"]
    return _persons(operation)


def apply_new_id(state: BannerState, operation: Operation) -> list[Touched]:
    """The public id is re-issued; the former one stays on file with its last day (R3)."""
    person = state.persons[str(operation.person)]
    person.prior_ids = (*person.prior_ids, (person.banner_id, _day(state, operation)))
    person.banner_id = operation.detail["banner_id"]
    return _persons(operation)


def apply_opening(state: BannerState, operation: Operation) -> list[Touched]:
    """Planned sections enter the schedule."""
    for key in operation.sections:
        state.open_section(state.offerings[key])
    return [Touched("sections", state.offerings[key].guid, "created") for key in operation.sections]


def apply_cancellation(state: BannerState, operation: Operation) -> list[Touched]:
    """Sections are cancelled and their registrations with them (R36)."""
    touched: list[Touched] = []
    for key in operation.sections:
        section = state.sections[key]
        section.status = "cancelled"
        touched.append(Touched("sections", section.guid, "replaced"))
        for row in state.rosters[key]:
            if row.status.registered:
                row.code, row.status_on = "DC", _day(state, operation)
                touched.append(Touched("section-registrations", row.guid, "replaced"))
        section.seats_taken = 0
        for place in [place for place in state.waitlist.values() if place.section is section]:
            del state.waitlist[place.guid]
            touched.append(Touched("student-section-waitlists", place.guid, "deleted"))
    return touched


def apply_crosslist(state: BannerState, operation: Operation) -> list[Touched]:
    """Sections are taught together from now on; the first one named is the primary section."""
    code = operation.detail["code"]
    guid = guid_of("section-crosslists", operation.sections[0].term, code)
    state.crosslists[code] = Crosslist(guid, code, operation.sections)
    touched = [Touched("section-crosslists", guid, "created")]
    for key in operation.sections:
        state.sections[key].crosslist = code
        touched.append(Touched("sections", state.sections[key].guid, "replaced"))
    return touched


def assign_instructor(state: BannerState, person: str, key: SectionKey, role: str, on: date) -> Touched:
    """Give a section to an instructor, anew if they had it before."""
    guid = guid_of("section-instructors", person, *key)
    known = state.assignments.get(guid)
    if known is None:
        known = Assignment(guid, key, state.persons[person], role, on)
        state.assignments[guid] = known
        state.assignments_of[key].append(known)
        return Touched("section-instructors", guid, "created")
    known.role, known.ended_on = role, None
    return Touched("section-instructors", guid, "replaced")


def apply_assignment(state: BannerState, operation: Operation) -> list[Touched]:
    """An instructor or a teaching assistant is assigned to sections."""
    role, on = operation.detail["role"], _day(state, operation)
    return [assign_instructor(state, str(operation.person), key, role, on) for key in operation.sections]


def apply_replacement(state: BannerState, operation: Operation) -> list[Touched]:
    """Another instructor takes a section over; the former assignment's last day is the one before (R46)."""
    touched = apply_assignment(state, operation)
    last_day = _day(state, operation) - timedelta(days=1)
    for key in operation.sections:
        guid = guid_of("section-instructors", operation.detail["leaving"], *key)
        state.assignments[guid].ended_on = last_day
        touched.append(Touched("section-instructors", guid, "replaced"))
    return touched


def apply_hold(state: BannerState, operation: Operation) -> list[Touched]:
    """A hold is placed; it never takes anyone out of a class by itself (R57)."""
    guid = guid_of("person-holds", operation.person, operation.detail["category"], operation.at)
    person = state.persons[str(operation.person)]
    comment = operation.detail.get("comment", "")
    state.holds[guid] = Hold(guid, person, operation.detail["category"], _day(state, operation), None, comment)
    return [Touched("person-holds", guid, "created")]


def apply_hold_release(state: BannerState, operation: Operation) -> list[Touched]:
    """Every standing hold of a person is released, or those of one category."""
    touched: list[Touched] = []
    for hold in state.holds.values():
        named = operation.detail.get("category", hold.category) == hold.category
        if hold.person.guid == operation.person and hold.ended_on is None and named:
            hold.ended_on = _day(state, operation)
            touched.append(Touched("person-holds", hold.guid, "replaced"))
    return touched


def apply_roll(state: BannerState, operation: Operation) -> list[Touched]:
    """A term is rolled to academic history: its registrations are no longer exported (R34)."""
    for row in state.registrations.values():
        if row.section.key.term == operation.detail["term"]:
            row.exported = False
    return []


FORMS: Mapping[Kind, Form] = {
    Kind.ADMITTED: apply_admission,
    Kind.LOGIN_ISSUED: apply_login,
    Kind.FAMILY_NAME_CHANGED: apply_family_name,
    Kind.PREFERRED_NAME_CHOSEN: apply_preferred_name,
    Kind.ID_REISSUED: apply_new_id,
    Kind.SECTION_OPENED: apply_opening,
    Kind.SECTION_CANCELLED: apply_cancellation,
    Kind.CROSSLISTED: apply_crosslist,
    Kind.INSTRUCTOR_ASSIGNED: apply_assignment,
    Kind.INSTRUCTOR_REPLACED: apply_replacement,
    Kind.HOLD_PLACED: apply_hold,
    Kind.HOLD_RELEASED: apply_hold_release,
    Kind.TERM_ROLLED: apply_roll,
    **REGISTRATION_FORMS,
    **GRADE_FORMS,
}
"""The form for every kind of operation."""


def apply_operation(state: BannerState, operation: Operation) -> list[Touched]:
    """Carry out one operation and let the queue and the feeds know; KeyError for unknown records."""
    with state.lock:
        state.changes += 1
        touched = FORMS[operation.kind](state, operation)
        for publish in state.publishers:
            publish(touched)
        for listener in state.listeners:
            listener(operation)
        return touched
