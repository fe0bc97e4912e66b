"""Examples of the rules about terms and sections (R31 to R46)."""

from datetime import date

from domain import calendar
from domain.calendar import TermPhase
from domain.ids import TermCode
from domain.lms import CourseState, LmsState
from domain.rules import (
    cross_lists,
    instructors,
)
from domain.rules import sections as section_rules
from domain.rules.decision import decide
from domain.rules.facts import Expectation, SectionStanding
from tests.agents.world import TERM, institution
from tests.rules.situation import (
    AHEAD,
    CAMPUS,
    CANCELLED,
    HIDDEN,
    LAB,
    LATE,
    LECTURE,
    MAX,
    MOODLE,
    OVER,
    PRIMARY,
    SECOND,
    STUDY,
    TODAY,
    ZOE,
    Example,
    S,
    facts,
    means,
    world,
)

SECTIONS: tuple[Example, ...] = (
    Example("R31", "term and CRN", lambda: str(section_rules.section_key(" 202680", "1x ")), "202680-1X"),
    Example("R32", "the running term", lambda: calendar.term_phase(TERM, CAMPUS, TODAY), TermPhase.LIVE),
    Example("R32", "two ahead", lambda: calendar.term_phase(TermCode("202810"), AHEAD, TODAY), TermPhase.LIVE),
    Example("R32", "three ahead", lambda: calendar.term_phase(TermCode("202910"), AHEAD, TODAY), TermPhase.AHEAD),
    Example("R32", "grades are in", lambda: calendar.term_phase(TERM, OVER, TODAY), TermPhase.CLOSED),
    Example("R32", "no calendar", lambda: calendar.term_phase(TermCode("209910"), CAMPUS, TODAY), TermPhase.UNKNOWN),
    Example("R33", "census of the part", lambda: calendar.census_on(LATE, CAMPUS), date(2026, 10, 26)),
    Example("R33", "an unknown part", lambda: calendar.part_of_term(LATE, institution()), None),
    Example("R34", "after grades closed", lambda: section_rules.is_over(LECTURE, OVER, TODAY), True),
    Example("R34", "before", lambda: section_rules.is_over(LECTURE, CAMPUS, TODAY), False),
    Example("R35", "released", lambda: section_rules.is_published(LECTURE, CAMPUS), True),
    Example("R35", "not released", lambda: section_rules.scope_of(HIDDEN, CAMPUS, TODAY), SectionStanding.UNPUBLISHED),
    Example("R36", "cancelled", lambda: section_rules.scope_of(CANCELLED, CAMPUS, TODAY), SectionStanding.CANCELLED),
    Example(
        "R37",
        "the one the SIS lost",
        lambda: section_rules.find_predecessor(LECTURE.own_course_id, [(LAB.key, LECTURE.own_course_id)]),
        LAB.key,
    ),
    Example(
        "R37",
        "one of another course",
        lambda: section_rules.find_predecessor(LECTURE.own_course_id, [(LAB.key, PRIMARY.own_course_id)]),
        None,
    ),
    Example(
        "R37",
        "two would be a guess",
        lambda: section_rules.find_predecessor(
            LECTURE.own_course_id, [(key, LECTURE.own_course_id) for key in (LAB.key, LATE.key)]
        ),
        None,
    ),
    Example(
        "R38",
        "with activity",
        lambda: cross_lists.moving_warning(31, last_activity=True).split()[0:2],
        ["31", "enrolments"],
    ),
    Example("R39", "the SIS's choice leads", lambda: cross_lists.primary_of([SECOND, PRIMARY]), PRIMARY),
    Example("R39", "else the lowest CRN", lambda: cross_lists.primary_of([STUDY, SECOND]), SECOND),
    Example(
        "R39",
        "the group shares a course",
        lambda: cross_lists.course_homes(world.sections)[SECOND.key],
        PRIMARY.own_course_id,
    ),
    Example("R40", "elsewhere", lambda: cross_lists.is_misplaced(SECOND.own_course_id, PRIMARY.own_course_id), True),
    Example(
        "R40", "where it belongs", lambda: cross_lists.is_misplaced(SECOND.own_course_id, SECOND.own_course_id), False
    ),
    Example(
        "R41", "the lab's course", lambda: cross_lists.course_homes(world.sections)[LAB.key], LECTURE.own_course_id
    ),
    Example(
        "R41",
        "the lecturer teaches the lab",
        lambda: [p.sis_id for p in instructors.teaching_staff(LAB, LECTURE)],
        [MAX.sis_id, ZOE.sis_id],
    ),
    Example("R41", "no seat in the lecture", lambda: means(S.REGISTERED, has_labs=True), Expectation.IN_LAB),
    Example("R42", "two instructors", lambda: len(instructors.independent_study_instructors(STUDY)), 2),
    Example("R42", "no independent study", lambda: instructors.independent_study_instructors(LECTURE), ()),
    Example("R42", "two of them share one section", lambda: instructors.shares_study(STUDY), True),
    Example("R42", "a lecture shares nothing", lambda: instructors.shares_study(LECTURE), False),
    Example(
        "R42",
        "its instructor is gone",
        lambda: instructors.lost_study(STUDY.model_copy(update={"instructors": ()})),
        True,
    ),
    Example("R43", "another LMS", lambda: section_rules.scope_of(MOODLE, CAMPUS, TODAY), SectionStanding.OTHER_LMS),
    Example("R44", "ended", lambda: section_rules.is_concluded(CourseState.COMPLETED), True),
    Example(
        "R44",
        "no write",
        lambda: decide(facts(Expectation.STUDENT, LmsState.ABSENT, section=SectionStanding.CONCLUDED)).wanted,
        None,
    ),
    Example("R45", "assistants only", lambda: instructors.lacks_teacher(LAB.instructors), True),
    Example("R45", "a teacher is there", lambda: instructors.lacks_teacher(LECTURE.instructors), False),
    Example("R47", "five years and a day", lambda: section_rules.is_expired(date(2021, 9, 20), 5, TODAY), True),
    Example("R47", "five years", lambda: section_rules.is_expired(TODAY.replace(year=2021), 5, TODAY), False),
    Example(
        "R47",
        "excepted",
        lambda: section_rules.is_expired(date(2001, 9, 20), 5, TODAY, excepted=True),
        False,
    ),
    Example("R47", "proven empty", lambda: section_rules.is_unused_shell(section_rules.CourseUse(0, 0, 0)), True),
    Example(
        "R47",
        "submissions unknown",
        lambda: section_rules.is_unused_shell(section_rules.CourseUse(0, None, 0)),
        False,
    ),
    Example(
        "R46",
        "reads on",
        lambda: instructors.judge_not_teaching(facts(Expectation.NOT_TEACHING, LmsState.ACTIVE)).wanted,
        LmsState.COMPLETED,
    ),
)
