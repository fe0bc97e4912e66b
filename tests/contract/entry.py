"""Tries a connector of your own against the contract of student systems, from Python or from a terminal.

``python -m tests.contract my_module:open_reader`` starts the campus of the contract, calls ``open_reader(campus)`` and
prints which promises the reader keeps. ``try_reader`` does the same on a campus that is open already.
"""

import contextlib
import importlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from domain.ports import SisReader
from tests.contract.sis.campus import SisCampus, open_campus

OpenReader = Callable[[SisCampus], SisReader]
_ALONE = (
    *("-c", os.devnull, "--disable-plugin-autoload", "--capture=sys", "-vv"),
    *("--noconftest", "-p", "no:cacheprovider", "-p", "no:faulthandler"),
)
"""Options that keep pytest to the contract: no settings, plugins or caches of whoever runs it."""


class Promise(NamedTuple):
    """One promise of the contract: its name in words, whether it was kept, and the first line of what went wrong."""

    words: str
    kept: bool
    why: str


class Trial:
    """The plugin that hands the reader in and keeps what came of each promise."""

    def __init__(self, reader: SisReader, campus: SisCampus) -> None:
        self._reader, self._campus = reader, campus
        self.promises: list[Promise] = []

    @pytest.fixture
    def reader(self) -> SisReader:
        return self._reader

    @pytest.fixture
    def campus(self) -> SisCampus:
        return self._campus

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            self.promises.append(Promise(word_promise(report.nodeid), report.passed, _reason(report)))


def try_reader(reader: SisReader, campus: SisCampus) -> tuple[Promise, ...]:
    """Try a reader on an open campus; raises ValueError where the contract could not be run at all."""
    trial, said = Trial(reader, campus), io.StringIO()
    spec = Path(__file__).with_name("given.py")
    with contextlib.redirect_stdout(said):
        pytest.main([str(spec), "--rootdir", str(spec.parents[2]), *_ALONE], plugins=[trial])
    if not trial.promises:
        raise ValueError(f"The contract did not run:\n{said.getvalue()}")
    return tuple(trial.promises)


def word_promise(node: str) -> str:
    """Return a test's name in words, without ``test`` before it."""
    return node.rpartition("::")[2].removeprefix("test_").replace("_", " ")


def _reason(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message).splitlines()[0].removeprefix("AssertionError: ") if crash else ""


def main(named: str) -> int:
    """Print every promise with what became of it; 0 where all were kept, 1 otherwise."""
    module, _, name = named.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    open_reader: OpenReader = getattr(importlib.import_module(module), name)
    with open_campus() as campus:
        promises = try_reader(open_reader(campus), campus)
    for promise in promises:
        sys.stdout.write(f"{'kept  ' if promise.kept else 'BROKEN'}  {promise.words}  {promise.why}{os.linesep}")
    return 0 if all(promise.kept for promise in promises) else 1
