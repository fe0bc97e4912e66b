"""Conversations: a private one with the same person is used again, and then the new subject is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from simulator.canvas.imports import Jobs
from simulator.canvas.refusals import Invalid, NotFound
from simulator.canvas.rows import User

GROUP_LIMIT = 100
SUBJECT_LIMIT = 255


@dataclass(slots=True, frozen=True, kw_only=True)
class Message:
    """One message of a conversation."""

    id: int
    author_id: int
    body: str
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class Conversation:
    """A conversation; a private one is known by its two participants."""

    id: int
    participant_ids: frozenset[int]
    subject: str | None
    private: bool
    context_code: str | None
    messages: list[Message] = field(default_factory=list)


class Inbox(Jobs):
    """Operations on conversations."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Start with nothing said."""
        super().__init__(clock)
        self.conversations: dict[int, Conversation] = {}
        self._messages = 0

    def send_message(
        self,
        author_id: int,
        recipient_ids: Sequence[int],
        body: str,
        *,
        subject: str | None = None,
        group: bool = False,
        force_new: bool = False,
        context_code: str | None = None,
    ) -> list[Conversation]:
        """Send a message to each recipient apart, or to all in one group conversation; returns what it went into."""
        self._require_sendable(recipient_ids, body, subject, group)
        with self.lock:
            parties = [frozenset((author_id, *recipient_ids))] if group else []
            parties = parties or [frozenset((author_id, each)) for each in recipient_ids]
            sent = []
            for party in parties:
                found = None if group or force_new else self._private_between(party)
                conversation = found or self._open(party, subject, context_code, private=not group)
                self.add_message(conversation.id, author_id, body)
                sent.append(conversation)
            return sent

    def _require_sendable(self, recipients: Sequence[int], body: str, subject: str | None, group: bool) -> None:
        """Raise Invalid for what Canvas would not send."""
        if not recipients:
            raise Invalid("recipients", "blank", "recipients can't be blank")
        if not body:
            raise Invalid("body", "blank", "message body can't be blank")
        if subject is not None and len(subject) > SUBJECT_LIMIT:
            raise Invalid("subject", "too_long", "subject is too long (maximum is 255 characters)")
        if group and len(recipients) > GROUP_LIMIT:
            raise Invalid("recipients", "too_many", "too many recipients for a group conversation")

    def _private_between(self, party: frozenset[int]) -> Conversation | None:
        """Return the private conversation that two people already have."""
        known = (each for each in self.conversations.values() if each.private and each.participant_ids == party)
        return next(known, None)

    def _open(
        self, party: frozenset[int], subject: str | None, context_code: str | None, *, private: bool
    ) -> Conversation:
        """Begin a conversation."""
        conversation = Conversation(
            id=len(self.conversations) + 1,
            participant_ids=party,
            subject=subject,
            private=private,
            context_code=context_code,
        )
        self.conversations[conversation.id] = conversation
        return conversation

    def add_message(self, conversation_id: int, author_id: int, body: str) -> Message:
        """Add a message to a conversation; raises NotFound."""
        with self.lock:
            conversation = self.conversations.get(conversation_id)
            if conversation is None:
                raise NotFound
            self._messages += 1
            message = Message(id=self._messages, author_id=author_id, body=body, created_at=self.clock())
            conversation.messages.append(message)
            others = sorted(conversation.participant_ids - {author_id})
            key = ",".join(self.person_key(self.find(User, each, deleted=True)) for each in others)
            after = {"body": body, "subject": conversation.subject}
            self.log.append(message.created_at, "message", message.id, key=(key,), before=None, after=after)
            return message

    def copy_conversations(self, other: Inbox) -> None:
        """Become an independent copy of another state's conversations."""
        self.conversations = {
            each.id: replace(each, messages=list(each.messages)) for each in other.conversations.values()
        }
        self._messages = other._messages
