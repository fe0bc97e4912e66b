"""Which systems and which fields about people are in scope; what is not named here never gets past a connector.

The file is required: an institution says what it lets in before anything is read (S219 to S221).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import Field

from domain.populations import Population, Trait
from domain.records import HoldCategory, Record
from domain.setting import Setting

R = TypeVar("R", bound=Record)


class Collection(NamedTuple):
    """The fields about people that one collection has: those a comparison cannot go without, and those it can.

    ``blank`` gives the value of a field that is left out, where it is not the one of an empty record.
    """

    needed: frozenset[str]
    optional: frozenset[str] = frozenset()
    blank: Mapping[str, Any] = {}

    @property
    def fields(self) -> frozenset[str]:
        """Every field that may be named."""
        return self.needed | self.optional


COLLECTIONS: dict[str, Collection] = {
    "people": Collection(
        frozenset({"legal_name", "preferred_name", "login", "prior_sis_ids"}),
        frozenset({"email", "confidential"}),
        {"confidential": True},
    ),
    "registrations": Collection(frozenset({"status", "grade_mode", "registered_on", "status_on"})),
    "holds": Collection(frozenset(), frozenset(category.value for category in HoldCategory)),
    "histories": Collection(frozenset(), frozenset({"gpa", "prior_withdrawals", "advisor"})),
    "identities": Collection(
        frozenset(),
        frozenset(
            {
                *("names", "prior_sis_ids", "lms_ids", "logins", "emails", "phones", "national_ids"),
                *("born_on", "addresses", "confidential", "related_to"),
            }
        ),
        {"confidential": True},
    ),
    "grades": Collection(
        frozenset({"status", "mode", "gradable", "grades", "stage", "final_letter", "interim_letter"})
    ),
    "accounts": Collection(frozenset({"charges"})),
    "progress": Collection(
        frozenset({"attempted", "completed", "earlier_attempts", "withdrawals", "passed"}),
        frozenset({"past_courses", "standing"}),
    ),
    "attendance": Collection(frozenset({"day", "mark"})),
    "programmes": Collection(frozenset({"code", "level", "active"}), frozenset({"title"})),
    "populations": Collection(frozenset(), frozenset(one.value for one in Population if one is not Population.UNKNOWN)),
    "traits": Collection(frozenset(), frozenset(one.value for one in Trait)),
    "users": Collection(frozenset({"name", "sortable_name", "login"}), frozenset({"email"})),
    "enrollments": Collection(frozenset({"role", "state"}), frozenset({"last_activity_at"})),
    "submissions": Collection(
        frozenset({"submitted_at", "graded_at", "posted_at", "late", "missing", "excused", "attempt"}),
        frozenset({"score", "graded_by"}),
    ),
    "gradebook": Collection(
        frozenset(
            {
                *("current_score", "final_score", "unposted_current_score", "unposted_final_score"),
                *("override_score", "override_letter"),
            }
        ),
        frozenset({"current_letter", "final_letter", "changes"}),
    ),
    "activity": Collection(frozenset({"views", "participations"}), frozenset({"page_views"})),
    "discussion": Collection(frozenset({"at", "topic", "entry"})),
}
"""Names are needed because a comparison without them would rename accounts to nothing, and a preferred name left out
would show the legal one to peers (R14). Whoever's opt-out is unknown counts as having opted out (R17). Of classwork,
what would be taken for a fact when left blank is needed: work that is not late, a mark that is not hidden (R86). The
gradebook's ``changes`` let its log in, and ``page_views`` of activity which pages were opened and when. A grade that is
held and left out would be written over, and hours left out would be a verdict on too few, so neither can be."""
REQUIRED: dict[str, frozenset[str]] = {
    "banner": frozenset({"people", "registrations"}),
    "oneroster": frozenset({"people", "registrations"}),
    "canvas": frozenset({"users", "enrollments"}),
}
"""The collections without which rosters cannot be compared, by system."""


class ScopeFault(NamedTuple):
    """What is wrong with one key of the scope file, and what to do."""

    key: str
    message: str
    fix: str


class DataScope(Setting):
    """The scope file: for each system and collection, the fields about people that may come in."""

    version: Literal[1] = Field(description="Version of this format.")
    systems: dict[str, dict[str, tuple[str, ...]]] = Field(
        description="Fields in scope by system and collection; a collection that is not named is not read."
    )

    def fields(self, system: str, collection: str) -> frozenset[str]:
        """Return the fields in scope; none where the system or collection is not named."""
        return frozenset(self.systems.get(system, {}).get(collection, ()))

    def reads(self, system: str, collection: str) -> bool:
        """Tell whether a collection may be read at all."""
        return collection in self.systems.get(system, {})

    def blanks(self, system: str, collection: str) -> dict[str, Any]:
        """Return the fields to be blanked and the reason-free value each gets; empty where all are in scope."""
        known = COLLECTIONS[collection]
        left_out = known.fields - self.fields(system, collection)
        return {name: known.blank.get(name) for name in sorted(left_out)}

    def faults(self) -> Iterator[ScopeFault]:
        """Yield what is wrong: unknown names, and missing fields that a comparison cannot go without."""
        for system, collections in self.systems.items():
            for name in sorted(REQUIRED.get(system, frozenset()) - collections.keys()):
                fix = f"Add {name} with the fields that may be read, or take {system} out."
                yield ScopeFault(f"systems.{system}", f"Rosters cannot be compared without {name}.", fix)
            for name, fields in collections.items():
                yield from _faults_of(f"systems.{system}.{name}", name, frozenset(fields))


def _faults_of(key: str, name: str, fields: frozenset[str]) -> Iterator[ScopeFault]:
    known = COLLECTIONS.get(name)
    if known is None:
        yield ScopeFault(key, f"There is no collection {name}.", f"Known are {', '.join(sorted(COLLECTIONS))}.")
        return
    for unknown in sorted(fields - known.fields):
        yield ScopeFault(key, f"{name} has no field {unknown}.", f"Known are {', '.join(sorted(known.fields))}.")
    for missing in sorted(known.needed - fields):
        yield ScopeFault(key, f"{name} cannot be compared without {missing}.", f"Add {missing}.")


def blanked(record: R, blanks: Mapping[str, Any]) -> R:
    """Return the record without the fields that are out of scope: each as an empty record has it, or the given value.

    Only fields with a default can be blanked; the others are the record's key.
    """
    if not blanks:
        return record
    fields = type(record).model_fields
    values = {
        name: fields[name].get_default(call_default_factory=True) if value is None else value
        for name, value in blanks.items()
        if name in fields
    }
    return record.model_copy(update=values)
