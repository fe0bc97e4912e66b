"""``provost --help`` answers at once and imports nothing heavy."""

import subprocess
import sys

HEAVY = ("langchain", "langgraph", "chromadb", "presidio_analyzer", "dbos", "sqlalchemy", "duckdb", "pyarrow", "httpx")

PROBE = f"""
import resource, sys
from service.cli import provost
try:
    provost(["--help"])
except SystemExit:
    pass
heavy = [name for name in {HEAVY!r} if name in sys.modules]
assert not heavy, heavy
"""


def test_help_imports_nothing_heavy() -> None:
    outcome = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    assert "reconcile" in outcome.stdout
    assert "approvals" in outcome.stdout
