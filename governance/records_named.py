"""What the ledger keeps of a change: ids in the open body, the rest sealed under the key of the person it is about."""

from collections.abc import Iterable, Mapping, Sequence

from domain.changes import Change, SendMessage
from domain.ids import RecordHandle
from store.canonical import JSON
from store.ledger import Subject


def person_of(change: Change) -> RecordHandle | None:
    """Return the person a change is about; None where it is about a course or a section."""
    if isinstance(change, SendMessage):
        return change.recipient
    person: RecordHandle | None = getattr(change, "person", None)
    return person


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
