"""Damaged OneRoster bundles: each gives a clear error or finding, stops the smallest thing, and loses nothing."""

from pathlib import Path

import pytest

from domain.errors import ConfigurationError, EmptySource, MalformedSource
from domain.findings import Finding, Severity
from domain.records import RegistrationStatus
from tests.tools.sis_campus import FILES, MATH, TERM, StillClock, make_institution, pack, write_bundle
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.oneroster.settings import OneRosterSettings

ENROLLMENTS = FILES["enrollments.csv"]
HEADER, FIRST, *_ = ENROLLMENTS.splitlines()


def open_bundle(
    tmp_path: Path, changes: dict[str, str | bytes | None] | None = None, **settings: object
) -> OneRosterReader:
    folder = write_bundle(tmp_path / "bundle", changes)
    return OneRosterReader(folder, make_institution(), settings=OneRosterSettings(**settings), clock=StillClock())


def stops(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings if finding.severity is Severity.STOP]


@pytest.mark.parametrize(
    "cut", [ENROLLMENTS[: ENROLLMENTS.rindex(",org-1")], ENROLLMENTS.rstrip()[:-60], ENROLLMENTS + '"e-5,,,2026']
)
def test_truncated_file_keeps_what_came_and_lets_nobody_conclude_from_absence(tmp_path: Path, cut: str) -> None:
    reader = open_bundle(tmp_path, {"enrollments.csv": cut})
    fetch = reader.read_registrations(TERM)
    assert not fetch.complete
    assert stops(fetch.findings) == ["PV204"]
    assert "enrollments.csv line" in fetch.findings[0].subject
    assert {row.person for row in fetch.rows if row.section == MATH} == {"A00000001", "A00000002"}
    assert reader.read_people().complete


def test_truncated_zip_names_the_file_and_the_fix(tmp_path: Path) -> None:
    whole = pack(write_bundle(tmp_path / "bundle"), tmp_path / "whole.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-200])
    with pytest.raises(MalformedSource, match=r"cut\.zip is not a whole zip") as caught:
        OneRosterReader(cut, make_institution()).read_people()
    assert caught.value.field == "cut.zip"
    assert "Transfer the bundle again" in caught.value.fix


def test_zip_damaged_inside_one_file_stops_only_that_file(tmp_path: Path) -> None:
    whole = pack(write_bundle(tmp_path / "bundle"), tmp_path / "bundle.zip").read_bytes()
    at = whole.index(b"users.csv") + len("users.csv") + 10
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 8]) + whole[at + 8 :])
    reader = OneRosterReader(damaged, make_institution(), clock=StillClock())
    with pytest.raises(MalformedSource, match=r"users\.csv is not a whole zip"):
        reader.read_people()
    assert reader.read_terms().complete


def test_wrong_encoding_names_line_and_byte_and_a_setting_cures_it(tmp_path: Path) -> None:
    latin = FILES["users.csv"].encode("windows-1252")
    with pytest.raises(MalformedSource, match=r"users\.csv line 2 is not text in utf-8-sig: byte \d+ cannot") as caught:
        open_bundle(tmp_path, {"users.csv": latin}).read_people()
    assert "windows-1252" in caught.value.fix
    texts = {name: text.encode("windows-1252") for name, text in FILES.items()}
    people = open_bundle(tmp_path / "again", dict(texts), encoding="windows-1252").read_people()
    assert people.rows[0].legal_name.last == "Björnsson"


def test_wrong_encoding_of_users_leaves_terms_readable(tmp_path: Path) -> None:
    reader = open_bundle(tmp_path, {"users.csv": FILES["users.csv"].encode("windows-1252")})
    assert [term.code for term in reader.read_terms().rows] == [TERM]


def test_byte_order_mark_and_drifted_headers_are_read(tmp_path: Path) -> None:
    drifted = "﻿ SourcedID ,Status," + HEADER.split(",", 2)[2] + "\r\n" + FIRST + "\r\n\r\n"
    fetch = open_bundle(tmp_path, {"enrollments.csv": drifted}).read_registrations(TERM)
    assert fetch.complete
    assert len(fetch.rows) == 1
    assert [finding.severity for finding in fetch.findings] == [Severity.INFO]


