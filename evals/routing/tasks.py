"""The tasks of the routing suite, read from the file beside this module."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from domain.alerting import Intervention
from domain.records import Record
from store.yaml_file import read_yaml

FILE = Path(__file__).with_name("tasks.yaml")
Desk = Literal["case", "ticket", "nothing"]
Owner = Literal["advisor", "instructor", "nobody"]
Audience = Literal["student", "faculty"]


class TriedBefore(Record):
    """How a workflow fared at this institution, on the issue of the task."""

    intervention: Intervention
    used: int
    helped: int


class Expected(Record):
    """What must stand at the desks: which, whose, in how many days, who is written to, what is suggested.

    ``owner`` is who a case is assigned to or a notice to faculty goes to; ``queue`` that of a ticket. A message to a
    student only ever waits for a person.
    """

    desk: Desk
    owner: Owner = "advisor"
    queue: str = ""
    due_days: int = 0
    told: tuple[Audience, ...] = ()
    suggests: Intervention | None = None


class RoutingTask(Record):
    """One situation: what weighs most in the score, the risk, who is there, what work is due, what was tried."""

    id: str
    kind: str
    families: tuple[str, ...] = ()
    risk: Decimal = Decimal(0)
    distress: bool = False
    advisor: bool = True
    instructor: bool = True
    missed: bool = False
    coming: bool = False
    left_to_chance: bool = False
    failed: tuple[Intervention, ...] = ()
    tried: tuple[TriedBefore, ...] = ()
    expect: Expected


@cache
def read_tasks() -> tuple[RoutingTask, ...]:
    """Read every task."""
    content: Any = read_yaml(FILE, field="tasks", what="routing tasks")
    return tuple(RoutingTask.model_validate(row) for row in content["tasks"])
