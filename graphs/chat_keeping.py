"""What lasts of the chat: each turn in codes, sealed under its conversation's key, for its owner alone.

Nobody reads another's conversation, not even an administrator; names are put back for the reader when it is read, so
whoever may no longer see a student no longer sees their name in what was said before (R21).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime

from agents.advisor.addresses import leave_out_addresses, may_stand
from agents.advisor.fencing import show_quotations
from domain.errors import AccessDenied, InvalidRecord
from domain.principals import Principal, PrincipalKind
from domain.records import Record
from graphs.chat_events import ChatProposed, ChatSource, ChatStep, ChatSummary, ChatTurn
from privacy.scrub import ConversationScrubber
from privacy.vault import Vault, new_conversation
from privacy.vocabulary import ConversationId, Sink
from store.chats import Chats, SealedTurn

_TITLE = 80


class KeptTurn(Record):
    """One turn as it is kept: in codes."""

    asked: str
    answer: str
    asked_at: AwareDatetime
    model: str
    sources: tuple[ChatSource, ...] = ()
    steps: tuple[ChatStep, ...] = ()
    proposed: tuple[ChatProposed, ...] = ()


@dataclass(frozen=True)
class ChatKeeping:
    """Keeps and shows conversations; ``own`` are the hosts whose addresses an answer may hold."""

    chats: Chats
    vault: Vault
    scrubber: ConversationScrubber
    own: frozenset[str] = frozenset()

    def begin(self, who: Principal) -> ConversationId:
        """Begin a conversation; AccessDenied for a program, or for somebody who acts as another (R30)."""
        require_person(who)
        conversation = new_conversation()
        with self.chats.beginning(conversation, who.id) as connection:
            self.vault.begin(conversation, connection)
        return conversation

    def require_open(self, who: Principal, conversation: str) -> ConversationId:
        """Return the person's own conversation if it can go on; InvalidRecord where its time is over."""
        own = self.require_owner(who, conversation)
        if not self.vault.lasts(own):
            fix = "Begin a new conversation."
            raise InvalidRecord("The time of this conversation is over.", field="conversation", fix=fix)
        return own

    def require_owner(self, who: Principal, conversation: str) -> ConversationId:
        """Return the conversation if it is this person's own; AccessDenied for anybody else's, or none at all."""
        require_person(who)
        if not self.owns(who, conversation):
            fix = "Begin a new conversation, or list your own."
            raise AccessDenied("There is no such conversation of yours.", field="conversation", fix=fix)
        return ConversationId(conversation)

    def owns(self, who: Principal, conversation: str) -> bool:
        """Tell whether there is such a conversation and it is this person's own."""
        return self.chats.owner_of(conversation) == who.id

    def keep(self, conversation: ConversationId, turn: KeptTurn) -> None:
        """Keep one turn behind the others."""
        sealed = self.vault.seal(conversation, turn.model_dump_json(), _place(turn.asked_at))
        self.chats.add(conversation, turn.asked_at, sealed)

    def turns(self, conversation: ConversationId, last: int | None = None) -> list[KeptTurn]:
        """Return the turns in codes, the ``last`` so many where that is given; those of an expired key are gone."""
        rows = self.chats.turns(conversation, last)
        opened = (self.vault.unseal(conversation, row.sealed, _place(row.asked_at)) for row in rows)
        return [KeptTurn.model_validate_json(text) for text in opened if text is not None]

    def transcript(self, who: Principal, conversation: ConversationId) -> tuple[ChatTurn, ...]:
        """Return the conversation as its owner may see it now."""
        return tuple(self._shown(who, conversation, turn) for turn in self.turns(conversation))

    def summaries(self, who: Principal) -> tuple[ChatSummary, ...]:
        """Return the person's own conversations that still open, newest first."""
        require_person(who)
        return tuple(
            ChatSummary(
                id=row.conversation,
                begun_at=row.begun_at,
                turns=len(turns),
                title=self._title(who, ConversationId(row.conversation), turns),
            )
            for row in self.chats.of(who.id)
            for turns in [self.chats.turns(row.conversation)]
        )

    def forget(self, conversation: ConversationId) -> None:
        """Erase the conversation's key, so that nothing that was kept opens again, and then its rows (S226)."""
        self.vault.erase(conversation)
        self.chats.forget([conversation])

    def shown(self, who: Principal, conversation: ConversationId, text: str) -> str:
        """Return a text in codes as the reader may see it."""
        return show_quotations(self.scrubber.restore(text, conversation, who, Sink.SCREEN).text)

    def shown_answer(
        self, who: Principal, conversation: ConversationId, text: str, sources: Sequence[ChatSource] = ()
    ) -> str:
        """Return what was answered as the reader may see it, without addresses of foreign places (R135)."""
        allowed = may_stand(self.own, [each.label for each in sources])
        return leave_out_addresses(self.shown(who, conversation, text), allowed)

    def _shown(self, who: Principal, conversation: ConversationId, turn: KeptTurn) -> ChatTurn:
        proposed = tuple(
            each.model_copy(update={"summary": self.shown_answer(who, conversation, each.summary)})
            for each in turn.proposed
        )
        return ChatTurn(
            asked=self.shown(who, conversation, turn.asked),
            answer=self.shown_answer(who, conversation, turn.answer, turn.sources),
            asked_at=turn.asked_at,
            sources=turn.sources,
            steps=turn.steps,
            proposed=proposed,
        )

    def _title(self, who: Principal, conversation: ConversationId, turns: Sequence[SealedTurn]) -> str:
        if not turns:
            return ""
        text = self.vault.unseal(conversation, turns[0].sealed, _place(turns[0].asked_at))
        if text is None:  # its time was over just now
            return ""
        asked = self.shown(who, conversation, KeptTurn.model_validate_json(text).asked)
        return asked if len(asked) <= _TITLE else f"{asked[: _TITLE - 3]}..."


def require_person(who: Principal) -> None:
    """Raise AccessDenied unless a person asks, as themselves."""
    if who.kind is not PrincipalKind.PERSON or who.acting_as is not None:
        raise AccessDenied("Only a person, acting as themselves, has conversations.", field="principal", fix="Sign in.")


def _place(asked_at: datetime) -> str:
    return asked_at.isoformat()
