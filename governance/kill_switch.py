"""The kill switch: an operator stops every write, or those to one system, and it holds from the next batch on.

Two places are looked at: the rows of the store, and files in the state folder (``STOP`` for all writes, ``STOP.canvas``
for those to Canvas), which work without a database, a role or a restart. A folder that cannot be looked into counts as
stopped, since unknown is not permission.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from store.plans import Phases

NAME = "STOP"


@dataclass(frozen=True)
class KillSwitch:
    """Both places of the switch; ``folder`` is the state folder."""

    phases: Phases
    folder: Path

    def stops(self, target: str, connection: Connection | None = None) -> str:
        """Say why nothing may be written to ``target``, in one sentence; empty where it may.

        Within a transaction the rows are looked at through its ``connection``.
        """
        row = self.phases.stopped(target, connection)
        if row is not None:
            return f"The kill switch for {row.target} is on: {row.reason}"
        for path in (self.folder / NAME, self.folder / f"{NAME}.{target}"):
            try:
                path.lstat()
            except FileNotFoundError:
                continue
            except OSError as error:
                return f"The kill switch {path.name} cannot be looked for: {error.strerror}."
            return f"The kill switch {path.name} is on."
        return ""
