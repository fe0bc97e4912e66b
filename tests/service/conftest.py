"""A small campus in this process and installations on it; commands are called as the console script calls them."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from evals.installation import ROOT, write_installation
from service.cli import main
from simulator.campus import Campus

STUDENTS, SEED = 80, 11


class Outcome(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


class Installation:
    """One installation on the shared campus, and how a person at its terminal uses it."""

    def __init__(self, campus: Campus, folder: Path, policy: str) -> None:
        self.campus, self.folder, self.home = campus, folder, folder / "home"
        policy_file = folder / "policy.yaml"
        policy_file.write_text(policy, encoding="utf-8")
        self.settings_file = write_installation(campus.handle, self.home, policy_file=policy_file)
        self.term = campus.world.term

    def run(self, *arguments: object, **environment: str) -> Outcome:
        """Call ``provost`` with these arguments, in the folder of the settings file."""
        out, err = io.StringIO(), io.StringIO()
        argv = ["provost", *(str(each) for each in arguments)]
        with (
            patch.object(sys, "argv", argv),
            patch.dict(os.environ, {"COLUMNS": "80", **environment}),
            chdir(self.settings_file.parent),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Outcome(code, out.getvalue(), err.getvalue())

    def person(self, name: str, role: str, *more: str) -> Path:
        """Add somebody with a role and return the file with their token."""
        file = self.folder / f"{name}.token"
        added = self.run("principal", "add", name, "--role", role, "--token-file", file, *more)
        assert added.code == 0, added.err
        return file

    def writes(self) -> int:
        """How many effective writes the campus's Canvas has seen, by its own log."""
        return len(self.campus.canvas.log.since(0))


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with Campus.build(students=STUDENTS, seed=SEED) as opened:
        yield opened


@pytest.fixture(scope="session")
def shipped_policy() -> str:
    """The policy in the repository, its phases begun before the campus's term."""
    return (ROOT / "provost.policy.yaml").read_text(encoding="utf-8").replace("since: 2026-11-23", "since: 2026-01-01")


Install = Callable[[str], Installation]


@pytest.fixture(scope="module")
def install(campus: Campus, tmp_path_factory: pytest.TempPathFactory) -> Install:
    """Makes a fresh installation under a policy."""
    return lambda policy: Installation(campus, tmp_path_factory.mktemp("installation"), policy)
