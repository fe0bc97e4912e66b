"""Grades may be written only with a key of their own, and only where the policy has come that far (S222, S223)."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.errors import ConfigurationError
from evals.installation import write_installation
from graphs.assembly import assemble
from graphs.settings import Settings, load_settings
from service.doctor.check import Mark
from service.doctor.systems import look_at_banner_writing
from simulator.campus import Campus
from tests.governance.plans import steps

POLICY = Path(__file__).resolve().parents[2] / "provost.policy.yaml"
LOADED = """
import json, sys
from pathlib import Path
from graphs.assembly import assemble
from graphs.settings import load_settings
with assemble(load_settings(file=Path(sys.argv[1]))) as provost:
    appliers = sorted(provost.systems.appliers)
print(json.dumps([appliers, sorted(name for name in sys.modules if name.endswith(".write"))]))
"""


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with Campus.build(students=40, seed=21) as running:
        yield running


def policy_at(folder: Path, **phases: int) -> Path:
    """The shipped policy with the phases of grades, and of everything else, set."""
    content = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    for rung in content["ladder"]:
        phase = phases["grades"] if rung["match"] == "grades:*" else min(phases["others"], rung["phase"])
        shown = [{**step, "metric": "precision"} for step in steps(phase)]
        rung |= {"phase": phase, "steps": rung.get("steps") if rung.get("steps") else shown}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "policy.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return file


def installed(campus: Campus, folder: Path, key: str, **phases: int) -> Path:
    """An installation with a writing key, or none, and its settings file."""
    file = write_installation(campus.handle, folder / "home", policy_file=policy_at(folder, **phases))
    written = file.read_text(encoding="utf-8")
    file.write_text(
        re.sub(r'^write_key = ".*"$', f'write_key = "{key}"', written, flags=re.MULTILINE), encoding="utf-8"
    )
    return file


def keys(campus: Campus) -> dict[str, Any]:
    ethos: Any = campus.handle["ethos"]
    return {"write": ethos["write_key"], "read": ethos["read_key"], "none": ""}


def loaded(file: Path) -> tuple[list[str], list[str]]:
    done = subprocess.run([sys.executable, "-c", LOADED, str(file)], check=True, capture_output=True, text=True)
    appliers, modules = json.loads(done.stdout.splitlines()[-1])
    return appliers, modules


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "phases", "expected"),
    [
        ("write", {"grades": 3, "others": 1}, ["banner", "casedesk"]),
        ("write", {"grades": 2, "others": 1}, ["casedesk"]),
        ("none", {"grades": 3, "others": 4}, ["canvas", "casedesk"]),
    ],
)
def test_s223_each_writer_is_loaded_by_its_own_phase_and_key(
    campus: Campus, tmp_path: Path, key: str, phases: dict[str, int], expected: list[str]
) -> None:
    appliers, modules = loaded(installed(campus, tmp_path, keys(campus)[key], **phases))
    assert appliers == expected
    places = {"tools.lms.canvas.write": "canvas", "tools.sis.banner.write": "banner"}
    assert {place for name, place in places.items() if name in modules} == set(expected) - {"casedesk"}


def test_s222_the_reading_key_is_no_writing_key(campus: Campus, tmp_path: Path) -> None:
    file = installed(campus, tmp_path, keys(campus)["read"], grades=3, others=1)
    with assemble(load_settings(file=file)) as provost, pytest.raises(ConfigurationError) as wrong:
        assert provost.systems
    assert wrong.value.field == "banner.write_key"


def checks(settings: Settings) -> list[tuple[Mark, str]]:
    return [(check.mark, check.part) for check in look_at_banner_writing(settings)]


def test_the_doctor_tries_the_writing_key_only_where_it_may_be_loaded(campus: Campus, tmp_path: Path) -> None:
    part = "banner writing"
    cases = {
        ("write", 3): [(Mark.OK, part)],
        ("none", 3): [(Mark.FIX, part)],
        ("read", 3): [(Mark.FIX, part)],
        ("none", 2): [(Mark.OK, part)],
        ("write", 2): [(Mark.OK, part), (Mark.NOTE, part)],
    }
    for number, ((key, phase), expected) in enumerate(cases.items()):
        file = installed(campus, tmp_path / str(number), keys(campus)[key], grades=phase, others=1)
        assert checks(load_settings(file=file)) == expected
    file = installed(campus, tmp_path / "wrong", "no-such-key", grades=3, others=1)
    assert checks(load_settings(file=file)) == [(Mark.FIX, part)]
