"""``langgraph dev`` serves every graph of ``langgraph.json``, and a run through it is the same governed run."""

import json
import os
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from evals.campus import Trial, install
from simulator.campus import Campus

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
GRAPHS = json.loads((ROOT / "langgraph.json").read_text())["graphs"]
QUIET = {"LANGGRAPH_CLI_NO_ANALYTICS": "1", "LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false"}


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with Campus.build(students=40, seed=5) as campus, install(campus, tmp_path_factory.mktemp("dev") / "home") as one:
        yield one


@pytest.fixture(scope="module")
def server(trial: Trial, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("server")
    config = json.loads((ROOT / "langgraph.json").read_text())
    config["graphs"] = {name: str(ROOT / place.removeprefix("./")) for name, place in config["graphs"].items()}
    config["dependencies"] = [str(ROOT)]
    (folder / "langgraph.json").write_text(json.dumps(config))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cli = Path(sys.executable).with_name("langgraph")
    command = [str(cli), "dev", "--no-browser", "--no-reload", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, **QUIET, **as_environment(trial.settings_file)}
    log = (folder / "log.txt").open("w")
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as client:
                wait_for(client, process, folder / "log.txt")
                yield client
        finally:
            process.terminate()
            log.close()


def as_environment(settings_file: Path) -> dict[str, str]:
    """The settings of an installation as the variables that win over any file."""
    content: Mapping[str, Any] = tomllib.loads(settings_file.read_text())
    plain = {f"PROVOST_{name.upper()}": str(value) for name, value in content.items() if not isinstance(value, dict)}
    grouped = {
        f"PROVOST_{group.upper()}__{name.upper()}": str(value)
        for group, values in content.items()
        if isinstance(values, dict)
        for name, value in values.items()
    }
    return plain | grouped


def wait_for(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/ok").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    pytest.fail(f"The server did not start: {log.read_text()[-2000:]}")


def test_every_graph_is_an_assistant_and_one_runs(server: httpx.Client, trial: Trial) -> None:
    found = server.post("/assistants/search", json={"limit": 100}).json()
    assert {one["graph_id"] for one in found} == GRAPHS.keys()
    before = len(trial.campus.canvas.log.since(0))
    asked = {"request": {"term": trial.term, "dry_run": True}}
    answer = server.post("/runs/wait", json={"assistant_id": "roster_sync", "input": asked})
    assert answer.status_code == 200, answer.text[:500]
    report = answer.json()["report"]
    assert (report["dry_run"], report["state"]) == (True, "waiting")
    assert sum(report["counts"].values()) > 10
    assert len(trial.campus.canvas.log.since(0)) == before, "a dry run writes nothing"
    kinds = {run.kind for run in trial.provost.runs.latest()}
    assert kinds == {"dry run"}, "the run is in the installation's own records"
