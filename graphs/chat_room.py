"""The room in which people talk with the advisor: what console, API and command line call.

Each turn is one run of ``graphs.advising_chat`` for one caller. Nothing leaves before it is in codes, nobody enters
another's conversation, and whatever goes wrong is told in one event with what to do about it.
"""

import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import structlog
from langgraph.checkpoint.memory import InMemorySaver

from agents.advisor.addresses import own_places
from agents.advisor.edge import AnswerEdge, Codes
from agents.advisor.prompt import CRISIS, PROMPT, read_intents, read_prompt
from domain.errors import InternalError, InvalidRecord, ProvostError
from domain.principals import Principal
from domain.rules.distress import Path, path_of
from graphs.advising.desk import Desk
from graphs.advising.sight import PURPOSE
from graphs.advising_case import AGENT
from graphs.advising_chat import Chat, advising_chat, own_texts
from graphs.chat_context import ChatContext
from graphs.chat_events import ChatEvent, ChatFailed, ChatStep, ChatSummary, ChatTurn, ChatWords
from graphs.chat_keeping import ChatKeeping, KeptTurn
from graphs.chat_people import codes_for
from graphs.chat_proposing import put_forward
from graphs.chat_scope import ScopeOfCallers
from graphs.chat_specialists import Specialists
from graphs.chat_turn import TURNS_KEPT, Turn, ended, read_quotes
from privacy.models.crossing import Crossing
from privacy.scrub.tool_edge import ToolEdge
from privacy.vocabulary import ConversationId, Scrubbed
from store.chats import Chats

if TYPE_CHECKING:
    from graphs.assembly import Provost

LONGEST_QUESTION = 4000
_OFFLINE = "the offline model"
_WAIT_SECONDS = 20.0
_log = structlog.get_logger(__name__)


