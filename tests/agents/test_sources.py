"""Sources that cannot be trusted: empty, shrunken, incomplete, contradictory, and rosters that differ too much."""

import pytest

from agents.roster import SourceCounts
from domain.changes import Tier
from domain.errors import DuplicateKey, EmptySource, IncompleteFetch, InvalidRecord, SourceShrank
from domain.findings import DiscrepancyType as D
from domain.findings import Finding, Handling, Severity
from domain.lms import LmsState
from domain.records import RegistrationStatus
from tests.agents.world import LIMITS, World


@pytest.mark.parametrize("name", ["people", "sections", "registrations"])
def test_r66_an_empty_sis_source_stops_the_term(name: str) -> None:
    world = World()
    world.busy()
    setattr(world, name, [])
    detection = world.detect()
    assert detection.stopped
    assert detection.differences == ()
    assert [(each.code, each.severity) for each in detection.findings] == [(EmptySource.code, Severity.STOP)]


def test_r66_an_empty_lms_is_a_term_to_provision_unless_it_was_full_before() -> None:
    world = World()
    world.registers(world.person(), world.section())
    assert world.types() == [D.MISSING_IN_LMS]
    detection = world.detect(earlier=SourceCounts(rows={"enrollments": 4}))
    assert [each.code for each in detection.findings] == [EmptySource.code]


@pytest.mark.parametrize(("earlier", "stopped"), [(1, False), (2, False), (3, True)])
def test_r68_a_source_that_lost_half_its_rows_stops_the_term(earlier: int, stopped: bool) -> None:
    world = World()
    world.busy()
    detection = world.detect(earlier=SourceCounts(rows={"registrations": earlier}))
    assert detection.stopped is stopped
    assert [each.code for each in detection.findings] == [SourceShrank.code] * stopped


def test_r70_registrations_that_did_not_all_arrive_prove_no_absence() -> None:
    world = World()
    world.busy()
    section = world.section("10001")
    world.enrolled(world.person(1), section)
    world.registers(world.person(2), section)
    world.incomplete["registrations"] = {"complete": False, "expected": 9}
    assert world.types() == [D.MISSING_IN_LMS]
    assert [each.code for each in world.detect().findings] == [IncompleteFetch.code]


def test_r70_a_total_that_does_not_match_the_rows_counts_as_incomplete() -> None:
    world = World()
    world.busy()
    world.enrolled(world.person(1), world.section("10001"))
    world.incomplete["registrations"] = {"expected": 2}
    assert world.types() == []


def test_r70_an_incomplete_roster_of_one_section_holds_back_that_section_only() -> None:
    world = World()
    world.busy()
    person = world.person(1)
    for crn in ("10001", "10002"):
        world.registers(person, world.section(crn))
    blamed = Finding(
        code=IncompleteFetch.code, severity=Severity.WARNING, subject="section 202680-10001", message="Cut short."
    )
    world.incomplete["enrollments"] = {"complete": False, "findings": (blamed,)}
    assert [str(each.section) for each in world.found()] == ["202680-10002"]


def test_r70_a_section_whose_roster_is_unreadable_is_not_compared_at_all() -> None:
    world = _drained(13, 12)
    blamed = Finding(
        code=IncompleteFetch.code, severity=Severity.WARNING, subject="section 202680-10001", message="Cut short."
    )
    world.incomplete["enrollments"] = {"complete": False, "findings": (blamed,)}
    detection = world.detect(limits=LIMITS.model_copy(update={"run_difference_minimum": 5}))
    assert (detection.differences, detection.stopped) == ((), False)
    assert (detection.preflight.sis_total, detection.preflight.sections) == (0, ())
    assert "section 202680-10001" in {finding.subject for finding in detection.findings}


@pytest.mark.parametrize(
    ("source", "expected"), [("users", D.MISSING_ACCOUNT), ("lms_sections", D.ENROLLMENT_WITHOUT_LMS_COURSE)]
)
def test_r70_accounts_and_sections_are_not_made_on_an_incomplete_read(source: str, expected: D) -> None:
    world = World()
    world.busy()
    section = world.section("10001", in_lms=source != "lms_sections")
    world.registers(world.person(1, account=source != "users"), section)
    assert world.types() == [expected]
    world.incomplete[source] = {"complete": False}
    assert world.types() == []


def test_r51_two_records_of_one_version_that_disagree_are_named() -> None:
    world = World()
    world.busy()
    person, section = world.people[0].sis_id, world.sections[0].key
    world.registers(person, section, RegistrationStatus.DROPPED)
    detection = world.detect()
    assert detection.differences == ()
    assert [each.code for each in detection.findings] == [DuplicateKey.code]


def test_s58_unmapped_status_codes_are_one_finding_per_code() -> None:
    world = World()
    world.busy()
    section = world.section("10001")
    for number in (1, 2, 3):
        world.registers(world.person(number), section, RegistrationStatus.UNKNOWN, status_code="ZZ")
    findings = world.detect().findings
    assert [(each.code, each.subject) for each in findings] == [(InvalidRecord.code, "registration status ZZ")]
    assert findings[0].message.startswith("3 registrations")


def _drained(leaving: int, staying: int) -> World:
    world = World()
    section = world.section("10001")
    for number in range(1, leaving + staying + 1):
        person = world.person(number)
        status = RegistrationStatus.DROPPED if number <= leaving else RegistrationStatus.REGISTERED
        world.registers(person, section, status)
        world.enrolled(person, section)
    return world


@pytest.mark.parametrize(("leaving", "staying", "held"), [(9, 1, False), (12, 12, False), (13, 12, True)])
def test_r58_r67_a_purge_of_one_roster_waits_for_a_person(leaving: int, staying: int, held: bool) -> None:
    detection = _drained(leaving, staying).detect()
    tiers = {change.tier for each in detection.differences for change in each.remedy}
    assert tiers == {Tier.PROPOSE if held else Tier.AUTO}
    mismatches = [each for each in detection.discrepancies if each.type is D.COUNT_MISMATCH]
    assert [each.handling for each in mismatches] == [Handling.TICKET] * held
    assert len(detection.preflight.held) == held


def test_s51_rosters_that_differ_too_much_stop_the_run() -> None:
    world = _drained(6, 4)
    limits = LIMITS.model_copy(update={"run_difference_minimum": 5})
    detection = world.detect(limits=limits)
    assert detection.stopped
    assert detection.preflight.reason == "Rosters differ by 60%: 4 registered, 10 in the LMS."


def test_s52_the_preflight_lists_students_whom_only_one_side_has() -> None:
    world = World()
    world.busy()
    section = world.section("10001")
    world.registers(world.person(1), section)
    world.enrolled(world.person(2), section, by_hand=True)
    world.enrolled(world.person(3), section, LmsState.DELETED)
    (count,) = world.detect().preflight.sections
    assert (count.section, count.sis, count.lms, count.only_sis, count.only_lms) == (section, 1, 1, 1, 1)


def test_r31_a_key_that_stands_twice_is_named_and_the_first_row_counts() -> None:
    world = World()
    world.busy()
    world.sections.append(world.sections[0].model_copy(update={"title": "Another title"}))
    world.people.append(world.people[0].model_copy(update={"login": "another"}))
    detection = world.detect()
    assert detection.differences == ()
    assert [(each.code, each.subject) for each in detection.findings] == [
        (DuplicateKey.code, "banner people"),
        (DuplicateKey.code, "banner sections"),
    ]
    assert "A00000999" not in detection.model_dump_json()
    assert "202680-19999" in detection.findings[1].message
