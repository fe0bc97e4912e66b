"""The doctor says whether text may leave at all (S229)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from graphs.settings import Settings
from privacy.directory.known import STATE, DirectoryState
from service.doctor.boundary import look_at_directory
from service.doctor.check import Mark


def seen(home: Path, age: timedelta | None, *, complete: bool = True) -> tuple[Mark, str]:
    if age is not None:
        folder = home / "directory"
        folder.mkdir(exist_ok=True)
        state = DirectoryState(refreshed_at=datetime.now(UTC) - age, complete=complete, people=1200)
        (folder / STATE).write_text(state.model_dump_json(), encoding="utf-8")
    (check,) = look_at_directory(Settings(home=home))
    assert bool(check.fix) is (check.mark is not Mark.OK)
    return check.mark, check.seen


def test_without_a_directory_it_says_what_to_run(tmp_path: Path) -> None:
    assert seen(tmp_path, None) == (Mark.NOTE, "There is no directory of people, so no text may leave.")


def test_a_fresh_directory_is_in_order(tmp_path: Path) -> None:
    assert seen(tmp_path, timedelta(hours=2)) == (Mark.OK, "1,200 people, refreshed 2.0 hours ago.")


def test_an_old_directory_is_to_be_fixed(tmp_path: Path) -> None:
    assert seen(tmp_path, timedelta(hours=37))[0] is Mark.FIX


def test_a_partial_directory_is_worth_knowing(tmp_path: Path) -> None:
    assert seen(tmp_path, timedelta(hours=1), complete=False)[0] is Mark.NOTE
