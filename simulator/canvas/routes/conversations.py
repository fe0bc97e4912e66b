"""Conversations over the wire; a POST that is repeated sends twice, there is no idempotency key."""

from __future__ import annotations

from simulator.canvas.inbox import Conversation, Message
from simulator.canvas.refusals import Invalid, Json, NotFound
from simulator.canvas.rows import Course
from simulator.canvas.state import CanvasState
from simulator.canvas.wire.call import Call, Reply
from simulator.canvas.wire.lookup import find_row, find_user
from simulator.canvas.wire.paging import numbered_page
from simulator.canvas.wire.routing import RouteTable
from simulator.canvas.wire.show import stamp

routes = RouteTable()

TYPES = {"students": "StudentEnrollment", "teachers": "TeacherEnrollment", "tas": "TaEnrollment"}


def show_conversation(state: CanvasState, row: Conversation) -> dict[str, Json]:
    """Show a conversation as its author sees it."""
    last = row.messages[-1]
    others = sorted(row.participant_ids - {state.service_user})
    return {
        "id": row.id,
        "subject": row.subject,
        "workflow_state": "read",
        "last_message": last.body,
        "last_authored_message": last.body,
        "last_message_at": stamp(last.created_at),
        "message_count": len(row.messages),
        "subscribed": True,
        "private": row.private,
        "starred": False,
        "audience": others,
        "context_code": row.context_code,
        "participants": [{"id": each, "name": state.users[each].name} for each in sorted(row.participant_ids)],
    }


def show_message(row: Message) -> dict[str, Json]:
    """Show one message."""
    return {
        "id": row.id,
        "author_id": row.author_id,
        "created_at": stamp(row.created_at),
        "generated": False,
        "body": row.body,
        "attachments": [],
    }


@routes.on("GET", "/conversations")
def list_conversations(call: Call) -> Reply:
    """List conversations, newest first; `filter[]` keeps those with a user or about a course."""
    filters = call.params.items("filter")
    rows = [row for row in reversed(call.state.conversations.values()) if passes(row, filters)]
    return numbered_page(call, rows, lambda row: show_conversation(call.state, row))


def passes(row: Conversation, filters: list[str]) -> bool:
    """Tell whether a conversation is with one of the users, or about one of the courses, named."""
    names = {f"user_{each}" for each in row.participant_ids} | {row.context_code}
    return not filters or not names.isdisjoint(filters)


@routes.on("GET", "/conversations/:conversation_id")
def get_conversation(call: Call) -> Reply:
    """Show a conversation with its messages, newest first."""
    row = conversation_of(call)
    messages: Json = [show_message(each) for each in reversed(row.messages)]
    return Reply(show_conversation(call.state, row) | {"messages": messages})


def conversation_of(call: Call) -> Conversation:
    """Return the conversation of the slot; raises NotFound."""
    text = call.slots["conversation_id"]
    row = call.state.conversations.get(int(text)) if text.isdigit() else None
    if row is None:
        raise NotFound
    return row


@routes.on("POST", "/conversations")
def create_conversation(call: Call) -> Reply:
    """Send a message; 201 with the conversations, or 202 with none of them when `mode=async`."""
    params, state = call.params, call.state
    sent = state.send_message(
        state.service_user,
        [user for each in params.items("recipients") for user in recipients(call, each)],
        params.text("body") or "",
        subject=params.text("subject"),
        group=params.flag("group_conversation"),
        force_new=params.flag("force_new"),
        context_code=params.text("context_code"),
    )
    if params.text("mode") == "async":
        return Reply([], status=202, headers={"X-Conversation-Batch-Id": str(sent[0].id)})
    return Reply([show_conversation(state, row) for row in sent], status=201)


def recipients(call: Call, text: str) -> list[int]:
    """Return the user ids of a recipient: a user, `course_<id>`, or `course_<id>_students`."""
    if not text.startswith("course_"):
        try:
            return [find_user(call.state, text).id]
        except NotFound as error:
            raise Invalid("recipients", "invalid", "invalid recipients") from error
    number, _, role = text.removeprefix("course_").partition("_")
    rows = call.state.enrollments_of_course(find_row(call.state, Course, number).id)
    type_ = TYPES.get(role)
    living = (row for row in rows if row.workflow_state == "active" and (type_ is None or row.type == type_))
    return sorted({row.user_id for row in living} - {call.state.service_user})


@routes.on("POST", "/conversations/:conversation_id/add_message")
def add_message(call: Call) -> Reply:
    """Add a message to a conversation."""
    row, body = conversation_of(call), call.params.text("body")
    if body is None:
        raise Invalid("body", "blank", "message body can't be blank")
    message = call.state.add_message(row.id, call.state.service_user, body)
    return Reply(show_conversation(call.state, row) | {"messages": [show_message(message)]})
