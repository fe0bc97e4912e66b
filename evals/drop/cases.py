"""The worked cases, read from the file beside this module: a base per table and what each case changes in it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from agents.drop.names import FigureName, NoticeName, QuestionName
from agents.drop.policy_file import load_drop_policy
from agents.drop.statement import Standing
from domain.drop_policy import DropPolicy
from domain.drops import DropFacts
from domain.records import Record
from store.yaml_file import read_yaml

FILE = Path(__file__).with_name("cases.yaml")
ROOT = Path(__file__).resolve().parents[2]


class Expected(Record):
    """What a registrar would answer.

    ``figures`` are compared where they are named, as the text of their value; ``rows`` are policy rows by figure;
    ``absent`` figures may not be there. Notices and questions are compared whole; ``details`` are those of a notice.
    """

    standing: Standing = Standing.READY
    send_to: str = ""
    figures: dict[FigureName, str] = Field(default_factory=dict)
    rows: dict[FigureName, str] = Field(default_factory=dict)
    absent: tuple[FigureName, ...] = ()
    notices: tuple[NoticeName, ...] = ()
    details: dict[NoticeName, tuple[str, ...]] = Field(default_factory=dict)
    questions: tuple[QuestionName, ...] = ()


class DropCase(Record):
    """One worked case: its table, the situation in words, the facts and the answer."""

    id: str
    table: str
    situation: str
    facts: DropFacts
    expect: Expected


@cache
def read_cases() -> tuple[DropCase, ...]:
    """Read every case, each laid over the base of its table."""
    content: Any = read_yaml(FILE, field="cases", what="worked cases")
    return tuple(_case(row, content["base"]) for row in content["cases"])


@cache
def read_table(name: str) -> DropPolicy:
    """Read one of the example policies that the cases are about."""
    return load_drop_policy(ROOT / f"drop-policy.{name}.example.yaml")


def _case(row: Mapping[str, Any], bases: Mapping[str, Any]) -> DropCase:
    drop = {"drop": {"at": row["at"], "kind": row.get("kind", "requested")}}
    facts = _laid_over(_laid_over(bases[row["table"]], drop), row.get("facts", {}))
    named = {key: row[key] for key in ("id", "table", "situation")}
    return DropCase.model_validate({**named, "facts": facts, "expect": row["expect"]})


def _laid_over(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the base with the changes in it, level by level; lists and empty values replace what was there."""
    merged = dict(base)
    for key, value in changes.items():
        below = merged.get(key)
        merged[key] = _laid_over(below, value) if isinstance(value, dict) and isinstance(below, dict) else value
    return merged
