"""The campus as a process: one line when ready, a control face, and a clean end."""

import json
import os
import signal
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest


class Process:
    """A running campus with clients for its faces."""

    def __init__(self, popen: subprocess.Popen[str]) -> None:
        self.popen = popen
        assert popen.stdout
        self.handle = json.loads(popen.stdout.readline())
        context = ssl.create_default_context(cafile=self.handle["ca_file"])
        control = self.handle["control"]
        self.control = httpx.Client(
            base_url=control["url"],
            headers={"Authorization": f"Bearer {control['token']}"},
            verify=context,
            timeout=20,
            trust_env=False,
        )
        self.http = httpx.Client(verify=context, timeout=10, trust_env=False)

    def token(self) -> str:
        ethos = self.handle["ethos"]
        answer = self.http.post(f"{ethos['url']}/auth", headers={"Authorization": f"Bearer {ethos['read_key']}"})
        return answer.text

    def close(self) -> None:
        self.control.close()
        self.http.close()


@contextmanager
def campus_process(*arguments: str) -> Iterator[Process]:
    popen = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--students", "30", "--seed", "5", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with popen:
        process = Process(popen)
        try:
            yield process
        finally:
            process.close()
            if popen.poll() is None:
                popen.kill()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("campus")


@pytest.fixture(scope="module")
def process(folder: Path) -> Iterator[Process]:
    with campus_process("--key-file", str(folder / "key.json"), "--oneroster", str(folder / "roster")) as process:
        yield process


def test_handle_names_every_face_and_the_calendar(process: Process) -> None:
    handle = process.handle
    assert set(handle) == {"ethos", "canvas", "control", "ca_file", "term", "as_of", "calendar", "oneroster"}
    assert set(handle["ethos"]) == {"url", "read_key", "write_key"}
    assert set(handle["canvas"]) == {
        *("url", "read_token", "write_token", "client_id", "client_secret", "refresh_token", "account_id"),
    }
    assert (handle["term"], handle["as_of"]) == ("202680", "2026-09-21T09:00:00-04:00")
    assert handle["calendar"]["timeZone"] == "America/New_York"
    standings = {term["code"]: (term["standing"], term["schedulePublished"]) for term in handle["calendar"]["terms"]}
    assert standings["202680"] == ("current", True)
    assert standings["202640"] == ("closed", True)
    assert standings["202710"] == ("future", False)


def test_faces_answer(process: Process) -> None:
    ethos, canvas = process.handle["ethos"], process.handle["canvas"]
    headers = {"Authorization": f"Bearer {process.token()}"}
    assert process.http.get(f"{ethos['url']}/api/subjects", headers=headers).status_code == 200
    account = process.http.get(
        f"{canvas['url']}/api/v1/accounts/{canvas['account_id']}",
        headers={"Authorization": f"Bearer {canvas['read_token']}"},
    )
    assert account.status_code == 200


def test_read_token_cannot_write_to_canvas(process: Process) -> None:
    canvas = process.handle["canvas"]
    answer = process.http.post(
        f"{canvas['url']}/api/v1/accounts/1/courses",
        data={"course[name]": "x"},
        headers={"Authorization": f"Bearer {canvas['read_token']}"},
    )
    assert answer.status_code == 401


def test_bundles_are_where_the_handle_says(process: Process) -> None:
    folder = Path(process.handle["oneroster"])
    names = {"oneroster-1.1", "oneroster-1.1.zip", "oneroster-1.2", "oneroster-1.2.zip"}
    assert {path.name for path in folder.iterdir()} == names


def test_control_needs_its_token(process: Process) -> None:
    answer = process.http.get(f"{process.handle['control']['url']}/writes")
    assert answer.status_code == 401


def test_faults_are_set_and_cleared(process: Process) -> None:
    rule = {"kind": "http_5xx", "face": "ethos", "path": "/api/subjects"}
    url, headers = process.handle["ethos"]["url"], {"Authorization": f"Bearer {process.token()}"}
    process.control.put("/faults", json={"rules": [rule]}).raise_for_status()
    assert process.http.get(f"{url}/api/subjects", headers=headers).status_code == 503
    process.control.delete("/faults").raise_for_status()
    assert process.http.get(f"{url}/api/subjects", headers=headers).status_code == 200


