"""People as Ethos shows them: persons, students, holds, advisors, averages and earlier grades."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from simulator.banner.schedule_views import STANDARD_SCHEME, level_guid, period_guid
from simulator.banner.state import BannerState
from simulator.banner.tables import Advising, Hold, PastGrade, Person, guid_of
from simulator.banner.wire import Json, reference, without_blanks
from simulator.world.addresses import address_of

QUALITY_POINTS = {
    "A": Decimal("4.0"),
    "A-": Decimal("3.7"),
    "B+": Decimal("3.3"),
    "B": Decimal("3.0"),
    "B-": Decimal("2.7"),
    "C+": Decimal("2.3"),
    "C": Decimal("2.0"),
    "D": Decimal("1.0"),
    "F": Decimal("0.0"),
}
"""Points per credit; W earns none and counts in no average."""
LETTERS = (*QUALITY_POINTS, "W")
PRIVATE = ("credentials", "emails", "phones", "dateOfBirth", "addresses")
"""What a privacy-stripped person record lacks."""


class Averages(NamedTuple):
    """A student with the transcript lines that averages are made of."""

    guid: str
    student: Person
    lines: tuple[PastGrade, ...]


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


def list_past_grades(state: BannerState) -> list[PastGrade]:
    """Every transcript line."""
    return [line for lines in state.transcripts.values() for line in lines]


def grade_guid(letter: str) -> str:
    """The GUID of a letter grade."""
    return guid_of("grade-definitions", letter)


def show_past_grade(state: BannerState, row: PastGrade) -> Json:
    """One transcript line."""
    ended_on = state.calendar.terms[row.term].end_on
    earned = row.course.credits if row.grade not in ("W", "F") else 0
    points = QUALITY_POINTS.get(row.grade, Decimal(0)) * row.course.credits
    return {
        "id": row.guid,
        "student": reference(row.student.guid),
        "academicPeriod": reference(period_guid(row.term)),
        "course": {"detail": reference(row.course.guid), "name": row.course.code},
        "grade": reference(grade_guid(row.grade)),
        "awardGradeScheme": reference(STANDARD_SCHEME),
        "credit": {
            "attemptedCredit": row.course.credits,
            "earnedCredit": earned,
            "qualityPoint": {"value": str(points)},
        },
        "recordedOn": (ended_on + timedelta(days=12)).isoformat(),
    }


def list_averages(state: BannerState) -> list[Averages]:
    """Students who have earlier grades."""
    return [_averages(state, guid) for guid in state.transcripts]


def _averages(state: BannerState, person: str) -> Averages:
    guid = guid_of("student-grade-point-averages", person)
    return Averages(guid, state.persons[person], tuple(state.transcripts[person]))


def averages_of(state: BannerState, person: str) -> list[Averages]:
    """The averages of one person, if there are any."""
    return [_averages(state, person)] if person in state.transcripts else []


def show_averages(_state: BannerState, row: Averages) -> Json:
    """Grade point averages per term and over all."""
    terms = sorted({line.term for line in row.lines})
    return {
        "id": row.guid,
        "student": reference(row.student.guid),
        "periodBased": [
            {
                "academicPeriod": reference(period_guid(term)),
                **_average([line for line in row.lines if line.term == term]),
            }
            for term in terms
        ],
        "cumulative": [_average(list(row.lines))],
    }


def _average(lines: list[PastGrade]) -> Json:
    """Credits and the average; a student with only W grades has no value."""
    graded = [line for line in lines if line.grade in QUALITY_POINTS]
    credits_graded = sum(line.course.credits for line in graded)
    points = sum((QUALITY_POINTS[line.grade] * line.course.credits for line in graded), Decimal(0))
    value = (points / credits_graded).quantize(Decimal("0.01"), ROUND_HALF_UP) if credits_graded else None
    return without_blanks(
        {
            "academicSource": "all",
            "value": str(value) if value is not None else None,
            "attemptedCredits": sum(line.course.credits for line in lines),
            "earnedCredits": sum(line.course.credits for line in graded if line.grade != "F"),
        }
    )
