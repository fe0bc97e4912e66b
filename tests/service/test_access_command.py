"""``provost access`` and what a student gets of their own record, from the command line (R21, R26, S260)."""

import json
from pathlib import Path

import pytest

from tests.service.conftest import Install, Installation

pytestmark = pytest.mark.xdist_group("service access")


@pytest.fixture(scope="module")
def installation(install: Install, shipped_policy: str) -> Installation:
    made = install(shipped_policy)
    assert made.run("reconcile", made.term, "--dry-run").code in (0, 3)
    return made


def test_the_shipped_file_is_checked_and_worded(installation: Installation) -> None:
    assert "no fault found" in installation.run("access", "check").out
    shown = installation.run("access", "show", "--role", "instructor")
    assert (shown.code, "instructor-class: instructor (instructor) may see" in shown.out) == (0, True)
    assert "gpa" not in shown.out.split("instructor-class")[1].split("\n")[0]


def test_a_faulty_file_is_said_and_opens_nothing(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "access.yaml"
    file.write_text("version: 1\nrules: [{id: r, roles: [advisor], relationship: any, fields: [disability]}]\n")
    outcome = installation.run("access", "check", "--file", file)
    assert (outcome.code, "R28" in outcome.out) == (1, True)
    started = installation.run("approvals", "list", PROVOST_ACCESS_FILE=str(file))
    assert (started.code, "PV700" in started.err) == (1, True)


def test_s219_a_run_without_a_scope_file_refuses(installation: Installation) -> None:
    outcome = installation.run("reconcile", installation.term, "--dry-run", PROVOST_SCOPE_FILE="nowhere.yaml")
    assert (outcome.code, "There is no scope file" in outcome.err) == (1, True)
    doctor = installation.run("doctor", PROVOST_SCOPE_FILE="nowhere.yaml")
    assert (doctor.code, "scope" in doctor.out) == (1, True)


def test_r21_one_case_is_explained_from_what_the_sis_says_now(installation: Installation) -> None:
    registrar = installation.person("reg", "registrar")
    assigned = next(iter(installation.campus.banner.advising.values()))
    student = assigned.student.banner_id
    installation.person("advisor", "advisor", "--person", assigned.advisor.banner_id)
    installation.person("stranger", "advisor", "--person", student)
    ask = ("--token-file", registrar)
    yes = installation.run("access", "explain", "advisor", "gpa", student, *ask)
    assert yes.out == "Yes: see gpa. Rule advisor-caseload: advisor, the assigned advisor. Basis: school_official.\n"
    no = installation.run("access", "explain", "stranger", "gpa", student, *ask)
    assert no.out == "No: see gpa. Rule R21: This needs the reader to be the assigned advisor.\n"
    denied = installation.run("access", "explain", "advisor", "disability", student, *ask)
    assert "Rule R28" in denied.out
    nobody = installation.run("access", "explain", "nobody", "gpa", student, *ask)
    assert (nobody.code, "There is no principal nobody" in nobody.err) == (1, True)
    refused = installation.run("access", "explain", "advisor", "gpa", student)
    assert (refused.code, "PV403" in refused.err) == (1, True)


def test_r26_a_student_gets_their_own_file_and_no_other(installation: Installation) -> None:
    first, second = [row.student.banner_id for row in installation.campus.banner.advising.values()][:3:2]
    mine = installation.person("me", "student", "--person", first)
    own = installation.run("ledger", "export", "--student", first, "--token-file", mine)
    lines = [json.loads(line) for line in own.out.splitlines()]
    assert lines[0]["what"] == "file"
    assert lines[-1]["basis"] == "student" or any(line.get("basis") == "student" for line in lines)
    other = installation.run("ledger", "export", "--student", second, "--token-file", mine)
    assert (other.code, other.out, "PV351" in other.err) == (1, "", True)
