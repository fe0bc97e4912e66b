"""Start and stop the simulated campus as a process of its own, and speak to its control face.

The campus prints one JSON line with its addresses and credentials when it is ready; it stops when its standard input is
closed. The answer key is only given out after the run is declared finished.
"""

import json
import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from domain.errors import ConfigurationError, Unreachable


class CampusProcess:
    """A running campus: its handle, and its control face."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None
        self.handle: dict[str, Any] = {}
        self._control: httpx.Client | None = None

    def __enter__(self) -> Self:
        """Start the campus and wait until it is ready; raises ConfigurationError where it is not."""
        self._process = subprocess.Popen(  # noqa: S603 our own interpreter and module
            [sys.executable, "-m", "simulator", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            raise ConfigurationError(
                f"The campus did not start (exit code {code}).",
                field="simulator",
                fix="Read its message above and correct it.",
            )
        self.handle = json.loads(line)
        control = self.handle["control"]
        self._control = httpx.Client(
            base_url=control["url"],
            headers={"Authorization": f"Bearer {control['token']}"},
            verify=ssl.create_default_context(cafile=self.handle["ca_file"]),
            timeout=60,
            trust_env=False,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the campus; it keeps nothing."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.close()
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process.stdout.close()

    @property
    def as_of(self) -> datetime:
        """The time on campus when it started."""
        return datetime.fromisoformat(self.handle["as_of"])

    def live(self, count: int) -> list[dict[str, Any]]:
        """Let ``count`` further registration events happen in Banner; they are announced on its queue."""
        done: list[dict[str, Any]] = self._call("POST", "/live", {"k": count})["events"]
        return done

    def leave(self, person: str, term: str, crn: str) -> None:
        """Let a student leave a class in Banner, after census: a withdrawal, announced on its queue."""
        self._call("POST", "/banner/withdraw", {"bannerId": person, "term": term, "crn": crn})

    def answer_key(self) -> dict[str, Any]:
        """Declare the run finished and read what was planted, for scoring only."""
        self._call("POST", "/run-finished", {})
        return self._call("GET", "/answer-key")

    def install_tool(self, key: Mapping[str, object], client_id: str, deployment_id: str) -> None:
        """Install a tool in Canvas by the JSON of its developer key."""
        self._call("PUT", "/canvas/tool", {"key": key, "clientId": client_id, "deploymentId": deployment_id})

    def tool_page(self, client_id: str, person: str, term: str, crn: str) -> str:
        """Return the address of the course page that somebody opens a tool on."""
        seat = {"clientId": client_id, "bannerId": person, "term": term, "crn": crn}
        return f"{self.handle['canvas']['url']}{self._call('POST', '/canvas/tool-page', seat)['path']}"

    def set_faults(self, rules: Sequence[Mapping[str, object]]) -> None:
        """Make the campus misbehave as the rules say; no rules make it behave again."""
        self._call("PUT", "/faults", {"rules": list(rules)})

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        assert self._control is not None
        try:
            answer = self._control.request(method, path, json=body)
            answer.raise_for_status()
        except httpx.HTTPError as failed:
            raise Unreachable(f"The campus did not answer {method} {path}.", fix="Start it again.") from failed
        return dict(answer.json()) if answer.content else {}


def campus_arguments(
    *,
    students: int,
    seed: int,
    term: str,
    world: str,
    data: Path | None,
    learning: str = "",
    as_of: datetime | None = None,
) -> list[str]:
    """Return the command-line arguments of the campus; without a term it is the one that world has by default.

    ``learning`` is clean or planted where courses are to be taught; ``as_of`` is the time on campus.
    """
    arguments = ["--students", str(students), "--seed", str(seed), "--world", world]
    optional = {"--term": term, "--data": str(data) if data else "", "--learning": learning}
    optional["--as-of"] = as_of.isoformat() if as_of else ""
    return [*arguments, *(word for name, value in optional.items() if value for word in (name, value))]
