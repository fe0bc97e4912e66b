"""Who somebody is on a screen: name and SIS id as far as one reader may know them, asked for on record (R14, S224)."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from domain.ids import RecordHandle, SectionKey
from domain.principals import Principal
from domain.records import Record
from graphs.grade_viewing import shown_name
from privacy.access import Question

if TYPE_CHECKING:
    from graphs.assembly import Provost

FIELDS = ("name", "sis_id")


class Named(Record):
    """A person as one reader may know them; what they may not know is empty."""

    person: RecordHandle
    name: str = ""
    sis_id: str = ""


Names = dict[RecordHandle, Named]


def name_people(
    provost: "Provost",
    who: Principal,
    people: Collection[RecordHandle],
    purpose: str,
    section: SectionKey | None = None,
) -> Names:
    """Return everybody of ``people``, named as far as the reader may know; asking is on record."""
    asked = frozenset(people)
    if not asked:
        return {}
    question = Question(reader=who, fields=FIELDS, people=asked, purpose=purpose, section=section)
    permitted = provost.access.ask(question).permitted
    return word_people(provost, asked, by_name=permitted["name"], by_id=permitted["sis_id"])


def word_people(
    provost: "Provost",
    people: Collection[RecordHandle],
    *,
    by_name: Collection[RecordHandle],
    by_id: Collection[RecordHandle],
) -> Names:
    """Return people with what was permitted already: names as the directory knows them, present SIS ids."""
    known = provost.boundary.known.identities(by_name)
    ids = provost.identities.known_people(sorted(by_id))
    return {
        person: Named(
            person=person,
            name=shown_name(known[person]) if person in known else "",
            sis_id=ids.get(person, ""),
        )
        for person in people
    }
