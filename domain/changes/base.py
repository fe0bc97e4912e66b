"""What every change has: the rule that asked for it, what it saw before, what must be true after, and its own id."""

import hashlib
import json
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import ClassVar

from domain.evidence import Evidence
from domain.ids import ChangeId, RuleId
from domain.images import Image
from domain.records import Record


class Reversibility(StrEnum):
    """Whether ``provost rollback`` can undo the change."""

    REVERSIBLE = "reversible"
    COMPENSABLE = "compensable"
    IRREVERSIBLE = "irreversible"


class Risk(StrEnum):
    """How much harm a wrong change does; the policy may ask for more approval where it is higher."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Tier(StrEnum):
    """How far the system may go by DOMAIN_RULES: automatic where the phase allows, propose, or inform a person only."""

    AUTO = "A"
    PROPOSE = "P"
    HUMAN = "H"


class BaseChange(Record):
    """What every change carries.

    ``confidence`` is between 0 and 1 with ``confidence_basis`` saying where it comes from; ``target`` is the connector
    that applies it; ``before`` must still hold at apply time, ``after`` is what reading back must show.
    """

    domain: ClassVar[str] = ""
    reversibility: ClassVar[Reversibility] = Reversibility.REVERSIBLE
    risk: ClassVar[Risk] = Risk.LOW

    target: str = "canvas"
    rule: RuleId
    tier: Tier
    topic: str
    before: Image
    after: Image
    confidence: Decimal = Decimal(1)
    confidence_basis: str = "rule"
    evidence: tuple[Evidence, ...] = ()

    @property
    def natural_key(self) -> str:
        """The record this change touches; two pending changes never share one."""
        raise NotImplementedError

    @cached_property
    def canonical(self) -> str:
        """The change as canonical JSON, worked out once: plan hashes and stored rows are made of it."""
        return canonical_text(self.model_dump(mode="json"))

    @cached_property
    def change_id(self) -> ChangeId:
        """A digest of kind, key and images: the same change asked for twice has the same id."""
        content = {
            "target": self.target,
            "key": self.natural_key,
            "before": self.before.model_dump(),
            "after": self.after.model_dump(),
        }
        kind = getattr(self, "kind", "")
        return ChangeId(f"chg_{digest({'kind': kind, **content})[:24]}")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)


def canonical_text(content: object) -> str:
    """Return ``content`` as JSON with sorted keys, no spaces and no line breaks."""
    return _ENCODER.encode(content)


def digest(content: object) -> str:
    """Return the SHA-256 of ``content`` as canonical JSON, in hex."""
    return digest_text(canonical_text(content))


def digest_text(text: str) -> str:
    """Return the SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
