"""Takes what the chat asks to change to governance, where a person answers for it; the chat itself has no hands.

What a model asked for is checked anew: the tool by the list of all tools, its arguments by the tool's own schema, the
student by their code in this conversation, the caller by the door to people. Where text that others wrote was read in
the same turn nothing is put forward: the caller asks for it in a message of their own (R135). Where such text was read
for an earlier answer, which may repeat it, that message must name what is asked for in its own words.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from agents.paths import Driver
from domain.errors import AccessDenied, HandleRefused, InvalidRecord, LedgerError, ProvostError
from domain.ids import RecordHandle
from domain.principals import Role
from domain.records import Section
from graphs.advising.matching import course_of
from graphs.advising.sight import Sight
from graphs.advising_case import CaseRequest
from graphs.chat_context import ChatContext
from graphs.chat_events import ChatProposed
from graphs.learning_path import PathRequest
from graphs.runner import new_run
from graphs.workflow import WorkRequest
from tools.catalog.registry import Kind, spec_named

if TYPE_CHECKING:
    from graphs.assembly import Provost

MAY_ASK: Mapping[str, frozenset[Role]] = {
    "propose_learning_path": frozenset({Role.ADVISOR}),
    "propose_case": frozenset({Role.ADVISOR, Role.INSTRUCTOR, Role.REGISTRAR, Role.STUDENT}),
}
"""Who may ask for what; a tool that does not stand here is refused."""
_QUOTES = (
    "Nothing was put forward: text that others wrote was read for this answer. "
    "Ask for the change in a message of its own."
)


_NAMED: Mapping[str, "re.Pattern[str]"] = {
    "propose_learning_path": re.compile(r"\b(?:paths?|materials?|resources?|recommend\w*|send|share)\b", re.IGNORECASE),
    "propose_case": re.compile(r"\b(?:cases?|refer\w*)\b", re.IGNORECASE),
}
_UNASKED = (
    "Nothing was put forward: text that others wrote was read in this conversation, and the last message does not name "
    "the change. Ask for it by name, such as: open a case, or send the learning path."
)


def put_forward(provost: "Provost", context: ChatContext, call: Mapping[str, Any]) -> ChatProposed | str:
    """Put one call of a propose tool forward; return the approval that waits, or why there is none.

    The words are in codes. Raises LedgerError only: then nothing may go on.
    """
    if context.edge.read_quotes:
        return _QUOTES
    tool = str(call.get("name", ""))
    if context.quoted_before and not _names(tool, context.asked):
        return _UNASKED
    try:
        return _put_forward(provost, context, tool, call.get("args", {}))
    except LedgerError:
        raise
    except ProvostError as refused:
        return f"Nothing was put forward: {refused.message} {refused.fix}".strip()


def _names(tool: str, asked: str) -> bool:
    pattern = _NAMED.get(tool)
    return pattern is not None and pattern.search(asked) is not None


def _put_forward(provost: "Provost", context: ChatContext, tool: str, arguments: object) -> ChatProposed:
    asked = _checked(tool, arguments)
    person = _student(context, asked)
    _require_asker(context, tool, person)
    section = _section(provost, context, person, asked["course"])
    request, what = _request(tool, asked, person, section, context)
    report = provost.work(request)
    if not report.held:
        fix = "Ask the registrar what the policy says of it."
        raise InvalidRecord("The policy lets nobody be asked for this, or it is asked for already.", fix=fix)
    held = report.held[0]
    summary = f"{what} for {asked['person'].strip()} in {course_of(section)}; waits for: {held.approver_role}."
    return ChatProposed(approval_id=held.approval_id, summary=summary)


def _checked(tool: str, arguments: object) -> dict[str, str]:
    """Return the arguments as the tool's own schema reads them; what it does not declare is left behind."""
    spec = spec_named(tool)
    if spec is None or spec.kind is not Kind.PROPOSE:
        raise InvalidRecord("There is no such proposal.", field="tool", fix="Use a tool that is offered.")
    schema = spec.tool.tool_call_schema
    assert isinstance(schema, type)
    assert issubclass(schema, BaseModel)
    try:
        read = schema.model_validate(arguments)
    except ValidationError as wrong:
        place = ".".join(str(part) for part in wrong.errors()[0]["loc"])
        fix = "Name the student, the course and what it is about."
        raise InvalidRecord("The proposal cannot be read.", field=place, fix=fix) from None
    return {name: str(value) for name, value in read.model_dump().items()}


def _student(context: ChatContext, asked: Mapping[str, str]) -> RecordHandle:
    person = context.edge.resolve({"person": asked["person"]})["person"]
    if not isinstance(person, str):
        raise HandleRefused("No student was named.", field="person", fix="Name the student.")
    return RecordHandle(person)


def _require_asker(context: ChatContext, tool: str, person: RecordHandle) -> None:
    """Raise AccessDenied unless the caller's role may ask for this; a student asks for themselves only."""
    roles = context.caller.roles & MAY_ASK.get(tool, frozenset())
    if not roles or (roles == {Role.STUDENT} and context.caller.person != person):
        raise AccessDenied("You may not ask for this change.", field="tool", fix="Tell the student's advisor.")


def _section(provost: "Provost", context: ChatContext, person: RecordHandle, course: str) -> Section:
    sight = Sight(provost, context.crossing.conversation)
    section = sight.section_meant(person, course)
    sight.require(context.caller, ("enrolment",), person, section.key)
    return section


def _request(
    tool: str, asked: Mapping[str, str], person: RecordHandle, section: Section, context: ChatContext
) -> tuple[WorkRequest, str]:
    key = section.key
    if tool == "propose_learning_path":
        path = PathRequest(run=new_run(), term=key.term, section=str(key), person=person, driver=Driver.NOTE)
        return path, "A message with the learning path"
    case = CaseRequest(
        run=new_run(),
        term=key.term,
        section=str(key),
        person=person,
        about=asked["about"],
        asked_by=context.caller.id,
    )
    return case, f"A case about {asked['about']}"
