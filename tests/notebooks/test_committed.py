"""The tours as committed: executed, small, readable in a diff, and naming nothing but the simulated campus."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from agents.early_alert.model import load_model
from domain.errors import PolicyDenied
from evals.early_alert.published import digest_of, load_published
from evals.tours import strict
from evals.tours.executing import NOTEBOOKS, find_tours
from evals.tours.showing import Said, Shown

LARGEST = 200_000
MACHINE = re.compile(r"/(home|root|Users|tmp|var|private|work|opt)/|[A-Z]:\\\\|site-packages|127\.0\.0\.1|localhost:")
ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
PHONE = re.compile(r"\+\d{8,}")
TOURS = find_tours()
each_tour = pytest.mark.parametrize("file", TOURS, ids=[file.stem for file in TOURS])


def cells(file: Path, kind: str) -> list[dict[str, Any]]:
    tour = json.loads(file.read_text(encoding="utf-8"))
    return [cell for cell in tour["cells"] if cell["cell_type"] == kind]


def texts(output: dict[str, Any]) -> str:
    return "".join("".join(lines) for kind, lines in output.get("data", {}).items() if not kind.startswith("image/"))


def test_the_five_tours_are_listed() -> None:
    listed = (NOTEBOOKS / "README.md").read_text(encoding="utf-8")
    assert [file.name[0] for file in TOURS] == list("12345")
    assert all(f"]({file.name})" in listed for file in TOURS)


@each_tour
def test_every_cell_was_executed_in_order_and_none_failed(file: Path) -> None:
    code = cells(file, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} <= {"execute_result", "display_data"}
    assert sum(bool(cell["outputs"]) for cell in code) * 2 >= len(code)


@each_tour
def test_a_diff_can_be_read(file: Path) -> None:
    every = cells(file, "code") + cells(file, "markdown")
    assert all(re.fullmatch(r"[a-z-]+", cell["id"]) for cell in every)
    assert not any(cell["metadata"] for cell in every)
    assert not any(output["metadata"] for cell in every for output in cell.get("outputs", []))


@each_tour
def test_it_is_small_and_names_no_machine_and_nobody_real(file: Path) -> None:
    whole = file.read_text(encoding="utf-8")
    assert len(whole.encode()) < LARGEST
    shown = whole + "".join(texts(output) for cell in cells(file, "code") for output in cell["outputs"])
    assert MACHINE.search(re.sub(r'"image/png": ".*"', "", shown)) is None
    assert set(ADDRESS.findall(shown)) <= {"northfield.example"}
    assert all(number.startswith("+1555") for number in PHONE.findall(shown))


@each_tour
def test_prose_types_no_result(file: Path) -> None:
    prose = " ".join("".join(cell["source"]) for cell in cells(file, "markdown"))
    assert re.findall(r"\b\d+\.\d+|\b\d{2,}\b", re.sub(r"`[^`]*`", "", prose)) == []


def test_the_published_figures_are_those_of_the_shipped_model() -> None:
    figures, model = load_published(), load_model()
    assert (figures.model, figures.coefficients) == (model.version, digest_of(model))


def test_no_student_can_be_told_from_the_published_figures() -> None:
    for week in load_published().weeks:
        assert min(each.students for each in week.bins) > 100
        assert sum(each.students for each in week.bins) <= load_published().students


def test_the_network_is_out_of_reach() -> None:
    strict.require_loopback("127.0.0.1")
    strict.require_loopback("localhost")
    for host in ("192.0.2.1", "example.org"):
        with pytest.raises(PolicyDenied):
            strict.require_loopback(host)


def test_a_table_escapes_texts_and_sets_numbers_right() -> None:
    shown = Shown(("who", "number"), [("<b>", 1_234)])
    assert "<td" in shown._repr_html_()
    assert "&lt;b&gt;" in shown._repr_html_()
    assert 'text-align:right;vertical-align:top">1,234' in shown._repr_html_()
    assert "<th" not in Shown(("", ""), [("a", True)])._repr_html_()
    assert repr(Shown(("a",), [(0.5,)])) == "a\n0.500"
    assert repr(Said("**x**")) == "**x**"
