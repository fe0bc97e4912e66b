"""The workflows beside roster sync, by name; a module is imported when its workflow is first run."""

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from domain.errors import ConfigurationError
from domain.ids import RunId
from graphs.workflow import Workflow, WorkRequest


class Listed(NamedTuple):
    """Where a workflow is, and whether the worker runs it each night or each week for every live term."""

    module: str
    nightly: bool = False
    weekly: bool = False


WORKFLOWS: Mapping[str, Listed] = {
    "drop_withdrawal": Listed("graphs.drop_withdrawal"),
    "grade_passback": Listed("graphs.grade_passback", nightly=True),
    "early_alert": Listed("graphs.early_alert", nightly=True),
    "attendance_report": Listed("graphs.attendance_report", nightly=True),
    "learning_path": Listed("graphs.learning_path"),
    "advising_case": Listed("graphs.advising_case"),
    "course_insights": Listed("graphs.insights_weekly", weekly=True),
}


def find_workflow(name: str) -> Workflow[Any]:
    """Return a workflow by name; ConfigurationError for one that does not exist."""
    if name not in WORKFLOWS:
        fix = f"Known are {', '.join(sorted(WORKFLOWS)) or 'none'}."
        raise ConfigurationError(f"There is no workflow {name}.", field="workflow", fix=fix)
    found: Workflow[Any] = importlib.import_module(WORKFLOWS[name].module).WORKFLOW
    return found


def begin_work(name: str, run: RunId, values: Mapping[str, str]) -> WorkRequest | None:
    """Return the request of an event or a schedule; None where the workflow has nothing to do with it.

    Raises ConfigurationError for an unknown workflow, or one that nothing but a person begins.
    """
    begin = find_workflow(name).begin
    if begin is None:
        raise ConfigurationError(f"Only a person begins {name}.", field="workflow", fix="Use its command.")
    return begin(run, values)


def weekly_workflows() -> tuple[str, ...]:
    """Return the workflows that run each week for every live term."""
    return tuple(name for name, listed in WORKFLOWS.items() if listed.weekly)


def nightly_workflows() -> tuple[str, ...]:
    """Return the workflows that run each night for every live term."""
    return tuple(name for name, listed in WORKFLOWS.items() if listed.nightly)
