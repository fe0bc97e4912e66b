"""The second check: what it must stop, what it must let pass, and that it shares no code with the detector (S229)."""

import ast
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

import privacy.check
from domain.errors import DetectionFailed, LeakStopped
from domain.identities import Identity, KnownName, KnownPerson, PersonKind
from domain.ids import RecordHandle, SisPersonId
from privacy.check import DirectoryIds, SecondLook, require_clean
from privacy.people import PeopleInMemory
from privacy.vocabulary import Scope
from tests.privacy.check.sentences import NORMAL

FIRST = "Summer Grant Will Maria Chloé Xu Li Duc Precious Page Hope Dean Aaliyah Søren Björk Ngozi Yusuf Mei Rich Early"
LAST = "Long Young Price Quispe Nguyen O'Brien Haddad Wu Ho Black Stone Hill White-Reed Major Best Church Park Okafor"


def made(number: int, first: str, last: str, **more) -> KnownPerson:
    identity = Identity(
        sis_id=SisPersonId(f"A{417700 + number:08}"),
        kind=PersonKind.STUDENT,
        names=(KnownName(first=first, last=last),),
        **more,
    )
    return KnownPerson(handle=RecordHandle(f"per_{number:03}"), identity=identity)


MARIA = made(
    900,
    "María",
    "de la Quispe",
    born_on=date(2004, 3, 14),
    phones=("+1 415 555 0134",),
    emails=("mquispe@campus.example",),
    logins=("mq88delta",),
    national_ids=("078-05-1120",),
    lms_ids=("881204",),
    prior_sis_ids=(SisPersonId("Z99120041"),),
)
LI = made(901, "Li", "Wu")
SUMMER = made(902, "Summer", "Long")
OUTSIDE = made(903, "Ngozi", "Okafor", logins=("nokafor42",), lms_ids=("881299",))
PEOPLE = (MARIA, LI, SUMMER, OUTSIDE)
SCOPE = Scope(people=frozenset({MARIA.handle, LI.handle}), spoken_of=frozenset({SUMMER.handle}))


@pytest.fixture(scope="module")
def check() -> SecondLook:
    return SecondLook(PeopleInMemory(PEOPLE), DirectoryIds(known.identity for known in PEOPLE))


LEAKS = {
    "name": "Maria came by",
    "last name, lower case": "ask quispe",
    "diacritics": "MARÍA",
    "possessive": "Quispe's essay",
    "plural": "the Quispes",
    "file name": "essay_Quispe_final.pdf",
    "glued": "MariaDeLaQuispe.docx",
    "camel": "see QuispeMaria, i.e. quispe-maria",
    "zero width": "Qu\u200bispe",
    "soft hyphen": "Quis\u00adpe",
    "homoglyph": "Quisре",
    "full width": "Ｑｕｉｓｐｅ",
    "mathematical": "\U0001d410\U0001d42e\U0001d422\U0001d42c\U0001d429\U0001d41e",
    "split by a tag": "Qui<b>s</b>pe",
    "entities": "Qu&#105;spe",
    "double entities": "Qu&amp;#105;spe",
    "percent": "q=Qu%69spe",
    "JSON escapes": "Qu\\u0069spe",
    "after an escaped line break": "by\\nQuispe",
    "spelled out": "q u i s p e",
    "spelled out with dashes": "Q-u-i-s-p-e",
    "short parts together": "Li Wu",
    "short parts, other order": "Wu, Li",
    "words that are names together": "Summer J. Long",
    "in a code": "[STUDENT_QUISPE88]",
    "in a longer code": "[STUDENT_MARIAQUISPE]",
    "id": "A00418600",
    "id in digits": "number 00418600",
    "id in groups": "no. 0041 8600",
    "phone in odd groups": "415.5550.134",
    "former id": "z99120041",
    "phone": "call 415-555-0134",
    "phone, together": "4155550134",
    "social security number": "078-05-1120",
    "somebody's social security number": "219-09-9999",
    "birth date": "born 2004-03-14",
    "birth date in words": "born March 14, 2004",
    "birth date, short": "dob 3/14/2004",
    "address": "x at sign: who@nowhere.example",
    "address with spaces": "who @ nowhere",
    "login of anyone": "nokafor42 signed in",
    "id of anyone": "see A00418603",
    "short id with a cue": "canvas user 881299",
    "unknown long number": "ref 123456789",
    "digits in a code": "[STUDENT_23456789]",
}


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS)
def test_it_stops(check, text):
    assert check.look([text], SCOPE)
    with pytest.raises(LeakStopped) as caught:
        require_clean(check, ["fine", text], SCOPE)
    assert not any(word in str(caught.value).lower() for word in ("quispe", "maria", "0041", "555"))


