"""The file a student may ask for: it downloads, and holds who looked at that student and nobody else's looks (R26)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from domain.ids import RecordHandle
from tests.browser.campus import House
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
ANA, DANA, FAY = "registrar-ana", "advisor-dana", "student-fay"
_HANDLE = re.compile(r"per_[a-z2-7]{16}")


def download(page: Page, folder: Path) -> tuple[str, list[dict[str, Any]]]:
    """Download the file from the page and return its name and its lines."""
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the file").click()
    kept = folder / "student-file.jsonl"
    started.value.save_as(kept)
    lines = kept.read_text(encoding="utf-8").splitlines()
    return started.value.suggested_filename, [json.loads(line) for line in lines]


def looks(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["what"] == "look"]


def entries_about(house: House, person: RecordHandle) -> set[int]:
    """The numbers of the ledger's entries about somebody."""
    return {json.loads(line)["seq"] for line in house.provost.ledger.export(person=person)}


def test_r26_the_registrar_downloads_who_looked_at_one_student(visit: Visit, house: House, tmp_path: Path) -> None:
    student, other = house.students[0], house.students[1]
    visit(DANA, f"/students/{student}")
    visit(DANA, f"/students/{other}")
    visit(ANA, f"/students/{other}")
    page = visit(ANA, f"/students/{student}")
    before = entries_about(house, student)
    name, lines = download(page, tmp_path)
    assert name == f"student-file-{student.removeprefix('per_')}.jsonl"
    head = lines[0]
    assert (head["what"], head["person"], sum(head["lines"].values())) == ("file", student, len(lines) - 1)
    assert {(line["who"], line["purpose"]) for line in looks(lines)} >= {(DANA, "student record")}
    told = {line.get("entry", line.get("seq")) for line in lines if line["what"] in ("look", "entry")}
    assert before <= told, "no look is left out"
    assert told <= entries_about(house, student), "and none is anybody else's"
    assert set(_HANDLE.findall(json.dumps(lines))) == {student}
    expect(page.get_by_role("button", name="Download the file")).to_be_enabled()
    (handed,) = [line for line in looks(lines) if line["entry"] not in before]
    assert (handed["who"], handed["purpose"]) == (ANA, "inspection of the record"), "handing it out is on record"


def test_r26_a_student_downloads_their_own_file_and_nobody_elses(visit: Visit, house: House, tmp_path: Path) -> None:
    page = visit(FAY, "/")
    page.get_by_role("link", name="My record").click()
    page.wait_for_url("**/students/per_*")
    own = RecordHandle(page.url.rsplit("/", 1)[1])
    _, lines = download(page, tmp_path)
    assert lines[0]["person"] == own
    assert set(_HANDLE.findall(json.dumps(lines))) == {own}
    refused = ask_for(page, next(one for one in house.students if one != own))
    assert (refused.status, "per_" in refused.headers.get("content-disposition", "")) == (403, False)


def test_r26_an_advisor_is_offered_no_file_and_gets_none_by_a_forged_form(visit: Visit, house: House) -> None:
    page = visit(DANA, f"/students/{house.students[0]}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Download the file")).to_have_count(0)
    refused = ask_for(page, house.students[0])
    assert refused.status == 403
    assert '"what"' not in refused.text()


def ask_for(page: Page, person: RecordHandle) -> Any:
    """Send the form for somebody's file with the cookie and the token of whoever looks at the page."""
    csrf = page.locator('meta[name="csrf"]').get_attribute("content") or ""
    here = page.evaluate("location.origin")
    return page.request.post(f"{here}/students/{person}/export", form={"csrf": csrf}, headers={"Origin": here})
