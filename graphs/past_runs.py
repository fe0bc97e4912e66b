"""What earlier runs found, read back from their checkpoints; nothing is started and no other system is reached."""

from contextlib import ExitStack

from agents.roster.detected import Detection
from domain.ids import RunId
from graphs.checkpoints import open_checkpoints
from graphs.foundation import Foundation
from graphs.roster_sync import roster_sync
from graphs.threads import Threads


class PastRuns:
    """Reads the threads of one installation; ``closing`` closes the checkpoints it opens."""

    def __init__(self, base: Foundation, closing: ExitStack) -> None:
        saver = closing.enter_context(open_checkpoints(base.settings.database, base.keyring, base.settings.home))
        self._threads = Threads(roster_sync().compile(checkpointer=saver, name="roster_sync"), base.locks)

    def detection(self, run: RunId) -> Detection | None:
        """Return what a run found; None where it ended before it had compared."""
        paper = self._threads.standing(run).values.get("detection")
        return paper.read(Detection) if paper is not None else None
