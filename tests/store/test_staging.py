"""Short-lived snapshots: encrypted, private to the user, gone afterwards, readable whole."""

import stat
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from domain.errors import ConfigurationError
from domain.ids import Crn, SectionKey, SisPersonId, TermCode
from store.staging import Staging
from store.staging_compare import find_duplicate_keys
from store.staging_tables import person_text, registration_schema, section_text

PEOPLE = pa.schema([pa.field("section", pa.string()), pa.field("person", pa.string())])


def _columns(count: int) -> dict[str, list[object]]:
    return {
        "section": [f"202680-{10000 + number // 40}" for number in range(count)],
        "person": [f"A{number:08d}" for number in range(count)],
    }


def test_snapshots_are_private_encrypted_and_gone_afterwards(tmp_path: Path) -> None:
    with Staging(tmp_path / "staging") as staging:
        staging.write("people", PEOPLE, _columns(1000))
        assert stat.S_IMODE(staging.folder.stat().st_mode) == 0o700
        content = staging.path("people").read_bytes()
        assert b"A00000001" not in content
        assert b"202680" not in content
        with duckdb.connect() as stranger, pytest.raises(duckdb.Error):
            stranger.execute(f"SELECT * FROM read_parquet('{staging.path('people')}')")
        folder = staging.folder
    assert not folder.exists()
    with pytest.raises(ConfigurationError):
        _ = staging.folder


def test_the_folder_goes_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="same length"), Staging(tmp_path) as staging:
        staging.write("people", PEOPLE, {"section": ["202680-10001"], "person": []})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", [0, 1, 300_000])
def test_every_row_comes_back_whole_and_filtered(count: int) -> None:
    with Staging() as staging:
        staging.write("people", PEOPLE, _columns(count))
        with staging.connect() as connection:
            assert connection.execute("SELECT count(*) FROM people").fetchone() == (count,)
            found = connection.execute("SELECT person FROM people WHERE section = '202680-10000' ORDER BY ALL")
            assert len(found.fetchall()) == min(count, 40)


def test_tables_written_in_batches_and_one_after_another_stand_side_by_side() -> None:
    batches = [pa.record_batch([column[:5] for column in _columns(5).values()], schema=PEOPLE) for _ in range(3)]
    with Staging() as staging:
        staging.write_batches("first", PEOPLE, batches)
        staging.write("second", PEOPLE, _columns(2))
        assert staging.tables == {"first", "second"}
        with staging.connect() as connection:
            joined = connection.execute("SELECT count(*) FROM first SEMI JOIN second USING (person)").fetchone()
    assert joined == (6,)


def test_r51_duplicate_keys_are_found_with_their_count() -> None:
    columns = _columns(100)
    columns["person"][7] = columns["person"][8]
    columns["person"][9] = columns["person"][8]
    with Staging() as staging:
        staging.write("people", PEOPLE, columns)
        with staging.connect() as connection:
            assert find_duplicate_keys(connection, "people") == [("202680-10000", "A00000008", 3)]


def test_a_comparison_that_outgrows_its_memory_spills_into_the_runs_folder() -> None:
    with Staging(memory_limit="60MB", threads=1) as staging:
        staging.write("people", PEOPLE, _columns(1_000_000))
        with staging.connect() as connection:
            joined = connection.execute(
                "SELECT count(*), max(b.section) FROM people a FULL JOIN people b USING (section, person)"
            ).fetchone()
    assert joined == (1_000_000, "202680-34999")


@pytest.mark.parametrize(
    ("term", "crn", "text"),
    [("202680", "1234", "202680-01234"), (" 202680", "12345 ", "202680-12345"), ("fa25", "x9", "FA25-X9")],
)
def test_e11_keys_are_trimmed_in_one_case_and_padded(term: str, crn: str, text: str) -> None:
    assert section_text(SectionKey(TermCode(term), Crn(crn))) == text
    assert person_text(SisPersonId(" a00000001 ")) == "A00000001"
    assert registration_schema().names[:2] == ["section", "person"]
