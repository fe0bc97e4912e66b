"""The connector guide and the example institution say everything that can be set."""

from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from domain.institution import Institution
from tools.sis.banner.settings import EthosSettings
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.sftp import SftpServer

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "institution.example.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", [EthosSettings, OneRosterSettings, SftpServer])
def test_every_setting_of_a_connector_is_in_the_guide(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        assert field.description
        assert any(
            line.startswith(f"| `{name}` ") and line.endswith(f"{field.description} |") for line in GUIDE.splitlines()
        )


def test_every_pinned_version_is_in_the_guide() -> None:
    settings = EthosSettings(independent_methods=("IND",))
    assert all(
        f"| `{resource}` | {settings.version(resource)} |" in GUIDE
        for resource in (*settings.resources, *settings.record_resources)
    )


def test_example_institution_is_valid_and_sets_every_key() -> None:
    content = yaml.safe_load(EXAMPLE)
    institution = Institution.model_validate(content)
    assert institution.zone.key == institution.time_zone
    assert set(content) == set(Institution.model_fields)


def test_every_key_of_the_example_institution_is_explained() -> None:
    lines = EXAMPLE.splitlines()
    first = {}
    for number, line in enumerate(lines):
        key = line.strip().removeprefix("- ").split(":")[0]
        if ":" in line and not line.strip().startswith("#"):
            first.setdefault(key, number)
    values = set(yaml.safe_load(EXAMPLE)["registration_codes"])
    unexplained = [key for key, number in first.items() if key not in values and "#" not in lines[number - 1]]
    assert [key for key in unexplained if not key.startswith('"')] == []