class ChatRoom:
    """One installation's conversations; safe for many threads, one turn at a time per conversation."""

    def __init__(self, provost: "Provost") -> None:
        self._provost, self._boundary = provost, provost.boundary
        self._scopes = ScopeOfCallers(provost)
        self._memory = InMemorySaver()

    def ask(self, who: Principal, words: str, conversation: str = "") -> Iterator[ChatEvent]:
        """Answer a question, event by event; without a conversation a new one begins.

        Nothing is raised: the last event is ChatEnded or ChatFailed. Whoever stops listening stops the turn.
        """
        try:
            yield from self._ask(who, words, conversation)
        except ProvostError as failure:
            yield ChatFailed(code=failure.code, message=failure.message, fix=failure.fix)
        except Exception as broken:  # noqa: BLE001 whatever broke may quote the question
            _log.error("a turn of the chat broke off", error=broken)
            message, fix = "The answer broke off through a fault of this system.", "Ask again; report it if it recurs."
            yield ChatFailed(code=InternalError.code, message=message, fix=fix)

    def begin(self, who: Principal) -> str:
        """Begin a conversation and return its id; AccessDenied for a program or somebody acting as another."""
        return self._keeping.begin(who)

    def conversations(self, who: Principal) -> tuple[ChatSummary, ...]:
        """Return the person's own conversations, newest first."""
        return self._keeping.summaries(who)

    def owns(self, who: Principal, conversation: str) -> bool:
        """Tell whether there is such a conversation and it is this person's own."""
        return self._keeping.owns(who, conversation)

    def transcript(self, who: Principal, conversation: str) -> tuple[ChatTurn, ...]:
        """Return a conversation as its owner may see it now; AccessDenied for anybody else."""
        return self._keeping.transcript(who, self._keeping.require_owner(who, conversation))

    def kept(self, who: Principal, conversation: str) -> list[KeptTurn]:
        """Return a conversation as it is kept, in codes; AccessDenied for anybody but its owner."""
        return self._keeping.turns(self._keeping.require_owner(who, conversation))

    def forget(self, who: Principal, conversation: str) -> None:
        """Erase a conversation for good; AccessDenied for anybody but its owner."""
        own = self._keeping.require_owner(who, conversation)
        with self._provost.locks.holding(f"chat {own}", _WAIT_SECONDS):
            self._keeping.forget(own)

    def _ask(self, who: Principal, words: str, conversation: str) -> Iterator[ChatEvent]:
        began = time.perf_counter()
        if not words.strip() or len(words) > LONGEST_QUESTION:
            fix = f"Write a question of at most {LONGEST_QUESTION} characters."
            raise InvalidRecord("There is no question, or it is too long.", field="question", fix=fix)
        if path_of(words) is Path.CRISIS:
            yield from self._send_to_people(who, conversation, began)
            return
        own = self._keeping.require_open(who, conversation) if conversation else self._keeping.begin(who)
        with self._provost.locks.holding(f"chat {own}", _WAIT_SECONDS):
            if conversation:
                self._keeping.require_open(who, own)  # it may have been forgotten while this waited
            with self._boundary.vault.holding(own):
                yield from self._turn(who, words, own, began)

    def _send_to_people(self, who: Principal, conversation: str, began: float) -> Iterator[ChatEvent]:
        """Say where people are to be found; no model is asked, nothing is kept but that it happened (R131)."""
        own = conversation if conversation and self.owns(who, conversation) else ""
        self._provost.ledger.append("chat.crisis", who.id, own, {"shown": CRISIS})
        yield ChatWords(text=read_prompt(CRISIS))
        yield ended("no model; these words are always the same", began)

    def _turn(self, who: Principal, words: str, conversation: ConversationId, began: float) -> Iterator[ChatEvent]:
        asked_at, scope = self._provost.clock.now(), self._scopes.of(who)
        started = time.perf_counter()
        asked = self._boundary.scrubber.scrub(words, conversation, scope)
        first = _scrub_step(asked, started)
        yield first
        crossing = Crossing(
            conversation=conversation,
            scope=scope,
            actor=who.id,
            purpose=PURPOSE,
            agent=AGENT.id,
            run=conversation,
            prompt=PROMPT,
        )
        earlier = self._keeping.turns(conversation, last=TURNS_KEPT)
        read = any(read_quotes(each) for each in earlier)
        edge, consult = self._edge(who, crossing), self._specialists.consult
        context = ChatContext(who, crossing, edge, consult, asked=asked.text, quoted_before=read)
        turn = self._make(context, earlier)
        turn.steps.append(first)
        try:
            yield from turn.run()
        finally:
            self._memory.delete_thread(turn.thread)
        sources = turn.sources()
        yield sources
        kept = KeptTurn(
            asked=asked.text,
            answer=turn.saying.coded,
            asked_at=asked_at,
            model=self._label,
            sources=sources.sources,
            steps=tuple(turn.steps),
            proposed=tuple(turn.proposed),
        )
        self._keeping.keep(conversation, kept)
        yield ended(self._label, began)

    def _make(self, context: ChatContext, earlier: Sequence[KeptTurn]) -> Turn:
        conversation = context.crossing.conversation
        return Turn(
            chat=self._chat,
            context=context,
            scrubber=self._boundary.scrubber,
            asked=context.asked,
            earlier=earlier,
            put_forward=lambda within, call: put_forward(self._provost, within, call),
            shown=lambda text: self._keeping.shown_answer(context.caller, conversation, text),
            thread=conversation,
            own=self._own,
        )

    def _edge(self, who: Principal, crossing: Crossing) -> AnswerEdge:
        boundary = self._boundary
        edge = ToolEdge(boundary.scrubber, boundary.vault, self._provost.access, self._provost.identities)
        desk = Desk(self._provost, crossing.conversation)
        codes: Codes = codes_for(boundary.vault, boundary.known, crossing.conversation)
        return AnswerEdge(who, crossing.conversation, crossing.scope, desk, edge, codes)

    @cached_property
    def _keeping(self) -> ChatKeeping:
        chats = Chats(self._provost.database, clock=self._provost.clock)
        return ChatKeeping(chats, self._boundary.vault, self._boundary.scrubber, self._own)

    @cached_property
    def _own(self) -> frozenset[str]:
        return own_places([self._provost.settings.canvas.url])

    @cached_property
    def _chat(self) -> Chat:
        return advising_chat(self._provost.chat_model(read_intents(), own_texts()), self._memory)

    @cached_property
    def _specialists(self) -> Specialists:
        return Specialists(lambda own: self._provost.chat_model(read_intents(), own))

    @cached_property
    def _label(self) -> str:
        provider = self._provost.models.provider
        return f"{provider.name} {provider.model}" if provider else _OFFLINE


def _scrub_step(asked: Scrubbed, started: float) -> ChatStep:
    ms, count = round((time.perf_counter() - started) * 1000), asked.replaced
    note = f"{count} {'name' if count == 1 else 'names'} replaced by codes" if count else "nothing to replace"
    return ChatStep(what="scrub", name="question", ms=ms, note=note)
