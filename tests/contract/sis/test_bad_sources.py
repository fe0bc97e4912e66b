"""A campus's own exports gone bad: each kind of damage is seen, and no damage becomes a mass drop."""

from decimal import Decimal
from pathlib import Path

import pytest

from agents.roster.snapshots import RosterSnapshots
from agents.roster.trust import weigh_sources
from domain.errors import MalformedSource
from domain.findings import Severity
from domain.ids import SectionKey
from domain.ports import Fetch, T
from domain.records import Registration, Section
from domain.rules.bulk import has_shrunk
from simulator.oneroster.bundle import Bundle, make_bundle, write_folder, write_zip
from simulator.oneroster.damage import empty_file, encode_as, lose_half, repeat_rows, truncate_file, truncate_zip
from tests.contract.sis.campus import SisCampus
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.oneroster.settings import OneRosterSettings


@pytest.fixture(scope="module", params=["1.1", "1.2"])
def whole(request: pytest.FixtureRequest, campus: SisCampus) -> Bundle:
    return make_bundle(campus.campus.banner, request.param)


def open_bundle(campus: SisCampus, bundle: Bundle, folder: Path, **settings: str) -> OneRosterReader:
    path = write_folder(bundle, folder / "bundle")
    return OneRosterReader(path, campus.institution, settings=OneRosterSettings.model_validate(settings), clock=campus)


def test_file_that_was_cut_short(campus: SisCampus, whole: Bundle, tmp_path: Path) -> None:
    reader = open_bundle(campus, truncate_file(whole, "enrollments.csv"), tmp_path)
    fetch = reader.read_registrations(campus.term)
    everything = set(campus.banner().read_registrations(campus.term).rows)
    assert fetch.rows
    assert len(fetch.rows) < len(everything)
    assert not fetch.complete
    assert "PV204" in {finding.code for finding in fetch.findings if finding.severity is Severity.STOP}
    assert reader.read_people().complete


def test_zip_that_was_cut_short(campus: SisCampus, whole: Bundle, tmp_path: Path) -> None:
    path = truncate_zip(write_zip(whole, tmp_path / "bundle.zip"))
    with pytest.raises(MalformedSource) as caught:
        OneRosterReader(path, campus.institution, clock=campus).read_people()
    assert caught.value.fix


def test_wrong_encoding_is_refused_and_named_encoding_is_read(campus: SisCampus, whole: Bundle, tmp_path: Path) -> None:
    damaged = encode_as(whole, "users.csv")
    with pytest.raises(MalformedSource) as caught:
        open_bundle(campus, damaged, tmp_path / "a").read_people()
    assert caught.value.field == "users.csv"
    named = open_bundle(campus, damaged, tmp_path / "b", encoding="cp1252").read_people()
    assert len(named.rows) == len(campus.banner().read_people().rows)


def test_file_with_nothing_but_its_header(campus: SisCampus, whole: Bundle, tmp_path: Path) -> None:
    fetch = open_bundle(campus, empty_file(whole, "enrollments.csv"), tmp_path).read_registrations(campus.term)
    assert not [row for row in fetch.rows if row.registered_on]
    assert not fetch.complete
    assert "PV202" in {finding.code for finding in fetch.findings}


def test_rows_given_twice_count_once(campus: SisCampus, whole: Bundle, tmp_path: Path) -> None:
    calm = open_bundle(campus, whole, tmp_path / "a").read_registrations(campus.term)
    fetch = open_bundle(campus, repeat_rows(whole, "enrollments.csv"), tmp_path / "b").read_registrations(campus.term)
    assert fetch.rows == calm.rows
    assert fetch.complete
    assert "PV206" in {finding.code for finding in fetch.findings}


def test_s58_half_of_the_people_gone_is_seen_in_the_registrations_that_name_them(
    campus: SisCampus, whole: Bundle, tmp_path: Path
) -> None:
    fetch = open_bundle(campus, lose_half(whole, "users.csv"), tmp_path).read_registrations(campus.term)
    assert not fetch.complete
    assert "PV205" in {finding.code for finding in fetch.findings if finding.severity is Severity.STOP}


def test_r68_half_of_the_enrolments_gone_shows_in_the_count_since_no_file_can_say_so(
    campus: SisCampus, whole: Bundle, tmp_path: Path
) -> None:
    calm = open_bundle(campus, whole, tmp_path / "a").read_registrations(campus.term)
    fetch = open_bundle(campus, lose_half(whole, "enrollments.csv"), tmp_path / "b").read_registrations(campus.term)
    assert fetch.complete
    assert has_shrunk(len(fetch.rows), len(calm.rows), Decimal("0.3"))


def nothing(source: str, campus: SisCampus) -> Fetch[T]:
    return Fetch(source=source, rows=(), complete=True, read_at=campus.now())


def snapshots(campus: SisCampus, sections: Fetch[Section], registrations: Fetch[Registration]) -> RosterSnapshots:
    return RosterSnapshots(
        campus.term,
        people=nothing("oneroster", campus),
        sections=sections,
        registrations=registrations,
        users=nothing("canvas", campus),
        courses=nothing("canvas", campus),
        lms_sections=nothing("canvas", campus),
        enrollments=nothing("canvas", campus),
    )


def test_r70_row_of_nobody_puts_only_its_own_section_in_doubt(campus: SisCampus, whole: Bundle, tmp_path: Path) -> None:
    folder = write_folder(whole, tmp_path / "bundle")
    people = OneRosterReader(folder, campus.institution, clock=campus).read_registrations(campus.term)
    victim = next(row for row in people.rows if row.registered_on)
    lines = (folder / "enrollments.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if victim.source_guid in line)
    user = lines[at].split(",")[5]
    lines[at] = lines[at].replace(user, "nobody")
    (folder / "enrollments.csv").write_text("".join(lines), encoding="utf-8")
    reader = OneRosterReader(folder, campus.institution, clock=campus)
    fetch = reader.read_registrations(campus.term)
    trust, _ = weigh_sources(snapshots(campus, reader.read_sections(campus.term), fetch))
    assert not trust.proves_absence("registrations", str(victim.section))
    others = {str(row.section) for row in fetch.rows} - {str(victim.section)}
    assert all(trust.proves_absence("registrations", section) for section in others)
    assert SectionKey.parse(fetch.findings[-1].subject.removeprefix("section ")) == victim.section
