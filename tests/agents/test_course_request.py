"""The request to make a course: accepted, validated, enriched (S180 to S194, E8, E10, E11)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agents.roster.course_request import propose_course, termed_integration_id
from domain.errors import InvalidRecord
from domain.findings import Severity
from domain.ids import TermCode
from domain.institution import DepartmentTemplate, TermCalendar
from tests.agents.world import NOW, institution, part

FALL = institution(
    calendars=(TermCalendar(term=TermCode("FA2025"), parts=(part(),)),),
    departments=(DepartmentTemplate(department="Mathematics", account="dept:MATH", template_course="TPL-MATH"),),
)


def _request(**changed: Any) -> dict[str, Any]:
    payload = {
        "name": "Calculus I",
        "course_code": "MATH101",
        "term_id": "FA2025",
        "start_at": "2025-08-25T08:00:00Z",
        "end_at": "2025-12-15T17:00:00Z",
        "integration_id": "BANNER_CRN_12345",
        "workflow_state": "available",
    }
    metadata = {
        "instructor_sis_id": "jsmith",
        "department": "Mathematics",
        "sync_trigger": "schedule_of_classes_export",
    }
    return {
        "action": changed.get("action", "create_course"),
        "source": "Banner_API",
        "sis_course_id": changed.get("sis_course_id", "MATH101-001-FA2025"),
        "payload": {**payload, **changed.get("payload", {})},
        "metadata": {**metadata, **changed.get("metadata", {})},
    }


def test_s180_to_s194_the_request_becomes_a_course_from_the_departments_template() -> None:
    change = propose_course(_request(), FALL, NOW).change
    assert (change.course, change.name, change.course_code, change.term) == (
        "MATH101-001-FA2025",
        "Calculus I",
        "MATH101",
        "FA2025",
    )
    assert (change.account, change.template) == ("dept:MATH", "TPL-MATH")
    assert change.start_at == datetime(2025, 8, 25, 8, tzinfo=UTC)
    assert len(change.evidence) == 2
    assert "schedule_of_classes_export" in change.evidence[0].shows


def test_e8_available_is_a_wish_to_publish() -> None:
    assert propose_course(_request(), FALL, NOW).change.publish
    hidden = _request(payload={"workflow_state": "unpublished"})
    assert propose_course(hidden, FALL, NOW).change.after.fields == {"state": "unpublished"}


@pytest.mark.parametrize(
    ("start_at", "warned"),
    [("2025-08-25T08:00:00Z", True), ("2025-08-25T04:00:00Z", False), ("2025-08-25T08:00:00-04:00", False)],
)
def test_e10_a_start_in_the_small_hours_on_campus_is_warned_about(start_at: str, warned: bool) -> None:
    findings = propose_course(_request(payload={"start_at": start_at}), FALL, NOW).findings
    assert [finding.severity for finding in findings] == [Severity.WARNING] * warned
    assert all("04:00 on campus" in finding.message for finding in findings)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("BANNER_CRN_12345", "BANNER_FA2025_12345"),
        ("BANNER_FA2025_12345", "BANNER_FA2025_12345"),
        ("12345", "SIS_FA2025_12345"),
        ("", ""),
    ],
)
def test_e11_an_integration_id_names_its_term(given: str, expected: str) -> None:
    assert termed_integration_id(given, TermCode("FA2025")) == expected


def test_s194_an_unknown_department_is_said_and_goes_to_the_default_account() -> None:
    proposal = propose_course(_request(metadata={"department": "Alchemy"}), FALL, NOW)
    assert (proposal.change.account, proposal.change.template) == ("self", "")
    assert Severity.INFO in [finding.severity for finding in proposal.findings]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"action": "delete_course"}, "action"),
        ({"sis_course_id": "MATH 101"}, "sis_course_id"),
        ({"sis_course_id": "MATH101-001-SP2026"}, "sis_course_id"),
        ({"payload": {"name": ""}}, "payload.name"),
        ({"payload": {"name": "x" * 256}}, "payload.name"),
        ({"payload": {"start_at": "2025-08-25T08:00:00"}}, "payload.start_at"),
        ({"payload": {"start_at": "soon"}}, "payload.start_at"),
        ({"payload": {"end_at": "2025-08-25T08:00:00Z"}}, "payload"),
        ({"payload": {"term_id": "FA1999"}}, "payload.term_id"),
        ({"payload": {"workflow_state": "published"}}, "payload.workflow_state"),
        ({"payload": {"colour": "blue"}}, "payload.colour"),
    ],
)
def test_s193_an_unsound_request_is_refused_naming_the_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        propose_course(_request(**changed), FALL, NOW)
    assert refused.value.field == field
    assert refused.value.fix


def test_s193_every_faulty_field_is_listed() -> None:
    with pytest.raises(InvalidRecord, match=r"payload\.name.*payload\.start_at"):
        propose_course(_request(payload={"name": "", "start_at": "soon"}), FALL, NOW)
