"""Whole campuses for the workflow tests: built once per module where a test only reads, anew where it writes."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import structlog

from evals.campus import POLICY, Trial, install
from simulator.campus import Campus

Start = Callable[..., Trial]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Only warnings are logged, so that a failing test shows what failed."""
    kept = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.configure(**kept)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Opens campuses with an installation on each, and closes them after the test."""
    with ExitStack() as closing:

        def begin(students: int = 80, seed: int = 21, **more: object) -> Trial:
            campus = closing.enter_context(Campus.build(students=students, seed=seed, **more))  # type: ignore[arg-type]
            return closing.enter_context(install(campus, tmp_path / f"home-{seed}", policy_file=policy))

        policy = hasten(tmp_path / "policy.yaml")
        yield begin


def hasten(file: Path, source: Path = POLICY) -> Path:
    """Copy a policy, looking again after a moment instead of half a second: nothing on loopback is slow."""
    file.write_text(re.sub(r"wait_seconds: [\d.]+", "wait_seconds: 0.05", source.read_text(encoding="utf-8")))
    return file
