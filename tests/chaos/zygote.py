"""A process that has imported everything and forks workers on request, so that a worker restarts in a moment.

It reads lines of JSON from standard input, ``{"slot": ..., "version": ...}``, forks a worker for each and answers with
its process id. The parent of a killed worker does nothing; the test kills by id.
"""

import json
import os
import signal
import sys
import tomllib
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dbos  # noqa: F401 loaded before the fork
import psycopg  # noqa: F401 loaded before the fork

import graphs.checkpoints_postgres
import graphs.recovery
import graphs.rolling_back  # noqa: F401 loaded before the fork
from domain.ids import RunId, SisPersonId
from domain.plans import Plan
from graphs.assembly import Provost, assemble
from graphs.notices import message
from graphs.runner import NOTICE, ROSTER_AGENT
from graphs.settings import Settings
from service.logs import configure_logs
from service.worker import Worker, open_engine
from tools.lms.canvas import write  # noqa: F401 loaded before the fork


class ChaosWorker(Worker):
    """A worker that can also be asked to send one message, whose repetition would show."""

    def _carry(self, provost: Provost, workflow: str, thread: str, payload: Mapping[str, str]) -> str:
        if workflow != NOTICE:
            return super()._carry(provost, workflow, thread, payload)
        provost.runner.carry_out(RunId(thread), NOTICE, plan_message(provost, thread, payload))
        return "done"


def plan_message(provost: Provost, thread: str, payload: Mapping[str, str]) -> Plan:
    """The same plan however often it is asked for."""
    person = SisPersonId(payload["person"])
    handle = provost.identities.handles([person])[person]
    change = message(handle, "notice", payload["body"], thread)
    return Plan(
        run=RunId(thread),
        topic=change.topic,
        requested_by=ROSTER_AGENT.id,
        made_at=provost.clock.now(),
        changes=(change,),
    )


def work(settings: dict[str, Any], slot: str, version: int) -> None:
    """Be a worker until killed or told to stop."""
    with assemble(Settings(**{**settings, "worker_slot": slot})) as provost:
        engine = open_engine(provost, version=version, lease_seconds=3.0, polling_seconds=0.1)
        worker = ChaosWorker(provost, engine)
        signal.signal(signal.SIGTERM, worker.stop)
        worker.run()


def main() -> None:
    """Serve forks until standard input closes."""
    settings = tomllib.loads(Path(sys.argv[1]).read_text())
    configure_logs("console", "error")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.stdin.close()
            os.close(1)
            code = 0
            try:
                work(settings, asked["slot"], asked["version"])
            except BaseException:  # noqa: BLE001 the child must end here, whatever happened
                traceback.print_exc()
                code = 1
            os._exit(code)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
