"""What students wrote to the account that the reading credential belongs to; looked through, never marked as read.

A reply to a message that was sent for an advisor arrives there, which is why somebody must look at it (R131).
"""

from datetime import datetime

from domain.ids import RecordHandle, SisPersonId
from domain.ports import Clock, Fetch, IdentityResolver
from domain.texts import WrittenText
from tools.lms.canvas.collecting import Collected
from tools.lms.canvas.lookup import API, find_one
from tools.lms.canvas.wire import ConversationRow, MessageRow, UserRow, read_row
from tools.wire import WireClient, link_pages

SOURCE = "Canvas inbox"


class StudentInbox:
    """Fits ``domain.texts.TextReader``."""

    def __init__(self, client: WireClient, identities: IdentityResolver, clock: Clock) -> None:
        self._client, self._identities, self._clock = client, identities, clock

    def read_texts(self, since: datetime | None) -> Fetch[WrittenText]:
        """Return what others wrote since a moment; who has no SIS id is nobody we advise."""
        collected, now = Collected(ConversationRow), self._clock.now()
        rows = collected.take(link_pages(self._client, f"{API}/conversations", (("per_page", "100"),)), "conversations")
        lately = [row for row in rows if since is None or row.last_message_at is None or row.last_message_at >= since]
        own = find_one(self._client, f"{API}/users/self", UserRow) if lately else None
        said = [
            (row.id, message)
            for row in lately
            for message in self._messages(row.id)
            if message.author_id is not None and (own is None or message.author_id != own.id)
            if message.created_at is not None and (since is None or message.created_at >= since)
        ]
        people = self._people({message.author_id for _, message in said if message.author_id is not None})
        texts = tuple(_text(row, message, people) for row, message in said if message.author_id in people)
        return Fetch(
            source=SOURCE,
            rows=texts,
            complete=collected.complete,
            read_at=now,
            findings=tuple(collected.findings),
        )

    def _messages(self, conversation: int) -> tuple[MessageRow, ...]:
        answer = self._client.get(f"{API}/conversations/{conversation}", params=(("auto_mark_as_read", "false"),))
        return read_row(ConversationRow, answer.json()).messages

    def _people(self, authors: set[int]) -> dict[int, RecordHandle]:
        """Return the handle of every author whom the SIS knows."""
        accounts = {author: find_one(self._client, f"{API}/users/{author}", UserRow) for author in sorted(authors)}
        ids = {at: SisPersonId(row.sis_user_id) for at, row in accounts.items() if row is not None and row.sis_user_id}
        handles = self._identities.handles(sorted(set(ids.values())))
        return {author: handles[sis_id] for author, sis_id in ids.items()}


def _text(conversation: int, message: MessageRow, people: dict[int, RecordHandle]) -> WrittenText:
    assert message.author_id is not None
    assert message.created_at is not None
    record = f"conversation {conversation}, message {message.id}"
    return WrittenText(
        person=people[message.author_id], at=message.created_at, source=SOURCE, record=record, text=message.body
    )