@pytest.mark.parametrize("body", [{"rules": [{"kind": "weather"}]}, {"rules": [{"colour": 1}]}, {"rules": 3}])
def test_unknown_faults_are_refused(process: Process, body: object) -> None:
    assert process.control.put("/faults", json=body).status_code == 400


def test_live_events_are_done_and_announced(process: Process) -> None:
    events = process.control.post("/live", json={"k": 3}).json()["events"]
    assert len(events) == 3
    headers = {"Authorization": f"Bearer {process.token()}"}
    assert process.http.get(f"{process.handle['ethos']['url']}/consume", headers=headers).json()
    assert process.control.post("/live", json={"k": 0}).status_code == 400


def test_writes_report_what_changed_in_canvas(process: Process) -> None:
    canvas = process.handle["canvas"]
    before = process.control.get("/writes").json()["writes"]
    last = before[-1]["sequence"] if before else 0
    process.http.post(
        f"{canvas['url']}/api/v1/accounts/1/courses",
        data={"course[name]": "Written"},
        headers={"Authorization": f"Bearer {canvas['write_token']}"},
    ).raise_for_status()
    writes = process.control.get("/writes", params={"since": last}).json()["writes"]
    assert [write["table"] for write in writes][:1] == ["course"]
    assert all(write["actor"] == "api:writer" for write in writes)


def test_time_moves_when_told(process: Process) -> None:
    first = process.control.post("/advance", json={"hours": 0}).json()["now"]
    assert process.control.post("/advance", json={"hours": 2}).json()["now"] > first
    assert process.control.post("/advance", json={"hours": -1}).status_code == 400


def test_answer_key_is_closed_until_the_run_is_finished() -> None:
    with campus_process() as process:
        assert process.control.get("/answer-key").status_code == 403
        process.control.post("/run-finished", json={}).raise_for_status()
        key = process.control.get("/answer-key").json()
        assert {"real", "benign", "absorbed", "remaining"} == set(key)
        assert {"object", "keys", "operation", "fault", "before", "after"} == set(key["real"][0])


def test_a_campus_that_teaches_lets_a_week_pass_and_tells_what_was_planted() -> None:
    with campus_process("--learning", "planted") as process:
        before = process.handle["as_of"]
        week = process.control.post("/live-week", json={}).json()
        assert week["now"] > before
        process.control.post("/run-finished", json={}).raise_for_status()
        key = process.control.get("/answer-key").json()
        assert {"real", "benign", "absorbed", "remaining", "learning"} == set(key)
        assert {"zero-fill", "never attended", "distress"} <= {item["kind"] for item in key["learning"]}


def test_a_campus_that_does_not_teach_refuses_a_week_of_it(process: Process) -> None:
    refused = process.control.post("/live-week", json={})
    assert (refused.status_code, "learning" in refused.json()["error"]) == (400, True)


def test_key_file_is_for_its_owner_only(process: Process, folder: Path) -> None:
    assert process.popen.poll() is None
    path = folder / "key.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["real"]


def test_process_ends_when_its_input_closes() -> None:
    with campus_process() as process:
        assert process.popen.stdin
        folder = Path(process.handle["ca_file"]).parent
        process.popen.stdin.close()
        assert process.popen.wait(timeout=10) == 0
        assert not folder.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_ends_on_a_signal(number: signal.Signals) -> None:
    with campus_process() as process:
        os.kill(process.popen.pid, number)
        assert process.popen.wait(timeout=10) == 0
        with pytest.raises(httpx.ConnectError):
            process.http.get(process.handle["ethos"]["url"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--term", "fall"], "not a term code"),
        (["--world", "oulad"], "--data DIR"),
        (["--world", "oulad", "--data", "/nowhere"], "no courses.parquet"),
        (["--students", "0"], "at least one student"),
    ],
)
def test_arguments_that_make_no_campus_are_explained(arguments: list[str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
