"""Log lines hold numbers and words of ours only; a failure is its class and place, whatever its text (S224)."""

import ast
import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest
import structlog

from domain.errors import RefusedBySystem
from service.logs import KNOWN_KEYS, WITHHELD, configure_logs
from service.running import withhold_failure

ROOT = Path(__file__).parents[2]
SECRET = "Ana Quispe, A00417722"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_failure_is_logged_by_class_and_place(form: str) -> None:
    said = StringIO()
    with redirect_stderr(said):
        configure_logs(form, "debug")
        log = structlog.get_logger()
        try:
            raise RefusedBySystem(SECRET) from ValueError(SECRET)
        except RefusedBySystem as failure:
            log.exception("work did not end well", code=failure.code)
            log.error("work did not end well", error=failure)
            log.error("work did not end well", error=str(failure), request=[SECRET], student=SECRET)
    lines = said.getvalue().splitlines()
    assert len(lines) == 3
    assert not any(word in said.getvalue() for word in ("Quispe", "00417722"))
    assert all("RefusedBySystem" in line and "test_logs.py" in line for line in lines[:2])
    if form == "json":
        last = json.loads(lines[2])
        assert (last["error"], last["request"], last["student"]) == (WITHHELD, WITHHELD, WITHHELD)


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("domain", "store", "governance", "privacy", "tools", "agents", "graphs", "console", "service"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                    owner = node.func.value
                    if isinstance(owner, ast.Name) and owner.id in {"log", "_log"}:
                        yield str(file.relative_to(ROOT)), node


def test_every_line_of_ours_begins_with_fixed_words_and_says_known_things() -> None:
    calls = list(log_calls())
    assert len(calls) > 8
    for file, call in calls:
        assert isinstance(call.args[0], ast.Constant), file
        assert {keyword.arg for keyword in call.keywords} <= KNOWN_KEYS, file


def test_a_failure_that_the_engine_logs_is_named_by_its_class(caplog: pytest.LogCaptureFixture) -> None:
    engine_log = logging.getLogger("dbos")
    engine_log.addFilter(withhold_failure)
    try:
        with caplog.at_level(logging.ERROR, logger="dbos"):
            engine_log.error("Exception encountered in background workflow:", exc_info=ValueError("Ada Lovelace"))
    finally:
        engine_log.removeFilter(withhold_failure)
    assert "background workflow: ValueError" in caplog.text
    assert "Ada" not in caplog.text
