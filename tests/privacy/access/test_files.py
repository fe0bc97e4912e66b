"""The access file: what is wrong with it is said, and some things it can never permit."""

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from domain.principals import Role
from privacy.access import check_access_file, load_access_rules
from privacy.access.words import explain_rules
from tests.privacy.access.campus import ROOT, SHIPPED

RULE = "{id: r, roles: [advisor], relationship: advisor, fields: [name]}"


def written(folder: Path, text: str) -> Path:
    file = folder / "access.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_file_has_no_fault() -> None:
    assert check_access_file(ROOT / "provost.access.yaml") == ()


@pytest.mark.parametrize(
    ("rules", "key", "said"),
    [
        ("{id: r, roles: [advisor], relationship: any, fields: [disability]}", "r", "No rule can open disability"),
        ("{id: r, roles: [advisor], relationship: any, fields: [never]}", "r", "No rule can open never"),
        ("{id: r, roles: [advisor], relationship: any, fields: [demographic]}", "r", "named one by one"),
        ("{id: r, roles: [advisor], relationship: any, fields: [shoe]}", "r", "no field shoe"),
        ("{id: r, roles: [service], relationship: any, fields: [name], basis: directory}", "r", "opt-out"),
        ("{id: r, roles: [service], relationship: any, fields: [name], basis: none}", "r", "rests on nothing"),
        ("{id: r, roles: [advisor], relationship: unadvised, fields: [name]}", "r", "want of an advisor"),
        (f"{RULE}, {RULE}", "r", "Two rules"),
        ("{id: r, roles: [dean], relationship: any, fields: [name]}", "rules.0.roles.0", "Input should be"),
        ("{id: r, roles: [advisor], relationship: any, fields: [name], allow: yes}", "rules.0.allow", "not permitted"),
    ],
)
def test_every_fault_names_its_key(tmp_path: Path, rules: str, key: str, said: str) -> None:
    file = written(tmp_path, f"version: 1\nrules: [{rules}]\n")
    fault = check_access_file(file)[0]
    assert (fault.key, said in fault.message) == (key, True), fault
    with pytest.raises(ConfigurationError, match="not usable"):
        load_access_rules(file)


@pytest.mark.parametrize("text", ["version: 1\nversion: 1\nrules: []\n", "rules: [", "\x00"])
def test_a_file_that_is_no_yaml_opens_no_door(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError):
        load_access_rules(written(tmp_path, text))


def test_a_missing_file_opens_no_door(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_access_rules(tmp_path / "none.yaml")


def test_e16_a_campus_may_open_a_demographic_field_by_naming_it(tmp_path: Path) -> None:
    rule = "{id: r, roles: [advisor], relationship: advisor, fields: [first_generation]}"
    assert load_access_rules(written(tmp_path, f"version: 1\nrules: [{rule}]\n")).rules[0].covered == {
        "first_generation"
    }


def test_the_rules_are_said_in_sentences() -> None:
    lines = list(explain_rules(SHIPPED, Role.INSTRUCTIONAL_DESIGNER))
    assert len(lines) == 3
    assert lines[0].startswith("campus-numbers: registrar, instructional_designer (any) may see numbers of activity,")
    assert "disability" in lines[1]
    assert lines[2] == "Numbers about fewer than 10 people are hidden."
