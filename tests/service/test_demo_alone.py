"""Two demonstrations do not share a folder; the second says who is there (and nothing is removed)."""

import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from service.demo.alone import alone_in

HOLD = "import sys; from pathlib import Path; from service.demo.alone import alone_in\n"
HOLD += "with alone_in(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


def test_a_second_demonstration_names_the_process_of_the_first(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(ConfigurationError) as refused, alone_in(tmp_path):
            pytest.fail("both hold the folder")
        first.communicate()
    assert f"process {first.pid}" in refused.value.message
    assert refused.value.fix
    with alone_in(tmp_path), pytest.raises(ConfigurationError), alone_in(tmp_path):
        pytest.fail("both hold the folder")


def test_the_command_is_refused_before_anything_is_removed(tmp_path: Path) -> None:
    installation = tmp_path / ".provost" / "demo" / "provost.toml"
    installation.parent.mkdir(parents=True)
    installation.write_text("kept", encoding="utf-8")
    command = [sys.executable, "-c", "from service.cli import main; main()", "demo", "--once"]
    with alone_in(tmp_path / ".provost"):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "PV700: Another demonstration uses this folder" in done.stderr
    assert installation.read_text(encoding="utf-8") == "kept"