def test_missing_header_is_told_from_a_missing_column(tmp_path: Path) -> None:
    with pytest.raises(MalformedSource, match=r"enrollments\.csv line 1 is not a header"):
        open_bundle(tmp_path / "a", {"enrollments.csv": ENROLLMENTS.split("\n", 1)[1]}).read_registrations(TERM)
    misspelt = ENROLLMENTS.replace("userSourcedId", "usreSourcedId")
    with pytest.raises(MalformedSource, match=r"lacks the column userSourcedId. The file has usreSourcedId") as caught:
        open_bundle(tmp_path / "b", {"enrollments.csv": misspelt}).read_registrations(TERM)
    assert caught.value.field == "userSourcedId"


def test_announced_file_that_is_missing(tmp_path: Path) -> None:
    reader = open_bundle(tmp_path, {"enrollments.csv": None})
    with pytest.raises(MalformedSource, match=r"announces enrollments\.csv as bulk"):
        reader.read_registrations(TERM)
    assert reader.read_people().complete


@pytest.mark.parametrize("content", ["", "  \n \n"])
def test_r66_empty_file_is_an_error_and_header_alone_a_stop(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptySource, match=r"enrollments\.csv is empty"):
        open_bundle(tmp_path / "a", {"enrollments.csv": content}).read_registrations(TERM)
    fetch = open_bundle(tmp_path / "b", {"enrollments.csv": HEADER + "\n"}).read_registrations(TERM)
    assert (fetch.rows, fetch.complete) == ((), False)
    assert "PV202" in stops(fetch.findings)


def test_empty_zip_and_no_bundle_at_all(tmp_path: Path) -> None:
    empty = tmp_path / "empty.zip"
    empty.touch()
    with pytest.raises(EmptySource, match="0 bytes"):
        OneRosterReader(empty, make_institution()).read_people()
    with pytest.raises(ConfigurationError, match="No OneRoster bundle"):
        OneRosterReader(tmp_path / "nowhere", make_institution()).read_people()


def test_same_row_twice_is_one_row_and_changes_nothing(tmp_path: Path) -> None:
    fetch = open_bundle(tmp_path, {"enrollments.csv": f"{ENROLLMENTS}{FIRST}\n"}).read_registrations(TERM)
    assert fetch.complete
    assert len(fetch.rows) == 3
    assert [(finding.code, finding.severity) for finding in fetch.findings] == [("PV206", Severity.WARNING)]


def test_duplicate_sourced_id_with_other_content_names_the_line(tmp_path: Path) -> None:
    other = FIRST.replace("u-1", "u-2")
    fetch = open_bundle(tmp_path, {"enrollments.csv": f"{ENROLLMENTS}{other}\n"}).read_registrations(TERM)
    assert not fetch.complete
    assert [(f.code, f.severity, f.subject) for f in fetch.findings] == [
        ("PV206", Severity.STOP, "oneroster enrollments.csv line 6")
    ]


def test_duplicate_sourced_id_with_dates_takes_the_newest(tmp_path: Path) -> None:
    newer = "e-4,active,2026-09-05T12:00:00.000Z,202680-12346,org-1,u-1,student,,2026-08-20,\n"
    fetch = open_bundle(tmp_path, {"enrollments.csv": ENROLLMENTS + newer}).read_registrations(TERM)
    assert fetch.complete
    lab = next(row for row in fetch.rows if row.section != MATH)
    assert lab.status is RegistrationStatus.REGISTERED


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("e-8,gone,,202680-12345,org-1,u-2,student,,,", "status"),
        ("e-8,,,202680-12345,org-1,u-2,studnet,,,", "role"),
    ],
)
def test_unknown_status_or_role_is_kept_as_unknown_so_that_nobody_seems_gone(
    tmp_path: Path, row: str, column: str
) -> None:
    fetch = open_bundle(tmp_path, {"enrollments.csv": f"{HEADER}\n{FIRST}\n{row}\n"}).read_registrations(TERM)
    assert fetch.complete
    assert [found.status for found in fetch.rows] == [RegistrationStatus.REGISTERED, RegistrationStatus.UNKNOWN]
    assert fetch.findings[0].subject == "oneroster enrollments.csv line 3"
    assert f"Column {column} of enrollments.csv" in fetch.findings[0].message


