"""R21: who advises and teaches whom, asked of Ethos for one person; an ignored filter never widens the answer."""

import json
from datetime import date
from typing import Any

import pytest

from domain.ids import SisPersonId
from tests.tools.ethos_tenant import Connected, Tenant, connect, make_tenant, ref
from tests.tools.sis_campus import LAB, MATH
from tests.tools.wire_server import Asked, Reply

STUDENT, OTHER, TEACHER = SisPersonId("A00000001"), SisPersonId("A00000002"), SisPersonId("A00000003")
LONG_AGO = date(2026, 1, 1)
UNSET = {"advising_by_advisor": None, "advising_of_student": None, "sections_of_instructor": None}


@pytest.fixture
def tenant() -> Tenant:
    tenant = make_tenant()
    tenant.collections["student-advisor-relationships"] = [
        {"id": "d-1", "student": ref("g-1"), "advisor": ref("g-2"), "endOn": "2026-05-01"},
        {"id": "d-2", "student": ref("g-1"), "advisor": ref("g-3"), "startOn": "2026-08-01"},
        {"id": "d-3", "student": ref("g-2"), "advisor": ref("g-3"), "startOn": "2027-01-01"},
    ]
    return tenant


def deaf(tenant: Tenant) -> None:
    """Let the tenant answer every question about advising with all of it."""

    def answer_all(asked: Asked, reply: Reply) -> Reply:
        if not asked.path.endswith("student-advisor-relationships"):
            return reply
        rows = tenant.collections["student-advisor-relationships"]
        return Reply(
            200,
            json.dumps(rows[int(asked.query["offset"]) :]).encode(),
            {**reply.headers, "x-total-count": str(len(rows))},
        )

    tenant.twists.append(answer_all)


def refusing(tenant: Tenant) -> None:
    """Let the tenant refuse criteria on advising and teaching."""

    def refuse(asked: Asked, reply: Reply) -> Reply:
        named = asked.path.endswith(("student-advisor-relationships", "section-instructors"))
        return (
            Reply(400, b'{"errors":[{"code":"filter","message":"unknown"}]}')
            if named and "criteria" in asked.query
            else reply
        )

    tenant.twists.append(refuse)


@pytest.mark.parametrize("manner", ["asked", "unset", "deaf", "refusing"])
def test_r21_present_advisors_and_advisees_however_the_tenant_answers(tenant: Tenant, manner: str) -> None:
    {"deaf": deaf, "refusing": refusing}.get(manner, lambda _: None)(tenant)
    with connect(tenant) as campus:
        reader = campus.reader(**(UNSET if manner == "unset" else {})).relationships()
        assert (reader.read_advisees(TEACHER).rows, reader.read_advisees(TEACHER).complete) == ((STUDENT,), True)
        assert reader.read_advisees(OTHER).rows == ()
        assert reader.read_advisors(STUDENT).rows == (TEACHER,)
        assert (reader.read_advisors(OTHER).rows, reader.read_advisors(OTHER).complete) == ((), True)


def test_somebody_banner_does_not_know_has_no_whole_answer(tenant: Tenant) -> None:
    with connect(tenant) as campus:
        found = campus.reader().relationships().read_advisors(SisPersonId("A00000404"))
    assert (found.rows, found.complete) == ((), False)


@pytest.mark.parametrize("manner", ["asked", "unset", "refusing"])
def test_r21_sections_are_those_taught_to_their_end(tenant: Tenant, manner: str) -> None:
    tenant.collections["section-instructors"] = [
        {"id": "i-1", "section": ref("s-1"), "instructor": ref("g-3"), "instructorRole": "primary"},
        {"id": "i-2", "section": ref("s-2"), "instructor": ref("g-3"), "workEndOn": "2026-09-01"},
        {"id": "i-3", "section": ref("s-2"), "instructor": ref("g-2")},
    ]
    if manner == "refusing":
        refusing(tenant)
    with connect(tenant) as campus:
        reader = campus.reader(**(UNSET if manner == "unset" else {})).relationships()
        assert [row.key for row in reader.read_taught(TEACHER, LONG_AGO).rows] == [MATH]
        assert [row.key for row in reader.read_taught(OTHER, LONG_AGO).rows] == [LAB]
        assert reader.read_taught(TEACHER, date(2026, 12, 31)).rows == ()


def opted_out(campus: Connected, *people: SisPersonId) -> tuple[Any, bool]:
    found = campus.reader().relationships().read_confidential(people)
    return found.rows, found.complete


def test_r17_who_opted_out_and_whose_flag_is_withheld_or_unknown(tenant: Tenant) -> None:
    first = tenant.collections["persons"][0]
    with connect(tenant) as campus:
        first["privacyStatus"] = {"privacyCategory": "restricted"}
        assert opted_out(campus, STUDENT, OTHER) == ((STUDENT,), True)
        first["privacyStatus"] = {"privacyCategory": "unrestricted"}
        assert opted_out(campus, STUDENT, OTHER) == ((), True)
        assert opted_out(campus, STUDENT, SisPersonId("A00000404")) == ((), False)
