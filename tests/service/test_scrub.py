"""``provost scrub``: text in, coded text out, a table of reasons on request, nothing where the check objects (S229)."""

import io
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest

from service.cli import main

ANA = '{"sis_id": "A00417722", "kind": "student", "names": [{"first": "Ana", "last": "Quispe"}]}'
KIM = '{"sis_id": "E00000031", "kind": "instructor", "names": [{"first": "Kim", "last": "Haddad"}]}'
PEOPLE = f"{ANA}\n\n{KIM}\n"
TEXT = "Ana Quispe (A00417722) wrote to Kim Haddad.\nAna is late; mom@home.example asked.\n"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people.jsonl"
    file.write_text(PEOPLE, encoding="utf-8")
    return file


def scrub(text: str | bytes, *arguments: object) -> tuple[int, str, str]:
    """Call the command with ``text`` on standard input; return exit code and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(text if isinstance(text, bytes) else text.encode()), encoding="utf-8")
    argv = ["provost", "scrub", *map(str, arguments)]
    with patch.object(sys, "argv", argv), patch.object(sys, "stdin", stdin), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_text_from_standard_input_comes_out_in_codes(people):
    code, out, err = scrub(TEXT, "--people", people)
    assert (code, err) == (0, "")
    ana = re.match(r"\[STUDENT_(\w{8})]", out).group(1)
    assert re.fullmatch(
        rf"\[STUDENT_{ana}] \(\[STUDENT_{ana}\.id]\) wrote to \[INSTRUCTOR_\w{{8}}]\.\n"
        rf"\[STUDENT_{ana}\.first] is late; \[EMAIL_\w{{8}}] asked\.\n",
        out,
    )


def test_a_file_is_read_and_two_runs_share_no_code(people, tmp_path):
    file = tmp_path / "note.txt"
    file.write_text(TEXT, encoding="utf-8")
    first, second = (scrub("", file, "--people", people)[1] for _ in range(2))
    assert set(re.findall(r"_(\w{8})", first)).isdisjoint(re.findall(r"_(\w{8})", second))


def test_explain_says_what_why_and_which_recognizer_and_names_nobody(people, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    code, _, err = scrub(TEXT, "--people", people, "--explain")
    assert code == 0
    assert "5 stretches replaced." in err
    assert all(word in err for word in ("1:1", "2:1", "STUDENT", "INSTRUCTOR", "recognizer", "EMAIL"))
    assert not any(word in err for word in ("Ana", "Quispe", "Haddad", "A0041", "@"))


def test_a_text_that_still_identifies_someone_is_not_written(people):
    code, out, err = scrub("See quizzy @ the lab.", "--people", people, "--explain")
    assert (code, out) == (1, "")
    assert "PV352" in err
    assert "quizzy" not in err
    assert scrub("See quizzy @ the lab.", "--people", people, "--no-check")[:2] == (0, "See quizzy @ the lab.")


def test_without_people_addresses_are_replaced_and_the_rest_stays():
    code, out, _ = scrub("Write to mom@home.example by 2026-11-30.")
    assert code == 0
    assert re.fullmatch(r"Write to \[EMAIL_\w{8}] by 2026-11-30\.", out)


def test_a_bad_file_of_people_is_named_by_line_without_its_content(tmp_path):
    file = tmp_path / "people.jsonl"
    file.write_text(PEOPLE + '{"sis_id": "A1", "kind": "student", "names": "Ana Quispe"}\n', encoding="utf-8")
    code, out, err = scrub(TEXT, "--people", file)
    assert (code, out) == (1, "")
    assert "Line 4" in err
    assert "names" in err
    assert "Quispe" not in err


def test_text_that_is_not_utf8_is_refused():
    code, out, err = scrub(b"Ana Qu\xefspe")
    assert (code, out) == (1, "")
    assert "PV204" in err


def test_nothing_is_left_behind(people, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = {file.name for file in tmp_path.iterdir()}
    monkeypatch.chdir(tmp_path)
    assert scrub(TEXT, "--people", people)[0] == 0
    assert {file.name for file in tmp_path.iterdir()} == before
