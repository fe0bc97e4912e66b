"""The finder of exact forms: what it finds, whom it means, and what it leaves to the directory's detector."""

from privacy.exact import ExactFinder
from privacy.vocabulary import Facet, Label, Scope
from tests.privacy.scrub.campus import ANA, BOB, KIM, LEE, PEOPLE, ROB, SAM

FINDER = ExactFinder(PEOPLE)


def found(text: str, *scope) -> list[tuple[str, Facet, Label, frozenset]]:
    hits = FINDER.find(text, Scope(people=frozenset(scope)))
    return [(text[hit.start : hit.end], hit.facet, hit.label, frozenset(hit.people)) for hit in hits]


def test_every_form_on_record_is_found_in_any_case():
    text = "ANA QUISPE, Quispe, Ana, a00417722, 88120, aquispe7, AQuispe@campus.example; Kim Haddad"
    assert found(text) == [
        ("ANA QUISPE", Facet.NAME, Label.STUDENT, {ANA}),
        ("Quispe, Ana", Facet.NAME, Label.STUDENT, {ANA}),
        ("a00417722", Facet.ID, Label.STUDENT, {ANA}),
        ("88120", Facet.ID, Label.STUDENT, {ANA}),
        ("aquispe7", Facet.LOGIN, Label.STUDENT, {ANA}),
        ("AQuispe@campus.example", Facet.EMAIL, Label.STUDENT, {ANA}),
        ("Kim Haddad", Facet.NAME, Label.INSTRUCTOR, {KIM}),
    ]


def test_single_names_count_in_scope_only_and_may_mean_several():
    assert found("Robert and Haddad") == []
    assert found("Robert and Haddad", BOB, KIM) == [
        ("Robert", Facet.FIRST, Label.STUDENT, {BOB}),
        ("Haddad", Facet.LAST, Label.INSTRUCTOR, {KIM}),
    ]
    assert found("Robert", BOB, ROB) == [("Robert", Facet.FIRST, Label.AMBIGUOUS, {BOB, ROB})]


def test_a_shared_full_name_means_everyone_who_has_it():
    assert found("Sam Lee") == [("Sam Lee", Facet.NAME, Label.AMBIGUOUS, {SAM, LEE})]


def test_an_address_of_a_stranger_is_found_and_means_nobody():
    assert found("x@y.example") == [("x@y.example", Facet.EMAIL, Label.EMAIL, frozenset())]


def test_parts_of_words_are_no_names():
    assert found("Anastasia Quispear, A004177221, 988120", ANA) == []


def test_with_nobody_on_record_nothing_but_addresses_is_found():
    assert ExactFinder(()).find("Ana Quispe", Scope()) == ()
