"""OneRoster bundles describe the same campus as Ethos does, in the exact columns of the standard."""

import csv
import io
import zipfile
from pathlib import Path

import pytest

from simulator.campus import Campus
from simulator.oneroster.bundle import export_bundles, make_bundle, write_zip
from simulator.oneroster.damage import (
    empty_file,
    encode_as,
    lose_half,
    repeat_rows,
    truncate_file,
    truncate_zip,
)
from simulator.world.addresses import guardians_of
from simulator.world.people import STUDENT

CLASS_HEADER = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods"
)
ENROLLMENT_HEADER = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
)
USER_HEADERS = {
    "1.1": (
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
        "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
    ),
    "1.2": (
        "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,"
        "email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,"
        "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns"
    ),
}


@pytest.fixture(scope="module")
def campus() -> Campus:
    return Campus.build(students=120, seed=2)


def rows(bundle: dict[str, bytes], file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(bundle[f"{file}.csv"].decode())))


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_headers_are_the_standards_and_ours_come_last(campus: Campus, version: str) -> None:
    bundle = make_bundle(campus.banner, version)
    expected = {"classes": CLASS_HEADER, "enrollments": ENROLLMENT_HEADER, "users": USER_HEADERS[version]}
    for file, header in expected.items():
        line = bundle[f"{file}.csv"].decode().splitlines()[0]
        assert line.startswith(header)
        assert all(name.startswith("metadata.") for name in line.removeprefix(header).split(",")[1:])


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_manifest_mentions_every_file(campus: Campus, version: str) -> None:
    bundle = make_bundle(campus.banner, version)
    manifest = {row["propertyName"]: row["value"] for row in rows(bundle, "manifest")}
    assert (manifest["manifest.version"], manifest["oneroster.version"]) == ("1.0", version)
    present = {name.removesuffix(".csv") for name in bundle} - {"manifest"}
    assert {name for name in present if manifest[f"file.{name}"] == "bulk"} == present
    absent = {name for name, value in manifest.items() if value == "absent"}
    assert "file.demographics" in absent
    assert ("file.roles" in manifest) == (version == "1.2")


def test_bulk_rows_leave_status_and_date_blank(campus: Campus) -> None:
    bundle = make_bundle(campus.banner, "1.1")
    for file in ("users", "classes", "enrollments"):
        assert {(row["status"], row["dateLastModified"]) for row in rows(bundle, file)} == {("", "")}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_bundle_says_what_banner_says(campus: Campus, version: str) -> None:
    banner, bundle = campus.banner, make_bundle(campus.banner, version)
    live = {section.guid: section for section in banner.sections.values() if section.key.term != "202640"}
    classes = {row["sourcedId"]: row for row in rows(bundle, "classes")}
    assert set(classes) == set(live)
    for guid, section in live.items():
        assert classes[guid]["classCode"] == "-".join(section.key)
    students = {row["sourcedId"]: row for row in rows(bundle, "enrollments") if row["role"] == "student"}
    wanted = {row.guid: row for row in banner.registrations.values() if row.section.guid in live}
    assert set(students) == set(wanted)
    for guid, registration in wanted.items():
        row = students[guid]
        assert row["userSourcedId"] == registration.person.guid
        assert row["metadata.registrationReason"] == registration.status.reason
        assert bool(row["endDate"]) != registration.status.registered
    people = {row["sourcedId"]: row for row in rows(bundle, "users")}
    guardians = {
        each.guid for person in banner.persons.values() if STUDENT in person.roles for each in guardians_of(person)
    }
    assert guardians
    assert {guid: row["identifier"] for guid, row in people.items()} == {
        **{guid: person.banner_id for guid, person in banner.persons.items()},
        **dict.fromkeys(guardians, ""),
    }


def test_r54_waiting_people_are_in_no_enrolment(campus: Campus) -> None:
    bundle = make_bundle(campus.banner, "1.2")
    queues = {row["sourcedId"]: row["metadata.waitlist"].split(",") for row in rows(bundle, "classes")}
    named = {(section, person) for section, queue in queues.items() for person in queue if person}
    places = {(place.section.guid, place.person.guid) for place in campus.banner.waitlist.values()}
    assert places
    assert named == places
    enrolled = {
        (row["classSourcedId"], row["userSourcedId"]) for row in rows(bundle, "enrollments") if not row["endDate"]
    }
    assert not named & enrolled


def test_r7_person_without_login_is_disabled(campus: Campus) -> None:
    bundle = make_bundle(campus.banner, "1.1")
    blank = {
        row["sourcedId"] for row in rows(bundle, "users") if row["enabledUser"] == "false" and row["role"] != "parent"
    }
    assert blank == {person.guid for person in campus.banner.persons.values() if person.login is None}
    assert blank


def test_every_reference_resolves(campus: Campus) -> None:
    bundle = make_bundle(campus.banner, "1.2")
    ids = {file: {row["sourcedId"] for row in rows(bundle, file)} for file in ("users", "classes", "courses", "orgs")}
    sessions = {row["sourcedId"] for row in rows(bundle, "academicSessions")}
    assert all(row["courseSourcedId"] in ids["courses"] for row in rows(bundle, "classes"))
    assert all(row["termSourcedIds"] in sessions for row in rows(bundle, "classes"))
    assert all(row["classSourcedId"] in ids["classes"] for row in rows(bundle, "enrollments"))
    assert all(row["userSourcedId"] in ids["users"] for row in rows(bundle, "roles"))
    assert all(row["orgSourcedId"] in ids["orgs"] for row in rows(bundle, "courses"))


def test_folder_and_zip_hold_the_same(campus: Campus, tmp_path: Path) -> None:
    export_bundles(campus.banner, tmp_path)
    for version in ("1.1", "1.2"):
        folder = tmp_path / f"oneroster-{version}"
        with zipfile.ZipFile(tmp_path / f"oneroster-{version}.zip") as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == {
                path.name: path.read_bytes() for path in folder.iterdir()
            }


def test_unknown_version_is_refused(campus: Campus) -> None:
    with pytest.raises(ValueError, match=r"1\.0 is not written"):
        make_bundle(campus.banner, "1.0")


def test_damage_is_what_it_says(campus: Campus, tmp_path: Path) -> None:
    bundle = make_bundle(campus.banner, "1.1")
    whole = bundle["users.csv"]
    assert whole.startswith(truncate_file(bundle, "users.csv")["users.csv"])
    assert not truncate_file(bundle, "users.csv")["users.csv"].endswith(b"\n")
    with pytest.raises(UnicodeDecodeError):
        encode_as(bundle, "users.csv")["users.csv"].decode()
    assert len(rows(lose_half(bundle, "users.csv"), "users")) == -(-len(rows(bundle, "users")) // 2)
    assert rows(empty_file(bundle, "users.csv"), "users") == []
    assert len(rows(repeat_rows(bundle, "users.csv"), "users")) == len(rows(bundle, "users")) + 3
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(truncate_zip(write_zip(bundle, tmp_path / "bundle.zip")))
