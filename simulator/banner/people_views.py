"""People as Ethos shows them: persons, students, holds and advisors."""

from __future__ import annotations

from simulator.banner.schedule_views import level_guid
from simulator.banner.state import BannerState
from simulator.banner.tables import Advising, Hold, Person, guid_of
from simulator.banner.wire import Json, reference, without_blanks
from simulator.world.addresses import address_of
from simulator.world.people import STUDENT

PRIVATE = ("credentials", "emails", "phones", "dateOfBirth", "addresses")
"""What a privacy-stripped person record lacks."""


def show_person(_state: BannerState, row: Person) -> Json:
    """A person with names, credentials, e-mail and the privacy status (R14, R17)."""
    return {
        "id": row.guid,
        "privacyStatus": {"privacyCategory": "restricted" if row.confidential else "unrestricted"},
        "names": _names(row),
        "dateOfBirth": row.born_on.isoformat(),
        "roles": [{"role": role} for role in sorted(row.roles)],
        "credentials": _credentials(row),
        "emails": [{"type": {"emailType": "school"}, "preference": "primary", "address": row.email}],
        "phones": [{"type": {"phoneType": "mobile"}, "number": row.phone}],
        "addresses": [{"type": {"addressType": "home"}, "address": {"id": address_of(row).guid}}],
    }


def show_address(_state: BannerState, row: Person) -> Json:
    """The home address of a person, as a record of its own."""
    address = address_of(row)
    region = {"title": address.region, "code": f"US-{address.region}"}
    country = {"code": "USA", "region": region, "locality": address.town, "postalCode": address.postal_code}
    return {"id": address.guid, "addressLines": [address.line], "place": {"country": country}}


def address_guid(row: Person) -> str:
    """The GUID of a person's home address."""
    return address_of(row).guid


def _name(category: str, first: str, middle: str, last: str, *, preferred: bool) -> Json:
    return without_blanks(
        {
            "type": {"category": category},
            "preference": "preferred" if preferred else None,
            "fullName": " ".join(part for part in (first, middle, last) if part),
            "firstName": first or None,
            "middleName": middle or None,
            "lastName": last,
        }
    )


def _names(row: Person) -> list[Json]:
    names = [_name("legal", row.first, row.middle, row.last, preferred=row.preferred is None)]
    if row.preferred is not None:
        names.append(_name("favored", row.preferred, "", row.last, preferred=True))
    if row.former_last is not None:
        names.append(_name("birth", row.first, row.middle, row.former_last, preferred=False))
    return names


def _credentials(row: Person) -> list[Json]:
    """The present id, former ones with their last day, and the login once issued (R3, R7)."""
    credentials: list[Json] = [{"type": "bannerId", "value": row.banner_id}]
    for prior, ended_on in row.prior_ids:
        credentials.append({"type": "bannerId", "value": prior, "endOn": ended_on.isoformat()})
    if row.login is not None:
        credentials.append({"type": "bannerUserName", "value": row.login})
    return credentials


def people_with(state: BannerState, credential: str) -> list[Person]:
    """Everyone who has or had this id, or has this login; found without writing out each person."""
    return [row for row in state.persons.values() if credential in (row.banner_id, row.login) or _had(row, credential)]


def _had(row: Person, credential: str) -> bool:
    return any(prior == credential for prior, _ in row.prior_ids)


def list_students(state: BannerState) -> list[Person]:
    """Everyone who studies."""
    return [person for person in state.persons.values() if STUDENT in person.roles]


def student_guid(person: Person) -> str:
    """The GUID of a person's student record."""
    return guid_of("students", person.guid)


def show_student(_state: BannerState, row: Person) -> Json:
    """A person's student record."""
    return {
        "id": student_guid(row),
        "person": reference(row.guid),
        "academicLevel": reference(level_guid(row.level)),
        "enrollmentStatus": {"status": "active"},
    }


def show_hold(_state: BannerState, row: Hold) -> Json:
    """A hold with its category."""
    return without_blanks(
        {
            "id": row.guid,
            "person": reference(row.person.guid),
            "type": {
                "category": row.category,
                "detail": reference(guid_of("person-hold-types", row.category)),
            },
            "notificationIndicator": "notify",
            "startOn": row.started_on.isoformat(),
            "endOn": row.ended_on.isoformat() if row.ended_on else None,
            "comment": row.comment or None,
        }
    )


def show_advising(_state: BannerState, row: Advising) -> Json:
    """An advisor's relationship to a student."""
    return {
        "id": row.guid,
        "student": reference(row.student.guid),
        "advisor": reference(row.advisor.guid),
        "advisorType": {"id": guid_of("advisor-types", row.kind), "code": row.kind},
        "startOn": row.started_on.isoformat(),
    }
