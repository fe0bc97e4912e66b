"""Writing registrations through Ethos: strict about GUIDs, lenient about what is left out, and able to say no.

A POST carries the nil GUID; a PUT repeats the path's GUID and is merged over what is stored. Refusals for
business reasons arrive with status 200 and an `errors` array, as some systems behind Ethos send them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from simulator.banner.forms import apply_operation
from simulator.banner.registration_views import find_registration, show_registration
from simulator.banner.state import BannerState
from simulator.banner.tables import (
    AUDIT,
    NIL_GUID,
    PASS_FAIL,
    STANDARD,
    STATUS_CODES,
    Registration,
    Section,
    StatusCode,
    guid_of,
)
from simulator.banner.wire import EthosError, Json
from simulator.world.operations import Kind, Operation

ERROR_CODE = "sectionRegistrations"
KIND_OF_REASON = {
    "registered": Kind.REGISTERED,
    "dropped": Kind.DROPPED,
    "withdrawn": Kind.WITHDRAWN,
    "canceled": Kind.UNPAID,
}
DEFAULT_CODE = {"registered": "RW", "dropped": "DW", "withdrawn": "WD", "canceled": "DN"}


def refuse(message: str, status: int = 400) -> EthosError:
    """A refusal in the words of the registration service."""
    return EthosError(status, ERROR_CODE, message, "Unknown error code.")


def create_registration(state: BannerState, body: Mapping[str, object]) -> Json:
    """Register someone; EthosError 400 for a malformed body, 200 with errors for a business refusal."""
    if body.get("id") != NIL_GUID:
        raise refuse("The id must be the nil GUID when creating a record.")
    for name in ("registrant", "section", "academicLevel", "status"):
        if name not in body:
            raise refuse(f"The property {name} is required.")
    person, section = _id_in(body, "registrant"), state.section_by_guid(_id_in(body, "section"))
    if person not in state.persons or section is None:
        raise refuse("The registrant or the section is not known.")
    code, audit = _status_asked(body), _audits(body)
    if not code.registered:
        raise refuse("A new registration must have the status registered.")
    existing = state.registration(person, section.key)
    if existing is not None and existing.status.registered:
        raise refuse(f"The person is already registered in CRN {section.key.crn}.")
    _require_admissible(state, person, section, body)
    return _carry_out(state, person, section, code=code, audit=audit, body=body)


def change_registration(state: BannerState, guid: str, body: Mapping[str, object]) -> Json:
    """Merge a change over a registration; 404 for an unknown one, 400 when the GUIDs do not agree."""
    stored = find_registration(state, guid)
    if stored is None:
        raise EthosError(404, "Global.Resource.NotFound", f"No section-registrations with GUID {guid}.")
    check_guids(guid, body, ERROR_CODE)
    if "status" not in body and "gradingOption" not in body:
        return show_registration(state, stored)
    code = _status_asked(body) if "status" in body else stored.status
    audit = _audits(body) if "gradingOption" in body else stored.audit
    _require_allowed(state, stored, code)
    return _carry_out(state, stored.person.guid, stored.section, code=code, audit=audit, body=body)


def check_guids(guid: str, body: Mapping[str, object], code: str) -> None:
    """EthosError 400 when the body of a PUT names another record than its path."""
    if body.get("id") == NIL_GUID:
        raise EthosError(400, code, "Nil GUID cannot be used in update operation.", "Unknown error code.")
    if body.get("id", guid) != guid:
        raise EthosError(400, code, "GUID not the same as in request body.", "Unknown error code.")


def _require_allowed(state: BannerState, stored: Registration, code: StatusCode) -> None:
    own_process = code.reason in ("withdrawn", "canceled")
    if state.withdrawals_need_own_process and own_process and code.reason != stored.status.reason:
        raise refuse(f"The status {code.reason} can only be reached through its own process.")


def _require_admissible(state: BannerState, person: str, section: Section, body: Mapping[str, object]) -> None:
    """A cancelled or full section, or a financial hold, keeps a person out; an override lets them in."""
    crn = section.key.crn
    if section.status == "cancelled":
        raise refuse(f"CRN {crn} is cancelled.", status=200)
    if "override" in body:
        return
    if section.seats_taken >= section.capacity:
        raise refuse(f"CRN {crn} is closed: no seats are available.", status=200)
    held = any(
        hold.person.guid == person and hold.category == "financial" and hold.ended_on is None
        for hold in state.holds.values()
    )
    if held:
        raise refuse("A financial hold prevents registration.", status=200)


def _carry_out(
    state: BannerState,
    person: str,
    section: Section,
    *,
    code: StatusCode,
    audit: bool,
    body: Mapping[str, object],
) -> Json:
    """Do it as a form would, so that notifications and feeds hear of it."""
    detail = {"code": code.code}
    if stated := body.get("statusDate"):
        detail["on"] = _date(stated).isoformat()
    if audit:
        detail["audit"] = "yes"
    elif (mode := _mode_asked(body)) in (STANDARD, PASS_FAIL):
        detail["mode"] = mode
    if "override" in body:
        detail["override"] = "yes"
    kind = KIND_OF_REASON[code.reason]
    operation = Operation(state.clock.now(), kind, person, (section.key,), detail=detail)
    apply_operation(state, operation)
    row = state.registrations[guid_of("section-registrations", person, *section.key)]
    return show_registration(state, row)


def _id_in(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    found = value.get("id") if isinstance(value, dict) else None
    if not isinstance(found, str):
        raise refuse(f"The property {name}.id must be a GUID.")
    return found


def _status_asked(body: Mapping[str, object]) -> StatusCode:
    """The code that a status asks for, by its detail or by its reason."""
    status = body["status"]
    if not isinstance(status, dict):
        raise refuse("The property status must be an object.")
    detail = status.get("detail")
    if isinstance(detail, dict) and "sectionRegistrationStatusReason" not in status:
        reason: object = None
    else:
        reason = status.get("sectionRegistrationStatusReason")
    for code in STATUS_CODES.values():
        if isinstance(detail, dict) and code.guid == detail.get("id") and reason in (None, code.reason):
            return code
    if reason not in DEFAULT_CODE:
        raise refuse(f"The status reason {reason!r} is not valid.")
    code = STATUS_CODES[DEFAULT_CODE[str(reason)]]
    if status.get("registrationStatus", "registered") == "registered" and not code.registered:
        raise refuse(f"A registered status cannot have the reason {reason}.")
    return code


def _mode_asked(body: Mapping[str, object]) -> str:
    option = body.get("gradingOption")
    return str(option.get("mode")) if isinstance(option, dict) else ""


def _audits(body: Mapping[str, object]) -> bool:
    return _mode_asked(body) == AUDIT


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise refuse(f"{value!r} is not a date; use YYYY-MM-DD.") from error
