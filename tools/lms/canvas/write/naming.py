"""Names in messages: a text from inside holds record handles, and this is the edge at which they become people.

Only who gets the message reads the name; it stands in no plan, no ledger entry and no log. A handle that nobody here
has stops the message, since a code in its place would tell the reader nothing.
"""

import re

from domain.ids import RecordHandle
from domain.ports import IdentityResolver
from tools.lms.canvas.lookup import find_user_row
from tools.wire import WireClient

_HANDLE = re.compile(r"\bper_[0-9a-z]{16,}\b")


def name_people(text: str, client: WireClient, resolver: IdentityResolver) -> str:
    """Return the text with the name and SIS id of each person in place of the handle.

    Raises InvalidRecord for a handle that is unknown here.
    """
    named = {handle: _name(RecordHandle(handle), client, resolver) for handle in set(_HANDLE.findall(text))}
    return _HANDLE.sub(lambda found: named[found[0]], text)


def _name(handle: RecordHandle, client: WireClient, resolver: IdentityResolver) -> str:
    """Return what the LMS calls the person, or the SIS id alone where there is no account any more."""
    person = resolver.person(handle)
    row = find_user_row(client, person)
    name = (row.short_name or row.name) if row else None
    return f"{name} ({person})" if name else str(person)
