"""The synthetic world: the same seed gives the same world, and every situation of a real campus is in it."""

import time
from collections import Counter
from datetime import UTC, datetime
from functools import cache

import pytest

from simulator.banner.tables import Registration, Section
from simulator.campus import Campus
from simulator.world.calendar import CLOSED, FIRST_HALF, FULL, SECOND_HALF, college_calendar, preceding_term
from simulator.world.operations import Kind
from simulator.world.people import INSTRUCTOR, STUDENT
from simulator.world.synthetic import build_synthetic
from simulator.world.timetable import CANVAS, INDEPENDENT
from tests.simulator.campus_builds import default_campus

FALL, SUMMER, SPRING = "202680", "202640", "202710"


def test_same_seed_makes_the_same_world() -> None:
    first, second = build_synthetic(60, 5), build_synthetic(60, 5)
    assert first.operations == second.operations
    assert first.persons == second.persons
    assert build_synthetic(60, 6).operations != first.operations


def test_same_seed_makes_the_same_answer_key() -> None:
    keys = [Campus.build(students=80, seed=9).answer_key() for _ in range(2)]
    assert keys[0] == keys[1]


def test_campus_of_two_thousand_builds_in_seconds() -> None:
    started = time.process_time()
    Campus.build(students=2_000, seed=11)
    assert time.process_time() - started < 15


def test_calendar_is_the_one_the_registrar_publishes() -> None:
    calendar = college_calendar(FALL)
    full, first, second = (calendar.terms[FALL].part(code) for code in (FULL, FIRST_HALF, SECOND_HALF))
    assert [str(day) for day in (full.start_on, full.end_on, full.census_on)] == [
        "2026-08-24",
        "2026-12-11",
        "2026-09-14",
    ]
    assert [str(day) for day in (full.add_drop_end_on, full.withdraw_deadline_on)] == ["2026-09-04", "2026-10-30"]
    assert [str(day) for day in (full.grades_open_on, full.grades_due_on)] == ["2026-12-07", "2026-12-18"]
    assert [str(day) for day in (first.start_on, first.end_on, first.census_on)] == [
        "2026-08-24",
        "2026-10-14",
        "2026-09-04",
    ]
    assert [str(day) for day in (second.start_on, second.end_on, second.census_on)] == [
        "2026-10-15",
        "2026-12-11",
        "2026-10-26",
    ]
    assert default_campus().world.as_of == datetime(2026, 9, 21, 13, tzinfo=UTC)


@pytest.mark.parametrize("code", ["2026", "202699", "fall26"])
def test_malformed_term_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not a term code"):
        build_synthetic(10, 1, code)


def test_terms_follow_each_other() -> None:
    assert preceding_term("202610") == "202580"
    assert preceding_term(FALL, -1) == SPRING


def current(campus: Campus) -> list[Section]:
    return [section for section in campus.banner.sections.values() if section.key.term == FALL]


def registrations(campus: Campus, term: str = FALL) -> list[Registration]:
    return [row for row in campus.banner.registrations.values() if row.section.key.term == term]


def test_about_five_registrations_a_student() -> None:
    campus = default_campus()
    seats = [row for row in registrations(campus) if row.status.registered and not row.section.has_labs]
    assert 4.2 < len(seats) / 2_000 < 5.5


def test_r31_crn_repeats_across_terms_and_not_within_one() -> None:
    keys = list(default_campus().banner.sections)
    assert len(set(keys)) == len(keys)
    fall = {key.crn for key in keys if key.term == FALL}
    assert fall & {key.crn for key in keys if key.term == SUMMER}
    assert fall & {key.crn for key in keys if key.term == SPRING}


def test_people_have_the_names_that_break_software() -> None:
    students = [each for each in default_campus().banner.persons.values() if STUDENT in each.roles]
    families = Counter(each.last for each in students)
    assert any(not each.first for each in students), "no mononym"
    assert any(not each.last.isascii() for each in students)
    assert any("'" in each.last for each in students)
    assert any("-" in each.last for each in students)
    assert any(" " in each.last for each in students)
    assert families["Rose"] + families["May"] + families["Grant"] > 0
    assert any(each.preferred for each in students)
    twins = Counter((each.first, each.middle, each.last, each.born_on) for each in students)
    assert max(twins.values()) > 1
    assert len({each.banner_id for each in students}) == len(students)


