"""``provost scrub`` over the saved directory of an installation: whom it knows is found without a file of people."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from graphs.assembly import assemble
from graphs.settings import load_settings
from simulator.campus import Campus
from tests.service.conftest import Install, Installation

pytestmark = pytest.mark.xdist_group("service scrub directory")


@pytest.fixture(scope="module")
def installation(install: Install, shipped_policy: str) -> Installation:
    return install(shipped_policy)


def test_the_saved_directory_is_used_where_no_people_are_named(
    installation: Installation, campus: Campus, tmp_path: Path
) -> None:
    student = next(one for one in campus.banner.persons.values() if "student" in one.roles and one.first)
    note = tmp_path / "note.txt"
    note.write_text(f"{student.first} {student.last} ({student.banner_id}) asked for W.", encoding="utf-8")
    before = installation.run("scrub", note)
    assert "STUDENT" not in before.out
    with assemble(load_settings(file=installation.settings_file)) as provost:
        provost.refresh_directory("user:operator")
    scrubbed = installation.run("scrub", note)
    assert scrubbed.code == 0, scrubbed.err
    code = re.match(r"\[STUDENT_(\w{8})] ", scrubbed.out)
    assert code
    assert scrubbed.out == f"[STUDENT_{code[1]}] ([STUDENT_{code[1]}.id]) asked for W."


def test_a_directory_that_is_too_old_lets_no_text_out(installation: Installation, tmp_path: Path) -> None:
    with assemble(load_settings(file=installation.settings_file)) as provost:
        provost.refresh_directory("user:operator")
        offset = provost.settings.clock_offset_seconds + timedelta(days=30).total_seconds()
    note = tmp_path / "note.txt"
    note.write_text("Nothing of note.", encoding="utf-8")
    late = installation.run("scrub", note, PROVOST_CLOCK_OFFSET_SECONDS=str(offset))
    text = installation.settings_file.read_text(encoding="utf-8")
    assert "clock_offset_seconds" in text
    assert (late.code, late.out) == (1, "")
    assert "PV700" in late.err
