"""Every form of PRIVACY.md's taxonomy, one row each: what must be covered, as whom, and what must stay (2.4)."""

import base64
import unicodedata

import pytest

from privacy.detect.finder import AnalyzerFinder
from privacy.detect.matcher import Matcher
from privacy.vocabulary import Facet, Label, Scope
from tests.privacy.people import (
    AN,
    ANA,
    BOB,
    DEE,
    GUARDIAN,
    JURGEN,
    KIM,
    MARIA,
    NOBODY,
    OMAR,
    RENAMED,
    ROBERT,
    ROSTER,
    SEAN,
    WILL,
    XIAOMING,
    directory,
)

SECRET = base64.b64encode(b"Robert Nguyen failed").decode()
FOUND = [
    # text, what is covered, who, scope
    ("Robert Nguyen asked", "Robert Nguyen", ROBERT, NOBODY),
    ("robert nguyen asked", "robert nguyen", ROBERT, NOBODY),
    ("ROBERT NGUYEN", "ROBERT NGUYEN", ROBERT, NOBODY),
    ("ask Nguyen, Robert", "Nguyen, Robert", ROBERT, NOBODY),
    ("Robert Lee Nguyen", "Robert Lee Nguyen", ROBERT, NOBODY),
    ("Robert L. Nguyen, Jr.", "Robert L. Nguyen, Jr", ROBERT, NOBODY),
    ("Bob Nguyen", "Bob Nguyen", ROBERT, NOBODY),
    ("Sasha Rivers and Alexandra Stone", "Sasha Rivers", RENAMED, NOBODY),
    ("Robert Nguyen's essay", "Robert Nguyen", ROBERT, NOBODY),
    ("R. Nguyen", "R. Nguyen", ROBERT, NOBODY),
    ("Nguyen, R.", "Nguyen, R", ROBERT, NOBODY),
    ("Robret Nguyen", "Robret Nguyen", ROBERT, NOBODY),
    ("Robert Nguyne", "Robert Nguyne", ROBERT, NOBODY),
    ("Maria Jose Garcia Lopez", "Maria Jose Garcia Lopez", MARIA, NOBODY),
    ("María García", "María García", MARIA, NOBODY),
    ("Maria Garci\u0301a", "Maria Garci\u0301a", MARIA, NOBODY),
    ("García-López, María José", "García-López, María José", MARIA, NOBODY),
    ("Sean OBrien", "Sean OBrien", SEAN, NOBODY),
    ("O’Brien, Seán", "O’Brien, Seán", SEAN, NOBODY),
    ("Juergen Mueller", "Juergen Mueller", JURGEN, NOBODY),
    ("Diederik van der Berg", "Diederik van der Berg", DEE, NOBODY),
    ("vanderBerg Diederik", "vanderBerg Diederik", DEE, NOBODY),
    ("robert  lee   nguyen", "robert  lee   nguyen", ROBERT, NOBODY),
    ("Nguyen Robert Lee", "Nguyen Robert Lee", ROBERT, NOBODY),
    ("Nguyen_Robert_L", "Nguyen_Robert_L", ROBERT, NOBODY),
    ("Nguyễn Thị An", "Nguyễn Thị An", AN, NOBODY),
    (unicodedata.normalize("NFD", "김철수는"), unicodedata.normalize("NFD", "김철수"), KIM, NOBODY),
    ("请联系王小明同学", "王小明", XIAOMING, NOBODY),
    ("김철수는 오늘", "김철수", KIM, NOBODY),
    ("الطالب محمد الأحمد غائب", "محمد الأحمد", OMAR, NOBODY),
    ("RobertNguyenHW3.zip", "RobertNguyen", ROBERT, NOBODY),
    ("essayNguyenRobert.pdf", "NguyenRobert", ROBERT, NOBODY),
    ("NGUYEN, ROBERT  W", "NGUYEN, ROBERT", ROBERT, NOBODY),
    ("Will Long will long for it", "Will Long", WILL, NOBODY),
    ("will long", "will long", WILL, ROSTER),
    ("Ro\u200bbert Ngu\u00adyen", "Ro\u200bbert Ngu\u00adyen", ROBERT, NOBODY),
    ("Rоbеrt Nguуеn", "Rоbеrt Nguуеn", ROBERT, NOBODY),
    ("Ｒｏｂｅｒｔ Ｎｇｕｙｅｎ", "Ｒｏｂｅｒｔ Ｎｇｕｙｅｎ", ROBERT, NOBODY),
    ("𝐑𝐨𝐛𝐞𝐫𝐭 𝐍𝐠𝐮𝐲𝐞𝐧", "𝐑𝐨𝐛𝐞𝐫𝐭 𝐍𝐠𝐮𝐲𝐞𝐧", ROBERT, NOBODY),
    ("\u202eRobert\u202c Nguyen", "Robert\u202c Nguyen", ROBERT, NOBODY),
    ("<b>Rob</b>ert Nguyen", "Rob</b>ert Nguyen", ROBERT, NOBODY),
    ('<a title="Robert Nguyen">x</a>', "Robert Nguyen", ROBERT, NOBODY),
    ("<td>Robert</td><td>Nguyen</td>", "Robert</td><td>Nguyen", ROBERT, NOBODY),
    ("Mar&iacute;a Garc&#237;a", "Mar&iacute;a Garc&#237;a", MARIA, NOBODY),
    ("q=Robert%20Nguyen&x=1", "Robert%20Nguyen", ROBERT, NOBODY),
    ("q=Robert%2520Nguyen", "Robert%2520Nguyen", ROBERT, NOBODY),
    (r"R\u006fbert\nNguyen", r"R\u006fbert\nNguyen", ROBERT, NOBODY),
    ("Mar=C3=ADa Garc=C3=ADa", "Mar=C3=ADa Garc=C3=ADa", MARIA, NOBODY),
    ("MarÃ\xada GarcÃ\xada", "MarÃ\xada GarcÃ\xada", MARIA, NOBODY),
    ("**Ro**bert _Nguyen_", "Ro**bert _Nguyen", ROBERT, NOBODY),
    ("Robert\nNguyen", "Robert\nNguyen", ROBERT, NOBODY),
    ("Robert Ngu-\nyen", "Robert Ngu-\nyen", ROBERT, NOBODY),
    ("R o b e r t N g u y e n", "R o b e r t N g u y e n", ROBERT, NOBODY),
    ("Robert N-G-U-Y-E-N", "Robert N-G-U-Y-E-N", ROBERT, NOBODY),
    ("R0bert Nguy3n", "R0bert Nguy3n", ROBERT, NOBODY),
    ("Robert 🙂 Nguyen", "Robert 🙂 Nguyen", ROBERT, NOBODY),
    ("nguyenrobert_hw3.docx", "nguyenrobert", ROBERT, NOBODY),
    ("RobertLeeNguyen.pdf", "RobertLeeNguyen", ROBERT, NOBODY),
    ("robert_nguyen_essay", "robert_nguyen", ROBERT, NOBODY),
    (f"see {SECRET}", SECRET, ROBERT, NOBODY),
    (f"see {b'Robert Nguyen failed'.hex()}", b"Robert Nguyen failed".hex(), ROBERT, NOBODY),
    ("| Robert | Nguyen | B+ |", "Robert | Nguyen", ROBERT, NOBODY),
    ('{"first_name": "Robert", "last_name": "Nguyen"}', 'Robert", "last_name": "Nguyen', ROBERT, NOBODY),
    ("id A00123456", "A00123456", ROBERT, NOBODY),
    ("A00-123-456", "00-123-456", ROBERT, NOBODY),
    ("00123456", "00123456", ROBERT, NOBODY),
    ("0000123456", "0000123456", ROBERT, NOBODY),
    ("x00123456y", "00123456", ROBERT, NOBODY),
    ("his old id X7788990", "X7788990", ROBERT, NOBODY),
    ("/users/120400/grades", "120400", ROBERT, NOBODY),
    ('"user_id": 120400', "120400", ROBERT, NOBODY),
    ("rnguyen4", "rnguyen4", ROBERT, NOBODY),
    ("@nguyen_r.lee wrote", "nguyen_r.lee", ROBERT, NOBODY),
    ("essay-rnguyen4-final.docx", "rnguyen4", ROBERT, NOBODY),
    ("login: chase", "chase", DEE, NOBODY),
    ("Robert.Nguyen@campus.edu", "Robert.Nguyen@campus.edu", ROBERT, NOBODY),
    ("bobby.skates+news@example.com", "bobby.skates+news@example.com", ROBERT, NOBODY),
    ("rnguyen4@mail.campus.edu", "rnguyen4@mail.campus.edu", ROBERT, NOBODY),
    ("robert_nguyen@elsewhere.org", "robert_nguyen@elsewhere.org", ROBERT, NOBODY),
    ("bobby.skates [at] example [dot] com", "bobby.skates [at] example [dot] com", ROBERT, NOBODY),
    ("bobby dot skates at example dot com", "bobby dot skates at example dot com", ROBERT, NOBODY),
    ("call 555.123.4567", "555.123.4567", ROBERT, NOBODY),
    ("+1 (555) 123 4567", "1 (555) 123 4567", ROBERT, NOBODY),
    ("5551234567", "5551234567", ROBERT, NOBODY),
    ("123 45 6789", "123 45 6789", ROBERT, NOBODY),
    ("SSN 123456789", "123456789", ROBERT, NOBODY),
    ("lives at 1204 Oak St, Apt 3", "1204 Oak St, Apt 3", ROBERT, NOBODY),
    ("born on March 14, 2004", "March 14, 2004", ROBERT, ROSTER),
    ("his day is 14/03/2004", "14/03/2004", ROBERT, ROSTER),
    ("her guardian Ethelinda Nguyen", "Ethelinda Nguyen", GUARDIAN, NOBODY),
    ("Robert is late", "Robert", ROBERT, ROSTER),
    ("nguyen is late again, Sir", "nguyen", ROBERT, ROSTER),
    ("Nguyen's essay", "Nguyen", ROBERT, ROSTER),
    ("Robert N. is late", "Robert N", ROBERT, ROSTER),
    ("Ngyuen is late", "Ngyuen", ROBERT, ROSTER),
    ("Will is late", "Will", WILL, ROSTER),
    ("小明今天没来", "小明", XIAOMING, ROSTER),
]  # fmt: skip


