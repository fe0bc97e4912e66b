"""Reads ``provost.access.yaml``: who may see which fields of whom, as data the institution can change.

What a rule does not permit is denied. Some things no file can permit: a field of the kind ``never`` (R27, R28), acting
as another (R30), and an agent or service outside its own scopes (S174).
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, ValidationError

from domain.access import Action, Basis, Relationship
from domain.errors import ConfigurationError
from domain.principals import Role
from domain.setting import Setting
from privacy.access.fields import FIELDS, NAMED_ALONE, Kind, fields_of, kind_named
from store.yaml_file import read_yaml


class AccessRule(Setting):
    """One permission: these roles, standing so to the person, may do this with these fields."""

    id: str = Field(description="Name of the rule, as answers and the ledger give it.")
    roles: tuple[Role, ...] = Field(min_length=1, description="Roles the rule is for.")
    relationship: Relationship = Field(
        description="How the reader must stand to the person: any, self, advisor, instructor or chair."
    )
    actions: tuple[Literal[Action.SEE, Action.AGGREGATE, Action.EXPORT], ...] = Field(
        default=(Action.SEE,), description="see by name, aggregate with small cells hidden, or export."
    )
    fields: tuple[str, ...] = Field(
        min_length=1, description="Fields, or kinds of fields: identity, contact, record, support."
    )
    purposes: tuple[str, ...] = Field(default=("*",), description="Purposes the rule holds for; * matches any text.")
    basis: Basis = Field(default=Basis.SCHOOL_OFFICIAL, description="What the disclosure rests on, for its record.")
    honours_opt_out: bool = Field(
        default=False, description="Whether people who opted out of the directory are left out (R17)."
    )

    @property
    def covered(self) -> frozenset[str]:
        """The fields the rule is for, kinds resolved."""
        return fields_of(self.fields)


class ApprovalRule(Setting):
    """How an approver must stand to the people whose records a plan changes."""

    id: str = Field(description="Name of the rule.")
    roles: tuple[Role, ...] = Field(min_length=1, description="Roles the rule is for.")
    relationship: Relationship = Field(description="The same words as above, and unadvised: nobody advises the person.")
    actions: tuple[str, ...] = Field(min_length=1, description="Actions of changes, such as alerts:*.")


class RelationshipSettings(Setting):
    """How fresh a relationship must be, and how long it outlives a section."""

    keep_seconds: float = Field(
        default=300.0, ge=0, description="Seconds for which a relationship read from the SIS is believed."
    )
    days_after_end: int = Field(
        default=30, ge=0, description="Days after a section's end for which its instructor and chair see its students."
    )

    @property
    def after_end(self) -> timedelta:
        """The same as a span."""
        return timedelta(days=self.days_after_end)


class AggregateSettings(Setting):
    """When a number about several people is small enough to be about one of them (R29)."""

    smallest_cell: int = Field(default=10, ge=2, description="Cells with fewer people are hidden (R29).")
    smallest_chart: int = Field(
        default=150, ge=2, description="Students below whom no distribution is drawn; bars tell more than cells (R29)."
    )
    remember_days: int = Field(
        default=30, ge=0, description="Days for which one reader's questions are compared with each other."
    )


class AccessRules(Setting):
    """The access file."""

    version: Literal[1] = Field(description="Version of this format.")
    rules: tuple[AccessRule, ...] = Field(description="Permissions; the first that fits a person is the one recorded.")
    approvals: tuple[ApprovalRule, ...] = Field(default=(), description="Relationships that approvers must have.")
    relationships: RelationshipSettings = Field(
        default=RelationshipSettings(), description="How relationships are read."
    )
    aggregates: AggregateSettings = Field(default=AggregateSettings(), description="How small cells are hidden.")


class AccessFault(NamedTuple):
    """What is wrong with one key of the file, and what to do."""

    key: str
    message: str
    fix: str


def check_access_file(path: Path) -> tuple[AccessFault, ...]:
    """Return every fault in the file; ConfigurationError where it cannot be read at all."""
    return _read(path)[1]


def load_access_rules(path: Path) -> AccessRules:
    """Return the rules, or none at all: a doubtful file must not open a door. ConfigurationError names the fault."""
    rules, faults = _read(path)
    if rules is None or faults:
        message = f"The access file is not usable: {faults[0].message} Faults in all: {len(faults)}."
        fix = f"{faults[0].fix} List all with provost access check."
        raise ConfigurationError(message, field=faults[0].key, fix=fix)
    return rules


def _read(path: Path) -> tuple[AccessRules | None, tuple[AccessFault, ...]]:
    try:
        rules = AccessRules.model_validate(read_yaml(path, field="access_file", what="access"))
    except ValidationError as error:
        fix = "Compare with the keys described in docs/reference/access.md."
        return None, tuple(
            AccessFault(".".join(str(part) for part in found["loc"]) or "access", f"{found['msg']}.", fix)
            for found in error.errors()
        )
    return rules, tuple(_faults(rules))


def _faults(rules: AccessRules) -> Iterator[AccessFault]:
    named = [*(rule.id for rule in rules.rules), *(rule.id for rule in rules.approvals)]
    for repeated in sorted({one for one in named if named.count(one) > 1}):
        yield AccessFault(repeated, "Two rules have this id.", "Give each rule an id of its own.")
    for rule in rules.rules:
        yield from (_field_fault(rule.id, word) for word in rule.fields if not _may_name(word))
        if rule.basis is Basis.NONE:
            yield AccessFault(rule.id, "The rule rests on nothing.", "Name school_official, student or directory.")
        if rule.basis is Basis.DIRECTORY and not rule.honours_opt_out:
            fix = "Set honours_opt_out: true; R17 leaves no choice."
            yield AccessFault(rule.id, "Directory information is given out against the opt-out.", fix)
        if rule.relationship is Relationship.UNADVISED:
            yield AccessFault(rule.id, "Nobody sees a person for want of an advisor.", "Use it under approvals only.")


def _may_name(word: str) -> bool:
    kind = kind_named(word)
    if kind is not None:
        return kind not in NAMED_ALONE
    return word in FIELDS and FIELDS[word] is not Kind.NEVER


def _field_fault(rule: str, word: str) -> AccessFault:
    if word in FIELDS or word == Kind.NEVER:
        return AccessFault(rule, f"No rule can open {word} (R27, R28).", f"Take {word} out.")
    if kind_named(word):
        return AccessFault(rule, f"The fields of the kind {word} are named one by one (R29).", "Name each field.")
    return AccessFault(rule, f"There is no field {word}.", "See provost access show for the fields.")
