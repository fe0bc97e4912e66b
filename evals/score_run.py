"""Scores a whole run: resolves what it found and compares it with the answer key of the campus."""

from collections.abc import Mapping
from typing import Any

from domain.errors import ProvostError
from domain.findings import Discrepancy
from domain.ids import TermCode
from evals.score import Named, Score, score
from graphs.assembly import Provost
from graphs.reports import RunReport

AFTER_AS_OF = "happened after as-of"
"""What the answer key calls the fault of whatever happened on campus after it started."""


def score_run(provost: Provost, report: RunReport, answer_key: Mapping[str, Any]) -> Score:
    """Score what a nightly run found; what happened on campus after it began is left out of the key."""
    at_run = {
        kind: [item for item in answer_key[kind] if item["fault"] != AFTER_AS_OF] for kind in ("real", "absorbed")
    }
    found = [name(provost, one) for one in report.discrepancies]
    return score(at_run, found, provost.course_of(TermCode(report.term)))


def name(provost: Provost, found: Discrepancy) -> Named:
    """Resolve the handle of a discrepancy for scoring, as the screen of someone who may see it would."""
    try:
        person = str(provost.identities.person(found.person)) if found.person else ""
    except ProvostError:
        person = ""
    return Named(
        type=found.type.value,
        section=str(found.section) if found.section else "",
        other_section=str(found.other_section) if found.other_section else "",
        course=found.course or "",
        person=person,
    )