@pytest.mark.parametrize(("text", "covered", "known", "scope"), FOUND, ids=[row[0][:30] for row in FOUND])
def test_the_form_is_covered_and_linked(text, covered, known, scope):
    hits = Matcher(directory()).find(text, scope)
    start = text.index(covered)
    holding = [hit for hit in hits if hit.start <= start and hit.end >= start + len(covered)]
    assert len(holding) == 1, hits
    assert holding[0].people == (known.handle,)


STAYS = [
    ("I think it will be long. We may grant it.", ROSTER),
    ("The will was read, and the long road ended.", ROSTER),
    ("Room 120400 costs 120,400 dollars; ticket 12040.", NOBODY),
    ("Due March 14, 2004 at 11:59, last attended 2026-09-14.", NOBODY),
    ("Section 202680-12345 of MATH 101 meets in week 9.", ROSTER),
    ("The chase for better grades went on", NOBODY),
    ("He met a friend at noon. Dot the i.", NOBODY),
    ("recall@20 of the SIS and the LMS", ROSTER),
    ("1412 moved from the street", NOBODY),
]


@pytest.mark.parametrize(("text", "scope"), STAYS)
def test_what_names_nobody_stays(text, scope):
    assert Matcher(directory()).find(text, scope) == ()


def test_the_same_holds_inside_presidio():
    finder, matcher = AnalyzerFinder(directory()), Matcher(directory())
    for text, _, _, scope in FOUND:
        ours = {(hit.start, hit.end, hit.label, hit.people) for hit in matcher.find(text, scope)}
        framed = {(hit.start, hit.end, hit.label, hit.people) for hit in finder.find(text, scope)}
        assert framed == ours, text
    for text, scope in STAYS:
        assert finder.find(text, scope) == ()


