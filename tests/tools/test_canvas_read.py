"""Reading Canvas under faults: what arrives is whole or says that it is not (R70)."""

import pytest

from domain.changes import Enrol
from domain.errors import CredentialRejected, IncompleteFetch, Unreachable
from domain.images import Image
from domain.lms import CourseState, LmsState
from simulator.faults import FaultKind
from tests.contract.lms.cases import FIRST, FIRST_COURSE, TERM, basics, row
from tests.tools.canvas_campus import CanvasCampus
from tests.tools.canvas_fixtures import campus, stage
from tests.tools.people import ANN, FAY
from tools.lms.canvas.collecting import MOST_UNREADABLE
from tools.lms.canvas.read import CanvasReader
from tools.wire import CanvasOAuth, OAuthApp, RetryPolicy, TlsPolicy, WireClient

__all__ = ["campus", "stage"]

PASSING = [
    (FaultKind.THROTTLE, {}),
    (FaultKind.HTTP_5XX, {}),
    (FaultKind.TIMEOUT, {"seconds": 1.5}),
    (FaultKind.TRUNCATED_PAGE, {}),
    (FaultKind.CUT_BODY, {}),
    (FaultKind.DROPPED_BEFORE, {}),
    (FaultKind.DROPPED_AFTER, {}),
]


@pytest.mark.parametrize(("kind", "more"), PASSING, ids=[kind.value for kind, _ in PASSING])
def test_r70_r73_a_fault_on_the_second_page_is_outlived(
    campus: CanvasCampus, kind: FaultKind, more: dict[str, object]
) -> None:
    campus.fault(kind, "/users$", after=1, **more)
    fetch = campus.reader.read_users()
    assert campus.plan.played
    assert fetch.complete
    assert len(fetch.rows) == 8
    assert len({user.id for user in fetch.rows}) == 8


@pytest.mark.parametrize("kind", [FaultKind.HTTP_5XX, FaultKind.TRUNCATED_PAGE, FaultKind.DROPPED_BEFORE])
def test_r70_a_page_that_never_comes_leaves_a_partial_fetch_marked_as_such(
    campus: CanvasCampus, kind: FaultKind
) -> None:
    campus.fault(kind, "/users$", after=1, count=None)
    fetch = campus.reader.read_users()
    assert not fetch.complete
    assert len(fetch.rows) == 3
    assert [finding.severity.value for finding in fetch.findings] == ["stop"]


def test_r4_a_deleted_account_is_told_from_the_living_and_still_has_its_id(campus: CanvasCampus) -> None:
    user = campus.state.user_by_sis(ANN.sis_id)
    assert user is not None
    campus.state.delete_user(user.id)
    fetch = campus.reader.read_users()
    assert fetch.complete
    assert [each.sis_id for each in fetch.rows if each.deleted] == [ANN.sis_id]
    assert len([each for each in fetch.rows if not each.deleted]) == 7
    found = campus.reader.find_user(ANN.sis_id)
    assert found is not None
    assert found.deleted


def test_r70_r4_without_all_living_accounts_none_is_taken_for_deleted(campus: CanvasCampus) -> None:
    campus.fault(FaultKind.HTTP_5XX, "/users$", after=1, count=4)
    fetch = campus.reader.read_users()
    assert not fetch.complete
    assert [each for each in fetch.rows if each.deleted] == []


def test_r70_one_unreadable_section_stops_only_itself(campus: CanvasCampus) -> None:
    sections = campus.reader.read_sections(campus.reader.read_courses(TERM).rows).rows
    lost = next(section for section in sections if section.key == FIRST)
    campus.fault(FaultKind.HTTP_5XX, f"/sections/{lost.id}/", count=None)
    fetch = campus.reader.read_enrollments([*sections, *sections[:1]])
    assert not fetch.complete
    assert {(one.subject, one.severity.value, one.code) for one in fetch.findings} == {
        (f"section {FIRST}", "warning", IncompleteFetch.code)
    }
    assert all("left out of the comparison" in one.message and one.fix for one in fetch.findings)
    assert FIRST not in {found.section_key for found in fetch.rows}


def test_r70_the_rows_that_came_of_an_unreadable_section_are_not_half_a_roster(campus: CanvasCampus) -> None:
    sections = campus.reader.read_sections(campus.reader.read_courses(TERM).rows).rows
    whole = campus.reader.read_enrollments(sections).rows
    lost = next(section for section in sections if section.key == FIRST)
    campus.fault(FaultKind.TRUNCATED_PAGE, f"/sections/{lost.id}/", after=1, count=None)
    fetch = campus.reader.read_enrollments(sections)
    assert campus.plan.played
    assert set(fetch.rows) == {one for one in whole if one.section_key != FIRST}


