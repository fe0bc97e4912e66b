"""Writes the drop policy of a simulated campus from the calendar that its registrar publishes.

The standing rules are those of the shipped semester example. Every part of every term gets dated rows, so that a drop
on the campus finds its table whatever part it lies in.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from domain.drop_policy import DropPolicy

EXAMPLE = Path(__file__).resolve().parents[1] / "drop-policy.semester.example.yaml"
WHOLE_TERM = "F"
TIERS = (("addDropEndOn", 100, 100), ("censusOn", 50, 50), ("withdrawDeadlineOn", 25, 0), ("endOn", 0, 0))
"""The last day of each refund row by its name in the calendar, with the shares of tuition and fees."""


def drop_policy_content(calendar: Mapping[str, Any]) -> dict[str, Any]:
    """Return the drop policy file made from the published calendar."""
    example = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    standards = {**example["standards"][0], "effective_term": "201010", "pending_conduct": "ignore"}
    content = {
        "version": "demo.1",
        "time_zone": calendar["timeZone"],
        "currency": example["currency"],
        "rounding": example["rounding"],
        "whole_term_part": WHOLE_TERM,
        "prerequisites": [],
        "standards": [standards],
        "parts": [_part(term, part) for term in calendar["terms"] for part in term["partsOfTerm"]],
    }
    DropPolicy.model_validate(content)
    return content


def _part(term: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    row = f"{term['code']}-{part['code']}"
    return {
        "row": row,
        "term": term["code"],
        "part": part["code"],
        "title": f"{term['title']}, {part['title']}",
        "start_on": part["startOn"],
        "end_on": part["endOn"],
        "no_record_through_on": part["censusOn"],
        "withdraw_through_on": part["withdrawDeadlineOn"],
        "reinstate_through_on": part["withdrawDeadlineOn"],
        "refunds": [
            {
                "row": f"{row}-{number}",
                "through_on": part[day],
                "tuition_percent": str(tuition),
                "fees_percent": str(fees),
            }
            for number, (day, tuition, fees) in enumerate(TIERS, start=1)
        ],
    }
