"""Reads ``provost.policy.yaml`` so that a run is governed by exactly what the registrar wrote, or not at all."""

from collections.abc import Hashable
from pathlib import Path

import yaml
from pydantic import ValidationError

from domain.errors import ConfigurationError
from governance.policy import Policy
from governance.policy_check import PolicyFault, find_faults


class _OneKeyEach(yaml.SafeLoader):
    """A safe loader that refuses a key written twice, where YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Build a mapping, raising where a key repeats."""
        names = [self.construct_object(key, deep=deep) for key, _ in node.value]
        repeated = next((name for name in names if names.count(name) > 1), None)
        if repeated is not None:
            raise yaml.constructor.ConstructorError(
                "while reading a mapping", node.start_mark, f"the key {repeated} stands twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


def _read_yaml(path: Path) -> object:
    """Return the parsed file; raises ConfigurationError where it is missing or no YAML."""
    try:
        # The loader derives from SafeLoader: it builds plain values only.
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_OneKeyEach)  # noqa: S506
    except OSError as error:
        message = f"The policy file {path.name} cannot be read: {error.strerror}."
        raise ConfigurationError(message, field="policy_file", fix="Set policy_file to a readable file.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = f"The policy file {path.name} is not valid YAML: {' '.join(str(error).split())}."
        raise ConfigurationError(message, field="policy_file", fix="Correct the line named above.") from error


def _shape_faults(error: ValidationError) -> tuple[PolicyFault, ...]:
    """Word what pydantic found, one fault per key."""
    return tuple(
        PolicyFault(
            key=".".join(str(part) for part in found["loc"]) or "policy",
            message=f"{found['msg']}.",
            fix="Compare with the keys described in docs/reference/policy.md.",
        )
        for found in error.errors()
    )


def _read_policy(path: Path) -> tuple[Policy | None, tuple[PolicyFault, ...]]:
    """Return the policy and its faults; no policy where its shape is wrong."""
    try:
        policy = Policy.model_validate(_read_yaml(path))
    except ValidationError as error:
        return None, _shape_faults(error)
    return policy, find_faults(policy)


def check_policy(path: Path) -> tuple[PolicyFault, ...]:
    """Return every fault in the file, unknown keys and contradictions alike.

    Raises ConfigurationError where the file cannot be read at all.
    """
    return _read_policy(path)[1]


def load_policy(path: Path) -> Policy:
    """Return the policy in the file, or none at all: a doubtful policy must not govern anything.

    Raises ConfigurationError that names the first fault.
    """
    policy, faults = _read_policy(path)
    if policy is None or faults:
        message = f"The policy file is not usable: {faults[0].message} Faults in all: {len(faults)}."
        fix = f"{faults[0].fix} List all with provost policy check."
        raise ConfigurationError(message, field=faults[0].key, fix=fix)
    return policy
