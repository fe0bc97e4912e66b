"""The advising chat for programs that people sign in to: ask and get a stream, read and forget conversations."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends
from sse_starlette import EventSourceResponse, ServerSentEvent

from domain.principals import Principal
from domain.request_errors import UnknownAddress
from service.api.common import Here, Id, stream_answer
from service.client.records import Asked, Conversations, Transcript
from service.web.permissions import PEOPLE, Permission

if TYPE_CHECKING:
    from graphs.assembly import Provost

router = APIRouter(tags=["chat"])
Asker = Annotated[Principal, Depends(Permission(PEOPLE))]


@router.post(
    "/chat",
    summary="Ask",
    operation_id="ask",
    response_class=EventSourceResponse,
    responses=stream_answer("Events: step, words, sources, proposed, then ended or failed; data is a JSON object."),
)
def ask(asked: Asked, caller: Asker, here: Here) -> EventSourceResponse:
    """Ask the advising chat and stream the answer, its steps and its sources."""
    return EventSourceResponse(_events(here, caller, asked), ping=15)


@router.get("/chat/conversations", summary="List one's conversations", operation_id="listConversations")
def list_conversations(caller: Asker, here: Here) -> Conversations:
    """List the caller's conversations."""
    return Conversations(items=list(here.chat.conversations(caller)))


@router.get("/chat/conversations/{id}", summary="Read a conversation", operation_id="readConversation")
def read_conversation(id_: Id, caller: Asker, here: Here) -> Transcript:
    """Read one of the caller's conversations; another person's is not there."""
    _require_own(here, caller, id_)
    return Transcript(items=list(here.chat.transcript(caller, id_)))


@router.delete(
    "/chat/conversations/{id}", status_code=204, summary="Forget a conversation", operation_id="forgetConversation"
)
def forget_conversation(id_: Id, caller: Asker, here: Here) -> None:
    """Forget one of the caller's conversations."""
    _require_own(here, caller, id_)
    here.chat.forget(caller, id_)


def _events(here: "Provost", caller: Principal, asked: Asked) -> Iterator[ServerSentEvent]:
    """Yield the events of a turn; one that breaks off ends with the reason."""
    for event in here.chat.ask(caller, asked.words, asked.conversation):
        yield ServerSentEvent(event.model_dump_json(), event=event.kind)


def _require_own(here: "Provost", caller: Principal, id_: str) -> None:
    if not here.chat.owns(caller, id_):
        raise UnknownAddress("You have no such conversation.", field="id", fix="List them first.")
