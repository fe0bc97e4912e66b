"""What may leave: a sentence about a student, as it is written, as a model would get it, and as two people see it."""

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from domain.identities import Identity, PersonKind
from domain.ids import RecordHandle
from domain.principals import Principal, Role
from governance.records_named import person_of
from privacy.vocabulary import Scope, Sink

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from service.demo.run import Demonstration

_SENTENCE = "Met {first} {last} ({id}) about the late add. {first} writes from {email} and wants an answer by Friday."


class Worded(NamedTuple):
    """One invented sentence before and after."""

    written: str
    leaves: str
    registrar: str
    advisor: str


class Leaving(NamedTuple):
    """A sentence taken through a directory that was built for it; ``people`` is how many the directory knows."""

    people: int
    seconds: float
    worded: Worded


def show_leaving(provost: "Provost", demo: "Demonstration", people: Mapping[Role, Principal]) -> Leaving | None:
    """Build the directory and take a sentence through the boundary; None where the run named no student."""
    began = time.monotonic()
    known = provost.refresh_directory(people[Role.REGISTRAR].id).people
    seconds = time.monotonic() - began
    found = next(students_named(provost, demo), None)
    return Leaving(known, seconds, word_leaving(provost, *found, people)) if found else None


def word_leaving(provost: "Provost", who: RecordHandle, student: Identity, people: Mapping[Role, Principal]) -> Worded:
    """Word a sentence about one student, as it leaves and as the registrar and an advisor of others see it again."""
    from privacy.vault import new_conversation

    scrubber, conversation, name = provost.boundary.scrubber, new_conversation(), student.names[0]
    written = _SENTENCE.format(first=name.first, last=name.last, id=student.sis_id, email=student.emails[0])
    leaves = scrubber.scrub(written, conversation, Scope(people=frozenset({who}))).text
    registrar, advisor = (
        scrubber.restore(leaves, conversation, people[role], Sink.SCREEN).text
        for role in (Role.REGISTRAR, Role.ADVISOR)
    )
    return Worded(written, leaves, registrar, advisor)


def students_named(provost: "Provost", demo: "Demonstration") -> Iterator[tuple[RecordHandle, Identity]]:
    """Yield students whom the run's plans name, with what the directory knows of them."""
    plans = provost.plans.for_run(demo.run.run_id)
    handles = dict.fromkeys(who for plan in plans for change in plan.changes if (who := person_of(change)))
    for handle, identity in provost.boundary.known.identities(list(handles)[:50]).items():
        whole = identity.emails and identity.names and identity.names[0].first and identity.names[0].last
        if identity.kind is PersonKind.STUDENT and whole and not identity.confidential:
            yield handle, identity
