"""Each tour runs from a copy in an empty folder, in a strict kernel, and leaves nothing behind."""

import shutil
from pathlib import Path

import nbformat
import pytest

from evals.tours.executing import execute_tour, find_tours

pytestmark = pytest.mark.slow
TOURS = find_tours()


@pytest.mark.parametrize("file", TOURS, ids=[file.stem for file in TOURS])
def test_it_runs_from_a_copy_and_leaves_nothing(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, left = tmp_path / "copy", tmp_path / "temporary"
    folder.mkdir()
    left.mkdir()
    monkeypatch.setenv("TMPDIR", str(left))
    copy = Path(shutil.copy(file, folder))
    executed, committed = execute_tour(copy, folder), nbformat.read(file, as_version=4)
    assert [kinds_of(cell) for cell in executed.cells] == [kinds_of(cell) for cell in committed.cells]
    assert [path.name for path in folder.iterdir()] == [file.name]
    assert list(left.iterdir()) == []


def kinds_of(cell: nbformat.NotebookNode) -> tuple[str, list[str]]:
    """The id of a cell and what kinds of output it has; an error or a word on standard error would be one more."""
    return cell.id, [output.output_type for output in cell.get("outputs", [])]
