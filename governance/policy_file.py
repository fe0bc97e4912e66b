"""Reads ``provost.policy.yaml`` so that a run is governed by exactly what the registrar wrote, or not at all."""

from pathlib import Path

from pydantic import ValidationError

from domain.errors import ConfigurationError
from governance.policy import Policy
from governance.policy_check import PolicyFault, find_faults
from store.yaml_file import read_yaml


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
        policy = Policy.model_validate(read_yaml(path, field="policy_file", what="policy"))
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
