"""A new delivery in the place of the old one: a reader that stays open for weeks must not go on with yesterday's."""

import os
from pathlib import Path

from tests.tools.sftp_server import serve
from tests.tools.sis_campus import FILES, TERM, StillClock, make_institution, pack, write_bundle
from tools.sis.oneroster.fetched import FetchedReader
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


def test_r69_every_run_fetches_what_lies_on_the_server_now(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        pack(write_bundle(tmp_path / "bundle"), server.folder / "2026-09-20.zip")
        reader = FetchedReader(server.server(), make_institution(), clock=StillClock())
        with reader.delivered() as first:
            before = reader.read_registrations(TERM).rows
        second = pack(write_bundle(tmp_path / "bundle", {"enrollments.csv": SHORTER}), server.folder / "2026-09-21.zip")
        os.utime(second, (2_000_000_000, 2_000_000_000))
        assert reader.read_registrations(TERM).rows == before
        with reader.delivered() as then:
            assert len(reader.read_registrations(TERM).rows) == len(before) - 1
        kept = [Path(folder.name) for folder in reader._folders]
        reader.close()
    assert ([one.name for one in first], [one.name for one in then]) == (["2026-09-20.zip"], ["2026-09-21.zip"])
    assert first[0].sha256 != then[0].sha256
    assert len(kept) == 2
    assert not any(folder.exists() for folder in kept)
