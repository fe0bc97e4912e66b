"""``provost grades`` as an instructor and a registrar use it, over an SIS and an LMS in memory."""

import io
import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from domain.grades import GradeStage
from domain.identities import Identity, KnownName, KnownPerson, PersonKind
from domain.ids import PrincipalId, RecordHandle
from domain.principals import PrincipalKind, Role
from service.cli import main
from tests.graphs.grading_house import SECTION, GradingHouse, open_house

pytestmark = pytest.mark.xdist_group("grades command")


class Outcome(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


class Terminal:
    """Somebody at a terminal, on an installation that is opened once."""

    def __init__(self, house: GradingHouse) -> None:
        self.house = house
        self.tokens = {
            "ida": self._add("ida", Role.INSTRUCTOR, house.teacher_handle),
            "ruth": self._add("ruth", Role.REGISTRAR, house.registrar_handle),
            "sam": self._add("sam", Role.INSTRUCTOR, house.people[0]),
            "adv": self._add("adv", Role.ADVISOR, None),
        }
        names = [(who, f"Student{number}") for number, who in enumerate(house.people)]
        known = [
            KnownPerson(
                handle=who,
                identity=Identity(
                    sis_id=house.provost.identities.person(who),
                    kind=PersonKind.STUDENT,
                    names=(KnownName(first="Pat", last=name),),
                ),
            )
            for who, name in names
        ]
        house.provost.boundary.known.update(known, complete=False)

    def _add(self, name: str, role: Role, person: RecordHandle | None) -> str:
        return self.house.provost.principals.add(PrincipalId(name), PrincipalKind.PERSON, [role], person=person)

    def run(self, *arguments: object, by: str = "") -> Outcome:
        out, err = io.StringIO(), io.StringIO()
        argv = ["provost", *(str(each) for each in arguments)]
        environment = {"COLUMNS": "100", **({"PROVOST_TOKEN": self.tokens[by]} if by else {})}

        @contextmanager
        def opened() -> Iterator[object]:
            yield self.house.provost

        with (
            patch("service.cli.session.open_provost", opened),
            patch.object(sys, "argv", argv),
            patch.dict(os.environ, environment),
            chdir(self.house.folder),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Outcome(code, out.getvalue(), err.getvalue())


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    house = open_house(tmp_path)
    yield Terminal(house)
    house.close()


def hash_of(outcome: Outcome) -> str:
    found = re.search(r"Hash: ([0-9a-f]{64})", outcome.out)
    assert found is not None, outcome
    return found[1]


def test_an_instructor_looks_attests_and_sends_and_the_registrar_lets_it_go(terminal: Terminal) -> None:
    shown = terminal.run("grades", "sheet", SECTION, by="ida")
    assert shown.code == 3, shown
    assert "Student3, Pat" in shown.out
    assert "12 grades may go" in shown.out
    early = terminal.run("grades", "send", SECTION, by="ida")
    assert (early.code, "R92" in early.out, terminal.house.sis.posted) == (1, True, [])
    attested = terminal.run("grades", "attest", SECTION, "--hash", hash_of(shown)[:12], by="ida")
    assert attested.code == 0, attested
    sent = terminal.run("grades", "send", SECTION, by="ida")
    assert (sent.code, "approvals list" in sent.out) == (3, True), sent
    listed = terminal.run("approvals", "list", by="ruth")
    (approval,) = re.findall(r"^(apr_[0-9a-f]+)", listed.out, re.MULTILINE)
    answered = terminal.run("approvals", "approve", approval, by="ruth")
    assert answered.code == 0, answered
    assert "12 verified" in answered.out
    receipts = terminal.run("grades", "receipts", SECTION, by="ida")
    assert (receipts.code, "12 of 12 grades accepted" in receipts.out) == (0, True), receipts
    again = terminal.run("grades", "sheet", SECTION, by="ida")
    assert (again.code, "held already" in again.out) == (0, True), again
    assert terminal.house.provost.ledger.verify().ok


def test_s86_s88_the_sheet_shows_what_was_expected_and_seen_and_takes_an_answer(terminal: Terminal) -> None:
    house = terminal.house
    house.lms.scores[house.people[8]][2] = house.lms.scores[house.people[8]][2] * 0  # type: ignore[operator]
    shown = terminal.run("grades", "sheet", SECTION, by="ruth")
    assert re.search(r"expected \d+, seen 0, likeliest cause: zero filled in", shown.out), shown.out
    (hold,) = re.findall(rf"({SECTION}-[0-9a-f]+)  open", shown.out)
    for word, state in (("correct", "corrected"), ("release", "released"), ("confirm", "confirmed")):
        answered = terminal.run("grades", word, hold, "--reason", "I looked at the paper.", by="ida")
        assert (answered.code, state in answered.out) == (0, True), answered
    assert f"{hold}  confirmed" in terminal.run("grades", "sheet", SECTION, by="ida").out
    assert terminal.run("grades", "release", hold, by="ida").code == 2
    unknown = terminal.run("grades", "release", f"{SECTION}-000000000000", "--reason", "x", by="ida")
    assert (unknown.code, "PV205" in unknown.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "by", "code"),
    [
        (("sheet", SECTION), "", "PV403"),
        (("sheet", SECTION), "sam", "PV351"),
        (("sheet", SECTION), "adv", "PV351"),
        (("sheet", "202680-99999"), "ruth", "PV205"),
        (("attest", SECTION, "--hash", "0" * 12), "ida", "PV402"),
        (("attest", SECTION, "--hash", "0" * 12), "ruth", "PV403"),
        (("send", SECTION), "sam", "PV403"),
        (("receipts", SECTION), "adv", "PV403"),
        (("file", SECTION, "--out", "grades.csv"), "ida", "PV403"),
        (("file", SECTION, "--out", "grades.csv"), "ruth", "PV401"),
        (("delegate", SECTION, "A00000003"), "ida", "PV403"),
    ],
)
def test_s260_who_may_not_is_told_so_and_nothing_is_kept(
    terminal: Terminal, arguments: tuple[object, ...], by: str, code: str
) -> None:
    outcome = terminal.run("grades", *arguments, by=by)
    assert (outcome.code, code in outcome.err) == (1, True), outcome
    assert not (terminal.house.folder / "grades.csv").exists()
    assert "Student" not in outcome.out


def test_e2_a_change_of_grade_is_asked_for_and_shown_to_the_registrar(terminal: Terminal) -> None:
    house, student = terminal.house, "A00000003"
    early = terminal.run("grades", "change", SECTION, student, "B", "--reason", "Recounted.", by="ida")
    assert (early.code, "PV205" in early.err) == (1, True), early
    one = house.sis.options[house.people[3]]
    house.sis.options[house.people[3]] = one.model_copy(update={"stage": GradeStage.ROLLED, "final_letter": "C"})
    asked = terminal.run("grades", "change", SECTION, student, "B", "--reason", "Recounted.", by="ida")
    assert (asked.code, "The registrar has a ticket" in asked.out) == (0, True), asked
    shown = terminal.run("grades", "changes", SECTION, by="ruth")
    assert re.search(r"Student3, Pat\s+C\s+B\s+Recounted\.\s+ida", shown.out), shown
    assert terminal.run("grades", "changes", SECTION, by="sam").code == 1


def test_a_section_that_is_none_is_wrong_usage(terminal: Terminal) -> None:
    assert terminal.run("grades", "sheet", "nonsense", by="ida").code == 2


def test_r84_what_only_the_instructor_can_say_is_entered_and_goes_with_the_grade(terminal: Terminal) -> None:
    house = terminal.house
    failed = house.people[3]
    house.lms.rows[failed] = {"current_letter": "F", "final_letter": "F"}
    before = terminal.run("grades", "sheet", SECTION, by="ida")
    assert "R84" in before.out
    entered = terminal.run("grades", "enter", SECTION, "A00000003", "--last-engagement", "2026-11-20", by="ida")
    assert entered.code == 0, entered
    after = terminal.run("grades", "sheet", SECTION, by="ida")
    assert "engaged until 2026-11-20" in after.out
    assert hash_of(after) != hash_of(before)
    refused = terminal.run("grades", "enter", SECTION, "A00000003", "--letter", "A", by="ruth")
    assert (refused.code, "PV403" in refused.err) == (1, True)


def test_s202_the_registrar_gets_the_import_file_and_nobody_else_may_read_it(terminal: Terminal) -> None:
    shown = terminal.run("grades", "sheet", SECTION, by="ida")
    terminal.run("grades", "attest", SECTION, "--hash", hash_of(shown), by="ida")
    made = terminal.run("grades", "file", SECTION, "--out", "grades.csv", by="ruth")
    assert made.code == 0, made
    file = terminal.house.folder / "grades.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = file.read_text(encoding="utf-8").splitlines()
    assert (len(lines), lines[1]) == (13, "202680,10001,A00000000,final,A,,,,")


def test_r92_a_delegate_grades_in_the_instructors_place_until_that_ends(terminal: Terminal) -> None:
    house = terminal.house
    other = house.provost.identities.person(house.registrar_handle)
    house.provost.identities.handles([other])
    terminal.tokens["dee"] = terminal._add("dee", Role.INSTRUCTOR, house.registrar_handle)
    assert terminal.run("grades", "sheet", SECTION, by="dee").code == 1
    named = terminal.run("grades", "delegate", SECTION, other, by="ruth")
    assert named.code == 0, named
    vars(house.provost.access._relations._kept)["_answers"].clear()
    shown = terminal.run("grades", "sheet", SECTION, by="dee")
    assert shown.code == 3, shown
    assert terminal.run("grades", "attest", SECTION, "--hash", hash_of(shown), by="dee").code == 0
    assert terminal.run("grades", "delegate", SECTION, other, "--end", by="ruth").code == 0
    assert terminal.run("grades", "attest", SECTION, "--hash", hash_of(shown), by="dee").code == 1


def test_the_sheet_as_a_file_names_nobody(terminal: Terminal) -> None:
    terminal.run("grades", "sheet", SECTION, "--json", "sheet.json", by="ida")
    text = (terminal.house.folder / "sheet.json").read_text(encoding="utf-8")
    content = json.loads(text)
    assert (content["section"], len(content["lines"]), content["attested"]) == (str(SECTION), 12, False)
    assert "Student" not in text
    assert "A0000" not in text
