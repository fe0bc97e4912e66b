"""A new delivery in the place of the old one: a reader that stays open for weeks must not go on with yesterday's."""

from pathlib import Path

from tests.tools.sis_campus import FILES, TERM, StillClock, make_institution, pack, write_bundle
from tools.sis.oneroster.read import OneRosterReader

ENROLLMENTS = FILES["enrollments.csv"]
SHORTER = ENROLLMENTS[: ENROLLMENTS.rstrip().rindex("\n") + 1]


def test_r69_a_reader_that_stays_open_reads_the_delivery_that_lies_there_now(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "bundle")
    reader = OneRosterReader(folder, make_institution(), clock=StillClock())
    before = reader.read_registrations(TERM).rows
    write_bundle(folder, {"enrollments.csv": SHORTER})
    assert len(reader.read_registrations(TERM).rows) == len(before) - 1
    write_bundle(folder)
    assert reader.read_registrations(TERM).rows == before


def test_a_zip_that_is_replaced_is_opened_again(tmp_path: Path) -> None:
    packed = pack(write_bundle(tmp_path / "bundle"), tmp_path / "bundle.zip")
    reader = OneRosterReader(packed, make_institution(), clock=StillClock())
    before = reader.read_registrations(TERM).rows
    pack(write_bundle(tmp_path / "bundle", {"enrollments.csv": SHORTER}), packed)
    assert len(reader.read_registrations(TERM).rows) == len(before) - 1