PASSES = {
    "code that is mentioned": "@[STUDENT_7QF4TK23.login] replied",
    "code": "[STUDENT_7QF4TK23] and [NATIONAL_ID_7QF4TK23], [STUDENT_7QF4TK23.birth_date]",
    "word that is a name": "The summer term is long; in Summer we close.",
    "particles of a name": "el examen de la semana, the la de da",
    "short parts apart": "li, then something else entirely, wu",
    "someone out of scope": "Okafor Hall and the Ngozi prize",
    "short number without a cue": "881299 rows",
    "date": "20261127 and 2026-11-27T10:00:00Z and 20261127101500",
    "course": "MATH101-001-202680",
    "decimals": "0.12345678901",
    "hash": "9f86d081884c7d659a2feaa0c55ad015",
    "handles": "per_7f3c2345678923456 cnv_12345678901234567890123456789012",
    "another birth date": "2004-03-15",
    "empty": "",
}


@pytest.mark.parametrize("text", PASSES.values(), ids=PASSES)
def test_it_lets_pass(check, text):
    assert check.look([text], SCOPE) == ()


def test_normal_advising_text_passes_with_sixty_people_in_scope():
    """False alarms on the 30 texts of ``sentences``, with names that are English words among the 60: none."""
    firsts, lasts = FIRST.split(), LAST.split()
    people = [made(number, firsts[number % 20], lasts[(number * 7) % 18]) for number in range(60)]
    look = SecondLook(PeopleInMemory(people), DirectoryIds(known.identity for known in people))
    scope = Scope(people=frozenset(known.handle for known in people))
    alarmed = [text for text in NORMAL if look.look([text], scope)]
    assert alarmed == []


def test_somebody_in_scope_whom_it_does_not_know_stops_the_text(check):
    with pytest.raises(DetectionFailed):
        check.look(["fine"], Scope(people=frozenset({RecordHandle("per_unknown")})))


def test_kinds_never_repeat_the_text(check):
    leaks = check.look(["Maria Quispe, mquispe@campus.example, A00418600"], SCOPE)
    assert {leak.kind for leak in leaks} >= {"name or id in scope", "at sign", "name in scope"}


def test_the_ids_of_the_directory_are_kept_as_keyed_hashes_only():
    ids = DirectoryIds(known.identity for known in PEOPLE)
    again = DirectoryIds(known.identity for known in PEOPLE)
    assert len(ids) == len(again) == 9
    assert ids.holds("a00418603")
    assert not ids.holds("a00418604")
    assert vars(ids)["_hashes"] != vars(again)["_hashes"], "each has a key of its own"
    assert not any(word in str(vars(ids)) for word in ("okafor", "0041"))


def test_threads_share_one_check(check):
    texts = [*LEAKS.values(), *PASSES.values()]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: check.look(texts, SCOPE), range(16)))
    assert all(each == found[0] for each in found)


def test_it_shares_no_code_with_detector_directory_or_scrubber():
    """S229: two looks that share a fault are one look."""
    folder = Path(privacy.check.__file__).parent
    imported = {
        node.module
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("privacy")
    }
    assert {name for name in imported if not name.startswith("privacy.check")} == {
        "privacy.people",
        "privacy.vocabulary",
    }
