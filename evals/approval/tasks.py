"""The tasks of the approval suite, read from the file beside this module, and the policies they are tried under."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field

from domain.records import Record
from evals.installation import ROOT
from store.yaml_file import read_yaml

FILE = Path(__file__).with_name("tasks.yaml")
SHIPPED = ROOT / "provost.policy.yaml"
REMOVAL_RULE = "roster-removal"
Which = Literal["asked", "edited", "wider", "other"]


class Step(Record):
    """One thing that is done: ``do`` names it, the rest says by whom, with which word, hash, plan, authority or run."""

    do: Literal["answer", "apply", "wait", "later_run", "move_record", "token", "wake", "tamper"]
    by: str = "registrar"
    word: str = "approve"
    hash: Which = "asked"
    request: Literal["asked", "none"] = "asked"
    plan: Which = "asked"
    authority: Literal["approval", "automatic", "unknown", "other_hash"] = "approval"
    run: Literal["asked", "other"] = "asked"
    hours: int = 0
    how: str = ""


class Expected(Record):
    """The end state: whether the change stands in the outside system, where the request stands, what was refused.

    ``refused`` are the codes of the errors in order; ``on_record`` are kinds that the ledger must hold; ``writes`` is
    how often the record was written at all.
    """

    written: bool = False
    state: str = "pending"
    refused: tuple[str, ...] = ()
    on_record: tuple[str, ...] = ()
    writes: int | None = None


class ApprovalTask(Record):
    """One task: the policy and change it is about, who asked, what is done, and what must be so at the end.

    ``paused`` is whether a run waits for the answer, or the request was made by itself.
    """

    id: str
    kind: str
    about: str
    policy: Literal["shipped", "two_persons"] = "shipped"
    change: Literal["removal", "case"] = "removal"
    requester: str = "agent:roster"
    paused: bool = True
    steps: tuple[Step, ...]
    expect: Expected = Field(default_factory=Expected)


@cache
def read_tasks() -> tuple[ApprovalTask, ...]:
    """Read every task."""
    content: Any = read_yaml(FILE, field="tasks", what="approval tasks")
    return tuple(ApprovalTask.model_validate(row) for row in content["tasks"])


def write_policy(name: str, folder: Path) -> Path:
    """Return the file of a policy: the shipped one, or that one with two persons for every removal."""
    if name == "shipped":
        return SHIPPED
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for rule in content["rules"]:
        if rule["id"] == REMOVAL_RULE:
            rule["two_persons"] = True
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return file
