"""``provost drop`` from the command line: what a drop would mean, for who may see it, and nothing written (S111)."""

import json
from pathlib import Path

import pytest

from simulator.banner.tables import Registration
from tests.service.conftest import Install, Installation

pytestmark = pytest.mark.xdist_group("service drop")


@pytest.fixture(scope="module")
def installation(install: Install, shipped_policy: str) -> Installation:
    made = install(shipped_policy)
    assert made.run("reconcile", made.term, "--dry-run").code in (0, 3)
    return made


@pytest.fixture(scope="module")
def seat(installation: Installation) -> Registration:
    """Somebody's seat in the running term, whose advisor is known."""
    banner = installation.campus.banner
    advised = {row.student.guid for row in banner.advising.values()}
    rows = (row for row in banner.registrations.values() if row.status.registered and row.person.guid in advised)
    return next(row for row in rows if row.section.key.term == installation.term)


@pytest.fixture(scope="module")
def people(installation: Installation, seat: Registration) -> dict[str, Path]:
    student = seat.person.banner_id
    advisor = next(row.advisor for row in installation.campus.banner.advising.values() if row.student is seat.person)
    return {
        "registrar": installation.person("reg", "registrar"),
        "student": installation.person("self", "student", "--person", student),
        "advisor": installation.person("adv", "advisor", "--person", advisor.banner_id),
        "stranger": installation.person("other", "advisor", "--person", student),
        "instructor": installation.person("ins", "instructor", "--person", advisor.banner_id),
    }


def section_of(seat: Registration) -> str:
    return f"{seat.section.key.term}-{seat.section.key.crn}"


@pytest.mark.parametrize("who", ["registrar", "student", "advisor"])
def test_r21_s111_those_concerned_see_what_a_drop_would_mean_and_nothing_is_written(
    installation: Installation, seat: Registration, people: dict[str, Path], tmp_path: Path, who: str
) -> None:
    before, file = installation.writes(), tmp_path / "statement.json"
    asked = ("drop", "what-if", seat.person.banner_id, section_of(seat), "--json", file, "--token-file", people[who])
    answer = installation.run(*asked)
    assert answer.code == 0, answer.err
    assert "Nothing has happened yet." in answer.out
    assert "Nothing was written but this statement." in answer.out
    assert seat.person.banner_id in answer.out
    kept = json.loads(file.read_text())
    assert kept["statement"]["kind"] == "requested"
    assert seat.person.banner_id not in file.read_text()
    assert installation.writes() == before
    assert "Nothing waits" in installation.run("approvals", "list").out


@pytest.mark.parametrize("who", ["stranger", "instructor"])
def test_r21_nobody_else_sees_it_not_even_that_it_was_asked(
    installation: Installation, seat: Registration, people: dict[str, Path], who: str
) -> None:
    asked = ("drop", "what-if", seat.person.banner_id, section_of(seat), "--token-file", people[who])
    refused = installation.run(*asked)
    assert (refused.code, refused.out, "PV351" in refused.err) == (1, "", True)
    assert installation.run("drop", "list", "--token-file", people[who]).out.startswith("0 statements")


def test_a_statement_is_found_again_whole(
    installation: Installation, seat: Registration, people: dict[str, Path]
) -> None:
    made = installation.run(
        *("drop", "what-if", seat.person.banner_id, section_of(seat), "--on", "2026-09-10"),
        *("--token-file", people["registrar"]),
    )
    run = made.out.split()[3].rstrip(",")
    listed = installation.run("drop", "list", "--student", seat.person.banner_id, "--token-file", people["advisor"])
    assert run in listed.out
    shown = installation.run("drop", "show", run, "--token-file", people["student"])
    assert shown.code == 0, shown.err
    assert shown.out.splitlines()[1:3] == made.out.splitlines()[1:3]
    assert "2026-09-10" in shown.out
    assert "Run: done." in shown.out
    assert installation.run("drop", "show", "run_none", "--token-file", people["registrar"]).code == 1


def test_r26_the_students_own_file_holds_the_statements(
    installation: Installation, seat: Registration, people: dict[str, Path]
) -> None:
    file = installation.run("ledger", "export", "--student", seat.person.banner_id, "--token-file", people["student"])
    lines = [json.loads(line) for line in file.out.splitlines()]
    held = [line for line in lines if line["what"] == "statement"]
    assert held
    assert held[0]["statement"]["kind"] == "requested"


def test_a_ticket_reaches_the_office_that_comes_next(
    installation: Installation, seat: Registration, people: dict[str, Path]
) -> None:
    asked = ("drop", "what-if", seat.person.banner_id, section_of(seat), "--ticket", "--token-file", people["student"])
    answer = installation.run(*asked)
    assert answer.code == 0, answer.err
    assert "1 change proposed, 1 applied, 1 read back" in answer.out


def test_a_class_that_is_not_there_or_not_held_is_said(
    installation: Installation, seat: Registration, people: dict[str, Path]
) -> None:
    asked = ("drop", "what-if", seat.person.banner_id, "202680-99999", "--token-file", people["registrar"])
    assert "There is no such class" in installation.run(*asked).err
    bare = installation.run("drop", "what-if", seat.person.banner_id, section_of(seat))
    assert (bare.code, "PV403" in bare.err) == (1, True)
