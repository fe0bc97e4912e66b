"""The suite of routing: a hundred situations, each compared with what must then stand at the desks.

The naive way beside it sends everything to the student's advisor, to be looked at within three days.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.harness.results import CaseResult, Part, PartResult
from evals.routing.desks import ADVISOR, NOW, TEACHER, Landed, land, shipped_settings, told_of
from evals.routing.tasks import Expected, RoutingTask, read_tasks
from store.casedesk import LocalCaseDesk
from store.database import open_database
from store.migrations import upgrade

_OWNERS = {ADVISOR: "advisor", TEACHER: "instructor", "": "nobody"}
NAIVE_DAYS = 3


def measure(part: Part) -> PartResult:
    """Route this part of the situations."""
    with TemporaryDirectory(prefix="provost-routing-") as folder:
        database = open_database(f"sqlite:///{Path(folder)}/desk.db")
        upgrade(database)
        desk, settings = LocalCaseDesk(database), shipped_settings()
        tasks = read_tasks()[part.number :: part.of]
        cases = tuple(_case(task, land(task, desk, settings), part.seed) for task in tasks)
        database.close()
    return PartResult(cases=cases)


def conclude(parts: Sequence[PartResult]) -> tuple[Mapping[str, float], Mapping[str, float]]:  # noqa: ARG001
    """Return nothing beyond the shares of cases."""
    return {}, {}


def _case(task: RoutingTask, landed: Landed, seed: int) -> CaseResult:
    wrong = tuple(differences(task.expect, landed))
    return CaseResult(id=task.id, kind=task.kind, wrong=wrong, baseline=naive_is_right(task.expect), seed=seed)


def differences(expect: Expected, landed: Landed) -> Iterator[str]:
    """Yield how what landed differs from what must stand there."""
    row = landed.row
    desk = "nothing" if row is None else row["kind"].removeprefix("open_").removeprefix("create_")
    if desk != expect.desk:
        yield f"desk: {desk}, must be {expect.desk}"
    if row is None or expect.desk == "nothing":
        return
    days = (date.fromisoformat(row["due_on"]) - NOW.date()).days
    owner = row["queue"] if expect.desk == "ticket" else _OWNERS.get(row["queue"], row["queue"])
    notice = next((_OWNERS[each.recipient] for each in landed.messages if each.recipient in {ADVISOR, TEACHER}), owner)
    told = told_of(landed.messages)
    found = (owner, days, told, landed.suggests, notice)
    whose = expect.queue if expect.desk == "ticket" else expect.owner
    wanted = (whose, expect.due_days, sorted(expect.told), expect.suggests, whose)
    names = ("owner", "days", "told", "suggests", "notice to")
    for name, is_so, must in zip(names, found, wanted, strict=True):
        if is_so != must:
            yield f"{name}: {is_so}, must be {must}"


def naive_is_right(expect: Expected) -> bool:
    """Tell whether a case for the advisor within three days and nothing else is what had to come of it."""
    plain = expect.desk == "case" and expect.owner == "advisor" and not expect.told
    return plain and expect.due_days == NAIVE_DAYS
