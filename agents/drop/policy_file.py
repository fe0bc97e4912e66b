"""Reads the drop policy files, so that a statement rests on exactly what the registrar wrote, or is not made."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from domain.drop_policy import DropPolicy
from domain.errors import ConfigurationError
from store.yaml_file import read_yaml

FIELD = "drop_policy_file"


def load_drop_policy(path: Path) -> DropPolicy:
    """Return the policy in the file; ConfigurationError names the first key at fault and how many there are."""
    try:
        return DropPolicy.model_validate(read_yaml(path, field=FIELD, what="drop policy"))
    except ValidationError as invalid:
        faults = invalid.errors()
        place = _place(faults[0]["loc"])
        message = f"{path.name} is not usable: {place}: {faults[0]['msg']}. Faults in all: {len(faults)}."
        fix = "Compare with the keys described in docs/reference/drop-policy.md."
        raise ConfigurationError(message, field=place, fix=fix) from None


def _place(location: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in location) or "drop policy"
