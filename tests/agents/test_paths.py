"""What a learning path recommends and why, on a class written by hand (S91 to S95, S209, S210)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from agents.paths import Driver, Known, LearningPath, Need, View, choose
from agents.paths.message import plan_message
from agents.paths.outcomes import Outcome, Tried, outcomes_of
from domain.changes import Tier
from domain.ids import AssignmentId, Crn, RecordHandle, ResourceId, SectionKey, TermCode
from domain.learning import Assignment, LastAccess, PastCourse, Programme, Resource, ResourceKind, Submission
from domain.records import Section, SectionStatus
from graphs.path_work import quiet_days

KEY, ANN = SectionKey(TermCode("202680"), Crn("10001")), RecordHandle("per_ann")
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
SECTION = Section(
    key=KEY,
    subject="BIOL",
    course_number="201",
    sequence="001",
    title="Cells",
    department="BIOL",
    status=SectionStatus.OPEN,
    start_on=date(2026, 8, 24),
    end_on=date(2026, 12, 11),
)


def thing(name: str, kind: ResourceKind, title: str, module: str = "", **more: Any) -> Resource:
    url = f"https://canvas.example/{name}"
    return Resource(id=ResourceId(name), section=KEY, kind=kind, title=title, url=url, module=module, **more)


def work(number: int, name: str, due: int) -> Assignment:
    return Assignment(
        id=AssignmentId(number), section=KEY, name=name, points=Decimal(100), due_at=NOW + timedelta(days=due)
    )


def done(number: int, score: str | None = "90", **more: Any) -> Submission:
    points = Decimal(score) if score else None
    values = {"submitted_at": NOW - timedelta(days=5), "posted_at": NOW - timedelta(days=4), **more}
    return Submission(assignment=AssignmentId(number), section=KEY, person=ANN, score=points, **values)


OFFERED = (
    thing("module-1", ResourceKind.MODULE, "Unit 1", position=1),
    thing("module-2", ResourceKind.MODULE, "Unit 2", position=2),
    thing("page-1", ResourceKind.PAGE, "Notes", "Unit 1", position=1),
    thing("quiz-1", ResourceKind.QUIZ, "Practice", "Unit 1", position=2),
    thing("assignment-1", ResourceKind.ASSIGNMENT, "Essay", "Unit 1", position=3),
    thing("page-2", ResourceKind.PAGE, "Notes 2", "Unit 2", position=1),
    thing("quiz-2", ResourceKind.QUIZ, "Practice 2", "Unit 2", position=2, published=False),
    thing("page-9", ResourceKind.PAGE, "Unit 2: further reading", "Unit 2", position=3),
    thing("assignment-2", ResourceKind.ASSIGNMENT, "Report", "Unit 2", position=4),
    thing("group-1", ResourceKind.GROUP, "Study group A"),
)


def known(**more: Any) -> Known:
    values: dict[str, Any] = {
        "section": SECTION,
        "now": NOW,
        "resources": OFFERED,
        "assignments": (work(1, "Essay", -5), work(2, "Report", 5)),
        "submissions": {AssignmentId(1): done(1, "80")},
        "opened": {},
        "quiet_days": 0,
        "programmes": (),
        "past": (),
    }
    return Known(**{**values, **more})


def path(view: View = View.STUDENT, **more: Any) -> LearningPath:
    return choose(known(**more), ANN, view)


def needs(found: LearningPath) -> dict[str, Need]:
    return {one.resource: one.need for one in found.recommendations}


def test_s93_s94_what_is_missing_leads_to_its_own_module_and_to_a_group() -> None:
    found = path(submissions={})
    assert needs(found)["quiz-1"] is needs(found)["page-1"] is Need.MISSED_WORK
    assert needs(found)["group-1"] is Need.COMPANY
    assert next(iter(needs(found))) == "quiz-1"
    assert found.recommendations[0].evidence == "assignment 1"


def test_only_published_things_with_an_address_that_the_class_has_are_recommended() -> None:
    offered = {one.id: one for one in OFFERED}
    for more in ({"submissions": {}}, {"quiet_days": 30}, {}):
        for one in path(**more).recommendations:
            assert offered[one.resource].published
            assert one.url == offered[one.resource].url
    assert "quiz-2" not in needs(path())


def test_s92_a_low_mark_is_taken_up_and_a_mark_that_is_hidden_is_not() -> None:
    assert Need.LOW_MARK in needs(path(submissions={AssignmentId(1): done(1, "55")})).values()
    hidden = done(1, "55", posted_at=None)
    assert Need.LOW_MARK not in needs(path(submissions={AssignmentId(1): hidden})).values()
    none = done(1, None)
    assert set(needs(path(submissions={AssignmentId(1): none})).values()) == {Need.COMING_WORK}


def test_s91_the_past_course_that_drove_it_is_named() -> None:
    def line(course: str, earned: str | None) -> PastCourse:
        hours = Decimal(earned) if earned is not None else None
        return PastCourse(person=ANN, term="202610", course=course, letter="F", attempted=Decimal(3), earned=hours)

    again = path(past=(line("BIOL 201", "0"),)).recommendations
    assert {one.evidence for one in again if one.need is Need.REPEATED_COURSE} == {"BIOL 201 in 202610"}
    weak = path(past=(line("BIOL 101", "0"),)).recommendations
    assert {one.evidence for one in weak if one.need is Need.WEAK_SUBJECT} == {"BIOL 101 in 202610"}
    for nothing in ("3", None):
        assert Need.WEAK_SUBJECT not in needs(path(past=(line("BIOL 101", nothing),))).values()
    assert Need.WEAK_SUBJECT not in needs(path(past=(line("BIOLTECH 101", "0"),))).values()


def test_s209_a_major_who_does_well_is_offered_more() -> None:
    mine = (Programme(person=ANN, code="BS-BIOL"),)
    well = {AssignmentId(1): done(1, "95"), AssignmentId(2): done(2, None)}
    assert needs(path(programmes=mine, submissions=well)) == {"page-9": Need.MAJOR}
    assert needs(path(programmes=(Programme(person=ANN, code="BA-HIST"),), submissions=well)) == {}
    assert needs(path(programmes=mine, submissions={**well, AssignmentId(1): done(1, "75")})) == {}


def test_s158_who_is_quiet_in_a_class_at_work_is_led_back_in() -> None:
    assert Need.QUIET in needs(path(quiet_days=7)).values()
    assert Need.QUIET not in needs(path(quiet_days=6)).values()
    assert Need.QUIET not in needs(path(quiet_days=None)).values()

    def seen(who: str, days: int | None) -> LastAccess:
        at = NOW - timedelta(days=days) if days is not None else None
        return LastAccess(section=KEY, person=RecordHandle(who), at=at)

    assert quiet_days([seen("per_ann", 9), seen("b", 1), seen("c", 2)], ANN, NOW) == 9
    assert quiet_days([seen("per_ann", 9), seen("b", 8), seen("c", 8)], ANN, NOW) is None
    assert quiet_days([seen("per_ann", None), seen("b", 1)], ANN, NOW) is None


def test_what_was_not_opened_comes_first() -> None:
    found = path(submissions={}, opened={ResourceId("quiz-1"): 3})
    assert list(needs(found))[:2] == ["page-1", "quiz-1"]


def test_r126_a_student_reads_what_to_do_and_staff_read_what_it_rests_on() -> None:
    failing = {AssignmentId(1): done(1, "30")}
    student = " ".join(one.reason for one in path(submissions=failing).recommendations)
    staff = " ".join(one.reason for one in path(View.INSTRUCTOR, submissions=failing).recommendations)
    assert "30 percent" in staff
    assert not any(word in student.lower() for word in ("percent", "risk", "fail", "letter"))


def test_r122_a_class_that_could_not_be_read_is_not_one_that_offers_nothing() -> None:
    assert "what the class offers" in path(resources=(), offer_known=False).not_known
    assert "what the class offers" not in path(resources=()).not_known


def test_r122_what_is_not_known_is_said_and_nothing_is_concluded_from_it() -> None:
    found = path(submissions=None, opened=None, past=None, programmes=None, quiet_days=None)
    assert found.recommendations == ()
    assert set(found.not_known) == {"what was handed in", "what was opened", "past courses", "programme"}


def test_s172_the_message_waits_for_a_person_and_holds_no_title() -> None:
    found = path(submissions={})
    message = plan_message(found, Driver.NOTE)
    assert message is not None
    assert (message.tier, message.recipient) == (Tier.PROPOSE, ANN)
    assert all(one.url in message.body and one.title not in message.body for one in found.recommendations)
    assert plan_message(path(submissions=None), Driver.NOTE) is None
    again = plan_message(path(submissions={}), Driver.RISK)
    assert again is not None
    assert again.marker == message.marker


def test_s97_what_came_of_a_recommendation_is_told_by_views_since() -> None:
    today = NOW.date()

    def tried(days: int, views: int | None) -> Tried:
        return Tried(resource=ResourceId("quiz-1"), on=today - timedelta(days=days), views=views)

    def outcome(*earlier: Tried, opened: dict[ResourceId, int] | None) -> Outcome:
        return outcomes_of(earlier, opened, today)[ResourceId("quiz-1")]

    quiz = ResourceId("quiz-1")
    assert outcome(tried(20, 2), opened={quiz: 3}) is Outcome.TAKEN_UP
    assert outcome(tried(13, 2), opened={quiz: 2}) is Outcome.NOT_YET
    assert outcome(tried(14, 2), opened={quiz: 2}) is Outcome.LEFT
    assert outcome(tried(1, 0), tried(14, 0), opened={}) is Outcome.LEFT
    assert outcome(tried(14, None), opened={}) is Outcome.UNKNOWN
    assert outcome(tried(14, 0), opened=None) is Outcome.UNKNOWN


def test_s97_what_was_left_stands_behind_the_rest_of_its_module() -> None:
    assert list(needs(path(submissions={}, left=frozenset({ResourceId("quiz-1")}))))[:2] == ["page-1", "quiz-1"]
