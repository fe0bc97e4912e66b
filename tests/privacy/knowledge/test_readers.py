"""The reach of every kind of principal with every set of roles: closed unless a line of the table opens it."""

from itertools import chain, combinations

from domain.materials import AccessClass
from domain.principals import PrincipalKind, Role
from privacy.knowledge.readers import SEARCH_SCOPE, ReadingRules
from privacy.knowledge.vocabulary import SearchScope
from tests.privacy.knowledge.house import CHEM, MATH, Memberships, principal

RULES = ReadingRules(Memberships({"sam": frozenset({CHEM})}))
SETS = [frozenset(each) for each in chain.from_iterable(combinations(Role, size) for size in range(4))]


def reach(roles: frozenset[Role], scope: SearchScope | None = None, **more: object):
    return RULES.reach(principal("sam", *roles, **more), scope or SearchScope())


def test_unknown_is_never_open_and_notes_only_to_advisors_and_registrars_in_person() -> None:
    for roles in SETS:
        opened = reach(roles)
        assert AccessClass.UNKNOWN not in opened
        assert (AccessClass.NOTES in opened) is bool(roles & {Role.ADVISOR, Role.REGISTRAR})
        assert AccessClass.NOTES not in reach(roles, acting_as="someone")
        assert not roles <= {Role.STUDENT} or AccessClass.STAFF not in opened
        assert not roles <= {Role.UNKNOWN, Role.AGENT, Role.SERVICE} or not opened


def test_agents_and_services_read_what_is_public_by_scope_alone_whatever_their_roles() -> None:
    for kind in (PrincipalKind.AGENT, PrincipalKind.SERVICE):
        for roles in SETS:
            assert reach(roles, kind=kind) == {}
            assert set(reach(roles, kind=kind, scopes=frozenset({SEARCH_SCOPE}))) == {AccessClass.PUBLIC}


def test_a_student_reaches_own_courses_only_however_the_question_is_put() -> None:
    student = frozenset({Role.STUDENT})
    assert reach(student)[AccessClass.COURSE].courses == {CHEM}
    asked = SearchScope(courses=frozenset({CHEM, MATH}))
    assert reach(student, asked)[AccessClass.COURSE].courses == {CHEM}
    assert not reach(student, SearchScope(courses=frozenset({MATH})))[AccessClass.COURSE].courses


def test_a_document_without_course_or_readers_is_outside_a_limited_reach() -> None:
    course = reach(frozenset({Role.STUDENT}))[AccessClass.COURSE]
    assert not course.covers(None, frozenset())
    notes = reach(frozenset({Role.ADVISOR}))[AccessClass.NOTES]
    assert not notes.covers(None, frozenset())
    assert notes.covers(None, frozenset({"role:advisor"}))
    assert not notes.covers(None, frozenset({"role:registrar"}))
