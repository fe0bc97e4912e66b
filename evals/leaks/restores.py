"""Codes on their way back: what a model made of them, and what one reader is shown of it (S230, PRIVACY.md 6.5)."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import Field

from domain.ids import PrincipalId, RecordHandle
from domain.principals import Principal, PrincipalKind, Role
from domain.records import Record
from evals.leaks.cases import FOLDER, handle_of, read_people
from evals.leaks.judging import tell_secrets
from evals.leaks.parts import LeakParts
from privacy.people import PeopleInMemory
from privacy.scrub import ConversationScrubber
from privacy.vault import new_conversation
from privacy.vocabulary import ConversationId, Scope, Sink
from store.yaml_file import read_yaml

READER = Principal(id=PrincipalId("user:reader"), kind=PrincipalKind.PERSON, roles=frozenset({Role.ADVISOR}))
_SLOT = re.compile(r"<<(\w+)(?::(\w+))?>>")
_BODY = re.compile(r"_([A-Z0-9]+)")
_PART = 3


class RestoreTask(Record):
    """One reply and what must be seen of it; ``sees`` is whom the reader may see, everybody where it is not said."""

    id: str
    kind: str
    text: str
    reply: str
    scope: tuple[str, ...] = ()
    sees: tuple[str, ...] | None = None
    sink: Sink = Sink.SCREEN
    other_conversation: bool = False
    in_parts: bool = False
    shown: str | None = None
    holds: tuple[str, ...] = Field(default=())
    never: tuple[str, ...] = Field(default=())


class Sees:
    """An access that knows whom this reader may see."""

    def __init__(self, people: Collection[RecordHandle] | None) -> None:
        self._people = people

    def visible(
        self,
        reader: Principal,  # noqa: ARG002 named by the protocol
        people: Collection[RecordHandle],
        field: str,  # noqa: ARG002
        purpose: str,  # noqa: ARG002
    ) -> frozenset[RecordHandle]:
        """Return those of ``people`` whom the reader may see."""
        return frozenset(people if self._people is None else set(people) & set(self._people))


@cache
def read_restores() -> tuple[RestoreTask, ...]:
    """Read every task."""
    content: Any = read_yaml(FOLDER / "restores.yaml", field="tasks", what="restoring tasks")
    return tuple(RestoreTask.model_validate(row) for row in content["tasks"])


def wrongs_of(task: RestoreTask, parts: LeakParts) -> Iterator[str]:
    """Yield what is wrong with what the reader is shown."""
    shown = show(task, parts)
    if task.shown is not None and shown != task.shown:
        yield f"shown otherwise than written: {shown}"
    yield from (f"not restored: {words}" for words in task.holds if words not in shown)
    yield from (f"told: {secret}" for secret in tell_secrets(shown, task.never))


def show(task: RestoreTask, parts: LeakParts) -> str:
    """Code the text, let the model reply, and restore the reply for the reader."""
    sees = None if task.sees is None else [handle_of(key) for key in task.sees]
    scrubber = ConversationScrubber(parts.vault, parts.finder, Sees(sees), PeopleInMemory(list(read_people())))
    conversation = new_conversation()
    scope = Scope(people=frozenset(handle_of(key) for key in task.scope))
    coded = scrubber.scrub(task.text, conversation, scope).text
    reply = _reply(task.reply, coded, _codes(task.reply, scrubber, conversation))
    place = new_conversation() if task.other_conversation else conversation
    if not task.in_parts:
        return scrubber.restore(reply, place, READER, task.sink).text
    pieces = [reply[at : at + _PART] for at in range(0, len(reply), _PART)]
    return "".join(scrubber.stream(place, READER, task.sink).over(pieces))


def _codes(reply: str, scrubber: ConversationScrubber, conversation: ConversationId) -> Mapping[str, str]:
    """Return the code of each person that a reply speaks of, as the conversation already gave it."""
    names = {known.handle: known.identity.names[0] for known in read_people()}
    found = {}
    for key in {match[1] for match in _SLOT.finditer(reply)} - {"same"}:
        name = names[handle_of(key)]
        found[key] = scrubber.scrub(f"{name.first} {name.last}", conversation, Scope()).text
    return found


def _reply(template: str, coded: str, codes: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda match: coded if match[1] == "same" else _spelled(codes[match[1]], match[2] or ""), template)


def _spelled(code: str, how: str) -> str:
    """Return a code in one of the spellings that models give it."""
    found = _BODY.search(code)
    symbols = found[1] if found else ""
    half = len(symbols) // 2
    plain = {
        "": code,
        "symbols": symbols,
        "lower": code.lower(),
        "wide": "".join(chr(ord(each) + 0xFEE0) for each in code),
        "half": f"{symbols[:half]}-{symbols[half:]}",
    }
    return plain[how] if how in plain else _corrupted(symbols, how)


def _corrupted(symbols: str, how: str) -> str:
    """Return symbols with one of them changed to its neighbour in the code, or with two exchanged."""
    at = int(how[-1]) % (len(symbols) - 1)
    if how.startswith("swap"):
        changed = symbols[:at] + symbols[at + 1] + symbols[at] + symbols[at + 2 :]
        return changed if changed != symbols else _corrupted(symbols, f"typo{at}")
    other = next(each for each in "BCDFGHJK" if each != symbols[at])
    return symbols[:at] + other + symbols[at + 1 :]
