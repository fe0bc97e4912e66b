"""Registrations as Ethos shows them: who is registered, who waits, and what the status codes mean."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.banner.letters import SCHEME_OF_MODE, scheme_guid
from simulator.banner.schedule_views import level_guid, level_of, sections_in
from simulator.banner.state import BannerState
from simulator.banner.tables import Registration, StatusCode, WaitlistPlace
from simulator.banner.wire import Json, reference, without_blanks


def list_registrations(state: BannerState) -> list[Registration]:
    """Registrations that Banner still exports (R34)."""
    return [row for row in state.registrations.values() if row.exported]


def find_registration(state: BannerState, guid: str) -> Registration | None:
    """An exported registration, or None."""
    row = state.registrations.get(guid)
    return row if row is not None and row.exported else None


def registrations_in_section(state: BannerState, guid: str) -> Iterable[Registration]:
    """The registrations of a section, everyone who ever registered included."""
    key = state.section_keys.get(guid)
    return [row for row in state.rosters[key] if row.exported] if key else []


def registrations_of_person(state: BannerState, guid: str) -> Iterable[Registration]:
    """The registrations of a person."""
    return [row for row in state.registrations_of.get(guid, ()) if row.exported]


def registrations_in_period(state: BannerState, guid: str) -> Iterable[Registration]:
    """The registrations of a term or subterm, section by section."""
    return [row for section in sections_in(state, guid) for row in state.rosters[section.key] if row.exported]


def show_status(row: StatusCode) -> Json:
    """What a status code says about registration."""
    return {
        "registrationStatus": "registered" if row.registered else "notRegistered",
        "sectionRegistrationStatusReason": row.reason,
    }


def show_registration(_state: BannerState, row: Registration) -> Json:
    """A registration with its dates, status, grade mode and approvals."""
    mode = row.mode
    return without_blanks(
        {
            "id": row.guid,
            "registrant": reference(row.person.guid),
            "section": reference(row.section.guid),
            "academicLevel": reference(level_guid(level_of(row.section.course))),
            "originallyRegisteredOn": row.registered_on.isoformat() if row.registered_on else None,
            "status": {**show_status(row.status), "detail": reference(row.status.guid)},
            "statusDate": row.status_on.isoformat() if row.status_on else None,
            "approvals": [{"approvalType": "all", "approvalEntity": "user" if row.override else "system"}],
            "credit": {"measure": "credit", "registrationCredit": float(row.credit_hours)},
            "gradingOption": {
                "gradeScheme": reference(scheme_guid(SCHEME_OF_MODE[mode])),
                "mode": mode,
            },
            "involvement": {"endOn": row.involved_until.isoformat()} if row.involved_until else None,
        }
    )


def show_status_code(_state: BannerState, row: StatusCode) -> Json:
    """A line of the status code table."""
    return {
        "id": row.guid,
        "code": row.code,
        "title": row.title,
        "status": show_status(row),
        "headcountStatus": "count" if row.registered else "doNotCount",
    }


def show_place(_state: BannerState, row: WaitlistPlace) -> Json:
    """A place in the queue of a full section (R54)."""
    return {
        "id": row.guid,
        "person": reference(row.person.guid),
        "section": reference(row.section.guid),
        "priority": row.priority,
    }


def places_in_section(state: BannerState, guid: str) -> Iterable[WaitlistPlace]:
    """The queue of a section."""
    return [row for row in state.waitlist.values() if row.section.guid == guid]


def places_of_person(state: BannerState, guid: str) -> Iterable[WaitlistPlace]:
    """The queues a person stands in."""
    return [row for row in state.waitlist.values() if row.person.guid == guid]
