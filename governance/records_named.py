"""What the ledger keeps of a change: ids in the open body, the rest sealed under the key of the person it is about."""

from collections.abc import Iterable, Mapping, Sequence

from domain.changes import Change, PostGrade, SendMessage
from domain.ids import RecordHandle
from governance.actions import action_of
from store.canonical import JSON
from store.ledger import Subject


def person_of(change: Change) -> RecordHandle | None:
    """Return the person a change is about; None where it is about a course or a section."""
    if isinstance(change, SendMessage):
        return change.recipient
    person: RecordHandle | None = getattr(change, "person", None)
    return person


def people_by_action(changes: Iterable[Change]) -> dict[str, frozenset[RecordHandle]]:
    """Return the people whose records each kind of change touches, by its action; none for courses and sections."""
    found: dict[str, set[RecordHandle]] = {}
    for change in changes:
        person = person_of(change)
        found.setdefault(action_of(change), set()).update({person} if person else ())
    return {action: frozenset(people) for action, people in found.items()}


def attesters(changes: Iterable[Change]) -> frozenset[RecordHandle]:
    """Return who gave their word for what is carried: instructors, whose grades need another's approval (R92)."""
    return frozenset(change.attested_by for change in changes if isinstance(change, PostGrade))


def describe_change(change: Change) -> dict[str, JSON]:
    """Return what is recorded of a change: its id, record, rule and both images, which hold no personal data."""
    return {
        "change": change.change_id,
        "kind": change.kind,
        "record": change.natural_key,
        "rule": change.rule,
        "before": change.before.model_dump(),
        "after": change.after.model_dump(),
    }


def name_subjects(details: Iterable[tuple[Change, Mapping[str, JSON]]]) -> Sequence[Subject]:
    """Return one ledger subject per person, with the details of all of that person's changes."""
    by_person: dict[RecordHandle, list[JSON]] = {}
    for change, detail in details:
        person = person_of(change)
        if person is not None:
            by_person.setdefault(person, []).append(detail)
    return [Subject(person, {"changes": found}) for person, found in by_person.items()]