def test_r70_endless_truncation_is_given_up_after_a_few_sections(campus: CanvasCampus) -> None:
    sections = campus.reader.read_sections(campus.reader.read_courses(TERM).rows).rows
    campus.fault(FaultKind.TRUNCATED_PAGE, "/sections/", count=None)
    fetch = campus.reader.read_enrollments(list(sections) * MOST_UNREADABLE)
    *left_out, gave_up = fetch.findings
    assert len(left_out) == MOST_UNREADABLE
    assert (gave_up.code, gave_up.severity.value) == (IncompleteFetch.code, "stop")
    assert len(campus.plan.played) <= MOST_UNREADABLE * RetryPolicy().attempts


def test_reading_stops_asking_once_the_breaker_is_open(campus: CanvasCampus) -> None:
    reader = campus.reader
    sections = reader.read_sections(reader.read_courses(TERM).rows).rows * 30
    campus.fault(FaultKind.HTTP_5XX, "/enrollments", count=None)
    before = len(campus.plan.played)
    fetch = reader.read_enrollments(sections)
    assert not fetch.complete
    assert fetch.findings[-1].code == "PV104"
    assert len(campus.plan.played) - before <= 12


def test_r70_a_roster_of_one_section_is_whole_or_an_error(campus: CanvasCampus) -> None:
    campus.fault(FaultKind.TRUNCATED_PAGE, "/enrollments", after=1, count=None)
    with pytest.raises(IncompleteFetch):
        campus.reader.find_section_enrollments(FIRST)


def test_a_token_that_expires_mid_page_is_renewed(campus: CanvasCampus) -> None:
    tokens = campus.face.tokens
    app = OAuthApp(
        client_id=tokens.client_id, client_secret=tokens.client_secret, refresh_token=tokens.issue_refresh("r")
    )
    tls = TlsPolicy(ca_file=campus.ca_file)
    with WireClient(campus.url, CanvasOAuth(campus.url, app, tls=tls), system="canvas", tls=tls) as client:
        campus.fault(FaultKind.EXPIRE_TOKEN, "/users$", after=1)
        fetch = CanvasReader(client, "1", campus.handles, page_size=3).read_users()
    assert fetch.complete
    assert len(fetch.rows) == 8


def test_a_revoked_token_is_an_error_for_the_operator_not_an_empty_roster(campus: CanvasCampus) -> None:
    reader = campus.reader
    campus.face.tokens.revoke(campus.face.tokens.authenticate(campus.read_token))
    with pytest.raises(CredentialRejected):
        reader.read_users()


def test_s223_the_reading_token_cannot_write(campus: CanvasCampus) -> None:
    client = campus.client(campus.read_token)
    with pytest.raises(CredentialRejected):
        client.put("/api/v1/courses/sis_course_id:MATH101-001-202680", form=(("course[event]", "offer"),))


def test_a_course_in_every_state_is_read_deleted_ones_too(campus: CanvasCampus) -> None:
    for sis_id, event in (("MATH101-001-202680", "delete"), ("MATH101-002-202680", "conclude")):
        course = campus.state.course_by_sis(sis_id)
        assert course is not None
        campus.state.course_event(course.id, event)
    fetch = campus.reader.read_courses(TERM)
    assert {course.state for course in fetch.rows} == {
        CourseState.DELETED,
        CourseState.COMPLETED,
        CourseState.UNPUBLISHED,
    }
    assert campus.reader.read_sections(fetch.rows).complete
    assert FIRST_COURSE in {course.sis_course_id for course in fetch.rows}


def test_observing_many_people_of_one_section_reads_it_once(campus: CanvasCampus) -> None:
    changes = [
        Enrol(section=FIRST, person=campus.handles.handle(one), **basics(Image.absent(), row(LmsState.ACTIVE)))
        for one in campus.sis.people.values()
    ]
    campus.fault(FaultKind.SLOW, "/enrollments", count=None, seconds=0.0)
    images = CanvasReader(campus.client(campus.read_token), "1", campus.handles).observe(changes)
    assert len(campus.plan.played) == 1
    by_person = {change.person: images[change.change_id] for change in changes}
    assert by_person[campus.handles.handle(ANN)].fields["state"] == "active"
    assert not by_person[campus.handles.handle(FAY)].exists


def test_a_dead_server_is_unreachable_when_a_single_record_is_asked(campus: CanvasCampus) -> None:
    campus.fault(FaultKind.DROPPED_BEFORE, "", count=None)
    with pytest.raises(Unreachable):
        campus.reader.find_user(ANN.sis_id)
