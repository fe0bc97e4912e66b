"""What the schedules of a worker ask for: the night, the week, the directory, and what was left half done."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.errors import InternalError
from domain.ids import PrincipalId
from service.hook_gathering import ask_again
from service.hook_passes import pass_in, pass_out, try_again
from service.nights import DIRECTORY, plan_night, plan_week
from service.running import WorkerEngine

if TYPE_CHECKING:
    from graphs.assembly import Provost

NIGHTLY, WEEKLY, RECOVER = "nightly", "weekly", "recover"


def keep_house(provost: "Provost", engine: WorkerEngine, work: str, payload: Mapping[str, str]) -> str:
    """Do what a schedule asks for and say what came of it; InternalError for work that nobody knows."""
    match work:
        case "nightly":
            return plan_night(provost, engine, payload["at"])
        case "weekly":
            return plan_week(provost, engine, payload["at"])
        case "directory":
            return _renew_directory(provost)
        case "recover":
            return _recover(provost, engine)
    raise InternalError(f"There is no workflow {work}.", field="workflow")


def _recover(provost: "Provost", engine: WorkerEngine) -> str:
    """Settle what was left half done, hand events on, tell staff what waited to be told, and seal the ledger."""
    report = provost.recover()
    pass_in(provost, engine)
    pass_out(provost, engine)
    try_again(provost, engine)
    ask_again(provost, engine)
    provost.tell_staff()
    provost.ledger.checkpoint()
    return f"{report.threads_continued} continued"


def _renew_directory(provost: "Provost") -> str:
    """Learn who exists, for the privacy boundary, and let go of conversations that are over, rows and codes."""
    report = provost.refresh_directory(DIRECTORY)
    provost.forget_ended_chats(PrincipalId(DIRECTORY))
    return f"{report.people} people"
