"""Where the advisor's tools are answered: codes become people on the way in, people become codes on the way out.

What leaves here is all that a model, a checkpoint or a trace ever sees of an answer, so it is fenced and scrubbed here.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from agents.advisor.fencing import fence_all
from domain.errors import InternalError
from domain.ids import RecordHandle
from domain.principals import Principal
from privacy.scrub.tool_edge import Argument, ToolEdge
from privacy.vocabulary import ConversationId, Scope
from tools.catalog.desk import AdvisingDesk
from tools.catalog.reading import Fact, Reading, Source
from tools.catalog.registry import Kind, ToolSpec, Trust, spec_named

_HANDLE = re.compile(r"per_[a-z2-7]{16}")
_KINDS: Mapping[str, Argument] = {"person": Argument.RECORD, "question": Argument.TEXT}
Codes = Callable[[Collection[RecordHandle]], Mapping[RecordHandle, str]]


@dataclass(frozen=True)
class AnswerEdge:
    """Answers the tools of one turn for one caller; ``sources`` gathers what the answers rest on, ``looked``
    which looks were taken.

    ``codes`` gives the code of each person in this conversation. Raises HandleRefused for a code that is not exactly
    one certain person's, AccessDenied where the caller may not see them, and whatever the desk raises, in codes.
    """

    caller: Principal
    conversation: ConversationId
    scope: Scope
    desk: AdvisingDesk
    edge: ToolEdge
    codes: Codes
    sources: list[Source] = field(default_factory=list)
    looked: list[ToolSpec] = field(default_factory=list)

    def answer(self, tool: str, arguments: Mapping[str, str]) -> str:
        """Take the look that a tool stands for and return what was found, in codes."""
        given = {name: value for name, value in arguments.items() if value.strip()}
        resolved = self.resolve(given)
        found = self.edge.call(lambda: self._look(tool, resolved), self.conversation, self.scope)
        people = frozenset(_handles_in(found))
        codes = self.codes(people) if people else {}
        return json.dumps(_coded(found, codes), ensure_ascii=False)

    def resolve(self, arguments: Mapping[str, str]) -> dict[str, object]:
        """Return the arguments with each person's code resolved to their record handle."""
        return self.edge.resolve_all(arguments, _kinds_of(arguments), self.conversation, self.caller)

    @property
    def read_quotes(self) -> bool:
        """Whether text that others wrote was read in this turn."""
        return any(spec.trust is Trust.QUOTES for spec in self.looked)

    def _look(self, tool: str, arguments: Mapping[str, object]) -> Fact:
        spec = spec_named(tool)
        if spec is None or spec.kind is not Kind.READ:
            raise InternalError(f"{tool} is no look that can be taken.", field="tool")
        reading: Reading = getattr(self.desk, tool)(self.caller, **arguments)
        self.sources.extend(reading.sources)
        self.looked.append(spec)
        return fence_all(reading.facts)


def _kinds_of(arguments: Collection[str]) -> Mapping[str, Argument]:
    return {name: kind for name, kind in _KINDS.items() if name in arguments}


def _handles_in(value: object) -> list[RecordHandle]:
    if isinstance(value, str):
        return [RecordHandle(value)] if _HANDLE.fullmatch(value) else []
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [handle for each in inner for handle in _handles_in(each)]


def _coded(value: object, codes: Mapping[RecordHandle, str]) -> object:
    if isinstance(value, str):
        return codes[RecordHandle(value)] if _HANDLE.fullmatch(value) else value
    if isinstance(value, Mapping):
        return {key: _coded(each, codes) for key, each in value.items()}
    return [_coded(each, codes) for each in value] if isinstance(value, list) else value
