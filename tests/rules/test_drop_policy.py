"""The drop policy files: the examples are complete and explained, contradictions are refused with their key."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.drop import load_drop_policy
from domain.drop_policy import DropPolicy
from domain.errors import ConfigurationError
from domain.ids import TermCode
from service.reference import model_fields

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(ROOT.glob("drop-policy.*.example.yaml"))
TERM = TermCode("202680")
KEY = re.compile(r"^\s*(?:- )?(\w+):")


def content(file: Path = ROOT / "drop-policy.semester.example.yaml") -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def test_two_complete_tables_are_shipped() -> None:
    assert [file.name for file in FILES] == ["drop-policy.eight-week.example.yaml", "drop-policy.semester.example.yaml"]
    for file in FILES:
        part = load_drop_policy(file).parts[0]
        assert max(tier.through_on for tier in part.refunds) == part.end_on, "every day has a refund row"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_key_is_explained_where_it_first_stands(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    first: dict[str, int] = {}
    for number, line in enumerate(lines):
        if found := KEY.match(line):
            first.setdefault(found[1], number)
    bare = [key for key, number in first.items() if not lines[number - 1].lstrip().startswith("#")]
    assert bare == []


def test_the_semester_example_shows_every_key_there_is() -> None:
    text = (ROOT / "drop-policy.semester.example.yaml").read_text(encoding="utf-8")
    keys = {key.rsplit(".", 1)[-1] for key, _ in model_fields(DropPolicy)}
    assert {key for key in keys if not re.search(rf"^\s*(- )?{key}:", text, re.MULTILINE)} == set()


def part(changes: dict[str, Any]) -> Callable[[Any], None]:
    return lambda said: said["parts"][0].update(changes)


def tier(at: int, **changes: Any) -> Callable[[Any], None]:
    return lambda said: said["parts"][0]["refunds"][at].update(changes)


def standing(**changes: Any) -> Callable[[Any], None]:
    return lambda said: said["standards"][0].update(changes)


def brk(first: date, last: date) -> dict[str, Any]:
    return {"title": str(first.day), "first_on": first, "last_on": last}


OVERLAP = [brk(date(2026, 10, 1), date(2026, 10, 5)), brk(date(2026, 10, 5), date(2026, 10, 6))]
LOAD = [{"level": "UG", "full_time_hours": "6", "half_time_hours": "6"}]
BROKEN = {
    "must follow each other": part({"no_record_through_on": date(2026, 11, 30)}),
    "must lie inside the part": part({"breaks": [brk(date(2026, 12, 10), date(2026, 12, 14))]}),
    "overlap": part({"breaks": OVERLAP}),
    "needs a name of its own": tier(1, row="SEM-1"),
    "rows of every code must follow": tier(1, through_on=date(2026, 8, 30)),
    "less than or equal to 100": tier(1, tuition_percent="101"),
    "Extra inputs are not permitted": part({"holiday": 1}),
    "half_time_hours must be less": standing(load=LOAD),
    "Field required": lambda said: said["standards"][0].pop("aid"),
    "two standards of one effective_term": lambda said: said["standards"].append(said["standards"][0]),
    "two parts of one term and code": lambda said: said["parts"].append(said["parts"][0]),
    "two tables of one row name": standing(row="FALL26-FULL"),
    "is not a known zone": lambda said: said.update(time_zone="Mars/Olympus"),
    "should match pattern": lambda said: said.update(currency="dollars"),
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_contradiction_is_refused_and_named(words: str, tmp_path: Path) -> None:
    said = content()
    BROKEN[words](said)
    file = tmp_path / "drop-policy.yaml"
    file.write_text(yaml.safe_dump(said), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=re.escape(words)) as refused:
        load_drop_policy(file)
    assert refused.value.field


def test_the_newest_standards_in_force_hold() -> None:
    said = content()
    newer = {**said["standards"][0], "row": "STD-2027", "effective_term": "202710"}
    spring = {**said["parts"][0], "row": "SPRING27-FULL", "term": "202710"}
    policy = DropPolicy.model_validate(
        {**said, "standards": [newer, *said["standards"]], "parts": [*said["parts"], spring]}
    )
    names = [table.name for term in ("202680", "202710") if (table := policy.table(TermCode(term), "full"))]
    assert names == ["2026.1/FALL26-FULL/STD-2026", "2026.1/SPRING27-FULL/STD-2027"]


def test_no_table_holds_for_an_unknown_part_or_before_any_standards() -> None:
    policy = DropPolicy.model_validate(content())
    assert policy.table(TERM, "9") is None
    later = content()
    later["standards"][0]["effective_term"] = "202710"
    assert DropPolicy.model_validate(later).table(TERM, "full") is None
