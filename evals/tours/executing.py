"""Executes a tour in a fresh kernel and keeps what a reader and a diff need: cells and outputs, no trace of where."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from evals.installation import ROOT

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOKS = ROOT / "notebooks"
SECONDS = 300
"""How long one cell may take on a busy machine."""
_STRICT = "from evals.tours.strict import be_strict\n\nbe_strict()"
_LANGUAGE = {"name": "python"}
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def find_tours(folder: Path = NOTEBOOKS) -> list[Path]:
    """Return the tours in the order of their names."""
    return sorted(folder.glob("*.ipynb"))


def execute_tour(file: Path, folder: Path) -> "NotebookNode":
    """Return the tour as executed with ``folder`` as its working folder; raises nbclient's CellExecutionError."""
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    tour = nbformat.read(file, as_version=4)
    tour.cells.insert(0, nbformat.v4.new_code_cell(_STRICT, id="strict"))
    with tempfile.TemporaryDirectory(prefix="kernel-") as sockets:
        kernel = AsyncKernelManager(transport="ipc", connection_file=f"{sockets}/kernel.json")
        place = {"metadata": {"path": str(folder)}}
        client = NotebookClient(tour, resources=place, timeout=SECONDS, record_timing=False, coalesce_streams=True)
        client.km = kernel  # given here and not at once, so that the client ends what it starts
        client.execute()
    del tour.cells[0]
    return settle(tour)


def settle(tour: "NotebookNode") -> "NotebookNode":
    """Number the cells from one and drop what differs between machines and kernels."""
    tour.metadata = {"kernelspec": _KERNEL, "language_info": _LANGUAGE}
    code = [cell for cell in tour.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.metadata, cell.execution_count = {}, number
        for output in cell.outputs:
            output.pop("metadata", None) if output.output_type == "stream" else output.update(metadata={})
            if "execution_count" in output:
                output.execution_count = number
    return tour


def write_tour(tour: "NotebookNode", file: Path) -> None:
    """Write a tour with its outputs."""
    import nbformat

    nbformat.validate(tour)
    file.write_text(nbformat.writes(tour, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