def test_neighbours_stay_apart():
    text = "Ana Diaz Bob Lee, Robert Nguyen, Maria Garcia"
    found = [(text[hit.start : hit.end], hit.people) for hit in Matcher(directory()).find(text, NOBODY)]
    assert found == [
        ("Ana Diaz", (ANA.handle,)),
        ("Bob Lee", (BOB.handle,)),
        ("Robert Nguyen", (ROBERT.handle,)),
        ("Maria Garcia", (MARIA.handle,)),
    ]


def test_a_name_and_the_address_beside_it_are_two():
    text = "From: Robert Nguyen <rnguyen4@campus.edu>"
    found = [(text[hit.start : hit.end], hit.facet) for hit in Matcher(directory()).find(text, NOBODY)]
    assert found == [("Robert Nguyen", Facet.NAME), ("rnguyen4@campus.edu", Facet.EMAIL)]


def test_a_name_of_two_people_is_ambiguous_unless_scope_tells():
    matcher = Matcher(directory())
    (both,) = matcher.find("Priya Raman", NOBODY)
    assert (both.label, len(both.people)) == (Label.AMBIGUOUS, 2)
    only = Scope(spoken_of=frozenset(both.people[:1]))
    (one,) = matcher.find("Priya Raman", only)
    assert (one.label, one.people) == (Label.STUDENT, both.people[:1])