def test_dates_without_zone_are_read_in_the_campus_zone_and_said_once(tmp_path: Path) -> None:
    rows = [f"e-{n},active,2026-09-0{n}T20:00:00,202680-12345,org-1,u-{n},student,,," for n in (1, 2)]
    fetch = open_bundle(tmp_path, {"enrollments.csv": "\n".join([HEADER, *rows, ""])}).read_registrations(TERM)
    assert [row.modified_at.isoformat() for row in fetch.rows if row.modified_at] == [
        "2026-09-02T00:00:00+00:00",
        "2026-09-03T00:00:00+00:00",
    ]
    assert len(fetch.findings) == 1
    assert "has no time zone and was read in America/New_York" in fetch.findings[0].message
    assert "Found 2 times" in fetch.findings[0].message


def test_ambiguous_date_is_not_guessed_unless_the_campus_names_its_format(tmp_path: Path) -> None:
    row = "e-8,,,202680-12345,org-1,u-2,student,,1/09/2026,"
    changes = {"enrollments.csv": f"{HEADER}\n{row}\n"}
    fetch = open_bundle(tmp_path / "a", changes).read_registrations(TERM)
    assert fetch.rows[0].registered_on is None
    assert "Column beginDate" in fetch.findings[0].message
    known = open_bundle(tmp_path / "b", changes, date_formats=("%d/%m/%Y",)).read_sections(TERM)
    assert known.findings


def test_row_that_names_an_unknown_person_is_not_lost_silently(tmp_path: Path) -> None:
    row = "e-8,,,202680-12345,org-1,u-99,student,,,"
    fetch = open_bundle(tmp_path, {"enrollments.csv": f"{ENROLLMENTS}{row}\n"}).read_registrations(TERM)
    assert not fetch.complete
    assert stops(fetch.findings) == ["PV205"]
    assert fetch.findings[0].subject == "oneroster enrollments.csv line 6"


def test_bundle_without_manifest_proves_nothing_until_the_campus_says_so(tmp_path: Path) -> None:
    silent = open_bundle(tmp_path / "a", {"manifest.csv": None}).read_registrations(TERM)
    assert (len(silent.rows), silent.complete) == (3, False)
    assert open_bundle(tmp_path / "b", {"manifest.csv": None}, assume_mode="bulk").read_registrations(TERM).complete


def test_foreign_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedSource, match=r"version '1\.0'") as caught:
        open_bundle(tmp_path, {"manifest.csv": FILES["manifest.csv"].replace(",1.1", ",1.0")}).read_people()
    assert caught.value.field == "oneroster.version"


def test_file_larger_than_allowed_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(MalformedSource, match="at most 1 MiB"):
        open_bundle(tmp_path, {"users.csv": FILES["users.csv"] + "\n" * (2 << 20)}, max_file_mib=1).read_people()


@pytest.mark.parametrize(
    "damage",
    [
        {"enrollments.csv": ENROLLMENTS[:-30]},
        {"classes.csv": FILES["classes.csv"].replace("202680-", "")},
        {"academicSessions.csv": FILES["academicSessions.csv"].replace("2026-12-11", "")},
        {"courses.csv": FILES["courses.csv"].replace("c-1", "c-2")},
    ],
)
def test_whatever_is_damaged_no_absence_counts_and_every_finding_names_a_fix(
    tmp_path: Path, damage: dict[str, str | bytes | None]
) -> None:
    reader = open_bundle(tmp_path, damage)
    registrations, sections = reader.read_registrations(TERM), reader.read_sections(TERM)
    assert not registrations.complete
    findings = (*registrations.findings, *sections.findings)
    assert stops(findings)
    assert all(finding.fix and finding.subject for finding in findings)


def test_check_access_reports_what_a_nightly_run_would_meet(tmp_path: Path) -> None:
    assert open_bundle(tmp_path / "a").check_access() == ()
    findings = open_bundle(tmp_path / "b", {"enrollments.csv": HEADER + "\n"}).check_access()
    assert stops(findings) == ["PV202"]
