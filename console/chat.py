"""The chat: a question goes in by a form, the answer comes as a stream in which every step is seen (S5, S206).

Without a script the same form waits for the whole answer and then shows the conversation.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.blurring import blur_events, blur_turns, blur_words
from console.suggestions import suggestions_for
from console.templating import fragment, show
from console.tickets import Tickets
from console.visiting import Signed, Visitor, provost_of
from domain.errors import AccessDenied, InvalidRecord
from graphs.chat_events import ChatEvent

if TYPE_CHECKING:
    from sse_starlette import ServerSentEvent

router = APIRouter(prefix="/chat", include_in_schema=False)
MOST_WORDS = 4000
Text = Annotated[str, Form(max_length=MOST_WORDS)]
_OVER = frozenset({"ended", "failed"})


@router.get("")
def begin(request: Request, visitor: Signed) -> Response:
    """Show an empty conversation and the earlier ones."""
    return _page(request, visitor, "")


@router.post("/ask")
def ask(request: Request, visitor: Signed, words: Text = "", conversation: Text = "") -> Response:
    """Take a question: with a script the answer streams into the page, without one the page waits for it."""
    if not words.strip():
        raise InvalidRecord("There is no question.", field="words", fix="Write what you want to know.")
    room, who = provost_of(request).chat, visitor.principal
    conversation = conversation or room.begin(who)
    if "hx-request" not in request.headers:
        for _ in room.ask(who, words, conversation):
            continue
        return RedirectResponse(f"/chat/{conversation}#end", status_code=303)
    ticket = _tickets(request).put(who.id, words, conversation)
    said = blur_words(provost_of(request), words) if visitor.blurred else words
    turn = fragment("chat_turn.html", visitor, ticket=ticket, words=said, conversation=conversation)
    return HTMLResponse(turn, headers={"HX-Push-Url": f"/chat/{conversation}", "Cache-Control": "no-store"})


@router.get("/stream/{ticket}")
def stream(request: Request, visitor: Signed, ticket: str) -> Response:
    """Stream one answer; a ticket is good once, for whoever asked."""
    from sse_starlette import EventSourceResponse

    asked = _tickets(request).take(ticket, visitor.principal.id)
    if asked is None:
        raise AccessDenied("This answer was streamed already.", field="ticket", fix="Ask again.")
    events = provost_of(request).chat.ask(visitor.principal, asked.words, asked.conversation)
    if visitor.blurred:
        events = blur_events(provost_of(request), events)
    return EventSourceResponse(_sent(events, visitor), headers={"Cache-Control": "no-store"})


@router.get("/{conversation}")
def show_conversation(request: Request, visitor: Signed, conversation: str) -> Response:
    """Show a conversation of the reader's own."""
    return _page(request, visitor, conversation)


@router.post("/{conversation}/forget")
def forget(request: Request, visitor: Signed, conversation: str) -> Response:
    """Erase a conversation with its key."""
    provost_of(request).chat.forget(visitor.principal, conversation)
    return RedirectResponse("/chat", status_code=303)


def _page(request: Request, visitor: Visitor, conversation: str) -> Response:
    room, who = provost_of(request).chat, visitor.principal
    turns = room.transcript(who, conversation) if conversation else ()
    if visitor.blurred:
        turns = blur_turns(provost_of(request), turns)
    return show(
        request,
        visitor,
        "chat.html",
        conversation=conversation,
        turns=turns,
        conversations=room.conversations(who),
        suggestions=suggestions_for(who),
    )


def _sent(events: Iterator[ChatEvent], visitor: Visitor) -> Iterator["ServerSentEvent"]:
    """Yield each event as a piece of the page under the event's own name, and at last that it is over."""
    from sse_starlette import ServerSentEvent

    for event in events:
        yield ServerSentEvent(fragment("chat_event.html", visitor, event=event).strip("\n"), event=event.kind)
        if event.kind in _OVER:
            break
    yield ServerSentEvent("over", event="over")


def _tickets(request: Request) -> Tickets:
    state: Any = request.app.state
    if not hasattr(state, "chat_tickets"):
        state.chat_tickets = Tickets()
    tickets: Tickets = state.chat_tickets
    return tickets