@pytest.mark.parametrize(
    ("text", "label", "facet"),
    [
        ("Robert Nguyen", Label.STUDENT, Facet.NAME),
        ("Seán O'Brien", Label.INSTRUCTOR, Facet.NAME),
        ("Jürgen Müller", Label.STAFF, Facet.NAME),
        ("Ethelinda Nguyen", Label.GUARDIAN, Facet.NAME),
        ("A00123456", Label.STUDENT, Facet.ID),
        ("rnguyen4", Label.STUDENT, Facet.LOGIN),
        ("robert.nguyen@campus.edu", Label.STUDENT, Facet.EMAIL),
        ("555-123-4567", Label.STUDENT, Facet.PHONE),
        ("123-45-6789", Label.STUDENT, Facet.NATIONAL_ID),
        ("someone@else.org", Label.EMAIL, Facet.EMAIL),
        ("(212) 867-5309", Label.PHONE, Facet.PHONE),
        ("987-65-4321", Label.NATIONAL_ID, Facet.NATIONAL_ID),
        ("born 1/2/1999", Label.BIRTH_DATE, Facet.BIRTH_DATE),
        ("99 Elm Avenue", Label.ADDRESS, Facet.ADDRESS),
        ("P.O. Box 77", Label.ADDRESS, Facet.ADDRESS),
        ("password: hunter22", Label.SECRET, Facet.TEXT),
        ("sk-abcdefghijklmnopqrstu", Label.SECRET, Facet.TEXT),
        ("Dr. Smithers", Label.PERSON, Facet.NAME),
        ("my mother, Ethel, called", Label.PERSON, Facet.NAME),
        ("Dear Zbigniew,", Label.PERSON, Facet.NAME),
        ("Thanks,\nZbigniew", Label.PERSON, Facet.NAME),
        ("Hello, my name is Zbigniew", Label.PERSON, Facet.NAME),
        ("I'm Will, hello", Label.PERSON, Facet.NAME),
        ("The Nguyens called", Label.PERSON, Facet.LAST),
        ("Then Diederik came", Label.PERSON, Facet.FIRST),
    ],
)
def test_label_and_facet(text, label, facet):
    (hit,) = Matcher(directory()).find(text, NOBODY)
    assert (hit.label, hit.facet) == (label, facet)


def test_a_large_scope_is_not_strict():
    large = Scope(people=frozenset(known.handle for known in (WILL, ROBERT)))
    matcher = Matcher(directory())
    index = matcher._sight.scope_index(large)
    index.strict = False
    assert matcher.find("Will it be graded?", large) == ()
    assert matcher.find("I told Will about it.", large)
