"""Whose an e-mail address is, where more than one account could own it."""

from domain.identities import PersonKind
from privacy.detect.matcher import Matcher
from privacy.directory.index import Directory
from privacy.vocabulary import Scope
from tests.privacy.people import KEY, NOBODY, person


def test_an_address_is_the_students_where_a_second_account_has_it_too():
    student = person(1, "Ana", "Diaz", logins=("adiaz",), emails=("adiaz@campus.edu",))
    second = person(
        2, "Ana", "Diaz", kind=PersonKind.UNKNOWN, logins=("adiaz@campus.edu",), emails=("adiaz@campus.edu",)
    )
    finder = Matcher(Directory.build((student, second), KEY))
    for scope in (NOBODY, Scope(people=frozenset({student.handle}))):
        (hit,) = finder.find("Write to adiaz@campus.edu today.", scope)
        assert hit.people == (student.handle,)


def test_an_address_of_ones_own_is_not_the_one_of_a_login_like_it():
    owner = person(1, "Ana", "Diaz", emails=("skater@mail.example",))
    other = person(2, "Ben", "Roy", logins=("skater",))
    (hit,) = Matcher(Directory.build((owner, other), KEY)).find("skater@mail.example", NOBODY)
    assert hit.people == (owner.handle,)