@cache
def situations() -> dict[str, int]:
    """How often each situation occurs on the default campus."""
    campus = default_campus()
    banner, sections, rows = campus.banner, current(campus), registrations(campus)
    people = list(banner.persons.values())
    part = campus.world.calendar.terms[FALL].part
    loads = Counter(row.person.guid for row in banner.assignments.values() if row.section.term == FALL)
    withdrawn = [row for row in rows if row.status.reason == "withdrawn"]
    return {
        "full part of term": sum(each.part == FULL for each in sections),
        "first half": sum(each.part == FIRST_HALF for each in sections),
        "second half": sum(each.part == SECOND_HALF for each in sections),
        "lecture with labs": sum(each.has_labs for each in sections),
        "labs": sum(each.primary is not None for each in sections),
        "cross-listed groups": len([each for each in banner.crosslists.values() if each.sections[0].term == FALL]),
        "independent study": sum(each.method == INDEPENDENT for each in sections),
        "another LMS": sum(each.platform != CANVAS for each in sections),
        "cancelled sections": sum(each.status == "cancelled" for each in sections),
        "unpublished next term": sum(key.term == SPRING for key in banner.sections),
        "instructors of several sections": sum(load > 1 for load in loads.values()),
        "teaching assistants": sum(row.role == "teachingAssistant" for row in banner.assignments.values()),
        "replaced instructors": sum(row.ended_on is not None for row in banner.assignments.values()),
        "waiting": len(banner.waitlist),
        "late adds": sum(bool(row.registered_on and row.registered_on >= part(FULL).start_on) for row in rows),
        "drops": sum(row.status.reason == "dropped" for row in rows),
        "withdrawals": len(withdrawn),
        "withdrawals from a half term": sum(row.section.part == FIRST_HALF for row in withdrawn),
        "cancelled registrations": sum(row.code == "DC" for row in rows),
        "unpaid": sum(row.code == "DN" for row in rows),
        "auditors": sum(row.audit and row.status.registered for row in rows),
        "overrides": sum(row.override for row in rows),
        "financial holds": sum(each.category == "financial" for each in banner.holds.values()),
        "academic holds": sum(each.category == "academic" for each in banner.holds.values()),
        "released holds": sum(each.ended_on is not None for each in banner.holds.values()),
        "confidential": sum(each.confidential for each in people),
        "no login": sum(each.login is None for each in people),
        "re-issued ids": sum(bool(each.prior_ids) for each in people),
        "new family names": sum(each.former_last is not None for each in people),
        "logins in mixed case": sum(bool(each.login) and each.login != str(each.login).lower() for each in people),
        "people who study and teach": sum({STUDENT, INSTRUCTOR} <= each.roles for each in people),
        "prior W grades": sum(line.grade == "W" for lines in banner.transcripts.values() for line in lines),
        "advised students": len({each.student.guid for each in banner.advising.values()}),
        "registrations no longer exported": sum(not row.exported for row in registrations(campus, SUMMER)),
    }


def test_every_situation_occurs() -> None:
    assert [name for name, times in situations().items() if not times] == []


def test_re_registration_keeps_one_row() -> None:
    operations = default_campus().world.operations
    register = Counter(
        (each.person, each.sections) for each in operations if each.kind.value == "registered" and each.sections
    )
    again = [key for key, times in register.items() if times > 1]
    assert again
    person, sections = again[0]
    campus = default_campus()
    rows = [row for row in campus.banner.registrations_of[str(person)] if row.section.key == sections[0]]
    assert len(rows) == 1


def test_r33_departures_follow_the_census_of_their_own_part() -> None:
    campus = default_campus()
    for row in registrations(campus):
        census = campus.world.calendar.terms[FALL].part(row.section.part).census_on
        if row.status.reason == "withdrawn":
            assert row.status_on
            assert row.status_on > census
        if row.status.reason == "dropped":
            assert row.status_on
            assert row.status_on <= census


def test_nobody_is_registered_and_waiting_in_one_section() -> None:
    campus = default_campus()
    for place in campus.banner.waitlist.values():
        assert campus.banner.registration(place.person.guid, place.section.key) is None


def test_nothing_happens_after_as_of() -> None:
    world = default_campus().world
    assert max(each.at for each in world.operations) <= world.as_of


@pytest.mark.parametrize("day", [9, 12, 15, 21, 30])
def test_nothing_happens_in_a_section_before_it_opens(day: int) -> None:
    """In November the schedule of spring came out days ago; its cancellations are no older."""
    world = build_synthetic(20, 2, "202680", datetime(2026, 11, day, 14, tzinfo=UTC))
    opened = {key: each.at for each in world.operations if each.kind is Kind.SECTION_OPENED for key in each.sections}
    early = [each for each in world.operations if any(each.at < opened[key] for key in each.sections)]
    assert early == []


def test_closed_term_is_rolled() -> None:
    campus = default_campus()
    today = campus.world.calendar.local_day(campus.world.as_of)
    assert campus.world.calendar.standing(SUMMER, today) == CLOSED
    assert not any(row.exported for row in registrations(campus, SUMMER))


@pytest.mark.slow
def test_campus_of_twenty_thousand_builds_well_within_a_minute() -> None:
    started = time.process_time()
    campus = Campus.build(students=20_000, seed=12)
    assert time.process_time() - started < 60
    assert 0.02 <= len(campus.truth.real_items()) / 95_000 <= 0.04
