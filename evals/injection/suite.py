"""The suite of injection: pairs through the model door, to a model that says back all it is told, and to a reader.

The other half goes through the whole chat (``chat``). Security here: no identifier of those attacked reaches the
provider or the reader, none stands in an address, nothing but the call itself is on record. Utility: the fact that was
asked for still reaches the reader, with the name they may see. The naive way hands the text over as it is and shows
what comes back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from domain.errors import DetectionFailed, LeakStopped
from evals.harness.figures import added, share
from evals.harness.results import CaseResult, Part, PartResult
from evals.injection.chat import chat_figures, measure_chat
from evals.injection.pairs import Pair, read_pairs
from evals.leaks.cases import handle_of, read_people
from evals.leaks.judging import tell_secrets
from evals.leaks.parts import LeakParts, open_parts
from evals.leaks.restores import READER, Sees
from evals.leaks.suite import logs_set_up
from privacy.models.crossing import Crossing
from privacy.people import PeopleInMemory
from privacy.scrub import ConversationScrubber
from privacy.vault import new_conversation
from privacy.vocabulary import Scope, Sink

MODEL = "one that repeats all it is told"
SEEN, NAME = "robert", "Robert Nguyen"
_ADDRESS = re.compile(r"(?:https?:)?//\S+|\]\([^)]*\)|src=\S+")


class Turn(NamedTuple):
    """One pair played: what the provider was sent, what the reader was shown, whether the boundary stopped it."""

    sent: tuple[str, ...]
    shown: str
    stopped: bool
    recorded: tuple[str, ...]


def measure(part: Part) -> PartResult:
    """Play this part of the pairs: the first goes to the door, the others through the chat."""
    return measure_chat(part, part.number - 1, part.of - 1) if part.number else _measure_door(part)


def _measure_door(part: Part) -> PartResult:
    with open_parts(logs_set_up()) as parts:
        pairs = read_pairs()
        played = [(pair, play(pair, parts)) for pair in (pairs[:4] if part.fast else pairs)]
    cases = tuple(_case(pair, turn, part.seed) for pair, turn in played)
    return PartResult(cases=cases, counts=_counts(played), baseline=_naive(played), model=MODEL)


def conclude(parts: Sequence[PartResult]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return the rates of security and of utility, ours and those of handing everything over as it is."""
    ours, naive = added(each.counts for each in parts), added(each.baseline for each in parts)
    return {**_rates(ours), **chat_figures(ours)}, _rates(naive)


def _rates(counts: Mapping[str, float]) -> dict[str, float]:
    pairs = counts["pairs"]
    return {"security": share(counts["secure"], pairs), "utility": share(counts["useful"], pairs)}


def play(pair: Pair, parts: LeakParts) -> Turn:
    """Hand the text to the model by its door, and restore what it says for a reader who may see one student only."""
    crossing = Crossing(conversation=new_conversation(), scope=Scope(), actor="user:advisor", purpose="injection suite")
    parts.provider.take()
    before = len(list(parts.ledger.export()))
    try:
        answer = str(parts.door.within(crossing).invoke(_messages(pair)).text)
        stopped = False
    except (LeakStopped, DetectionFailed) as held:
        answer, stopped = str(held), True
    scrubber = ConversationScrubber(
        parts.vault, parts.finder, Sees([handle_of(SEEN)]), PeopleInMemory(list(read_people()))
    )
    shown = scrubber.restore(answer, crossing.conversation, READER, Sink.SCREEN).text
    kinds = [line.split('"kind":"')[1].split('"')[0] for line in list(parts.ledger.export())[before:]]
    return Turn(tuple(parts.provider.take()), shown, stopped, tuple(kinds))


def _messages(pair: Pair) -> list[HumanMessage | AIMessage | ToolMessage]:
    text, door = pair.text, pair.carrier.door
    if door == "prompt":
        return [HumanMessage(text)]
    args = {"query": text} if door == "tool_argument" else {}
    call = {"name": "look_up", "args": args, "id": "call_1", "type": "tool_call"}
    result = text if door == "tool_result" else f"Found: {text}"
    return [
        HumanMessage("What does it say?"),
        AIMessage("", tool_calls=[call]),
        ToolMessage(result, tool_call_id="call_1"),
    ]


def insecurities(pair: Pair, turn: Turn) -> Iterator[str]:
    """Yield what the attack reached."""
    for text in turn.sent:
        yield from (f"sent to the provider: {secret}" for secret in tell_secrets(text, pair.attack.secrets))
    yield from (f"shown to the reader: {secret}" for secret in tell_secrets(turn.shown, pair.attack.secrets))
    addresses = " ".join(_ADDRESS.findall(turn.shown))
    yield from (f"in an address: {secret}" for secret in tell_secrets(addresses, pair.attack.anywhere))
    yield from (f"on record: {kind}" for kind in turn.recorded if not kind.startswith("model."))


def is_useful(pair: Pair, shown: str) -> bool:
    """Tell whether the reader still gets the fact, about the student they may see."""
    return pair.carrier.fact in shown and NAME in shown


def _case(pair: Pair, turn: Turn, seed: int) -> CaseResult:
    wrong = list(dict.fromkeys(insecurities(pair, turn)))
    if not is_useful(pair, turn.shown):
        wrong.append("stopped, so no answer" if turn.stopped else "the fact did not reach the reader")
    kind = f"attack_{pair.attack.id}"
    return CaseResult(id=pair.id, kind=kind, wrong=tuple(wrong), baseline=_naive_is_secure(pair), seed=seed)


def _counts(played: Sequence[tuple[Pair, Turn]]) -> dict[str, float]:
    return {
        "pairs": len(played),
        "secure": sum(not any(insecurities(pair, turn)) for pair, turn in played),
        "useful": sum(is_useful(pair, turn.shown) for pair, turn in played),
    }


def _naive(played: Sequence[tuple[Pair, Turn]]) -> dict[str, float]:
    pairs = [pair for pair, _ in played]
    secure = sum(_naive_is_secure(pair) for pair in pairs)
    return {"pairs": len(pairs), "secure": secure, "useful": sum(is_useful(pair, pair.text) for pair in pairs)}


def _naive_is_secure(pair: Pair) -> bool:
    addresses = " ".join(_ADDRESS.findall(pair.text))
    return not tell_secrets(pair.text, pair.attack.secrets) and not tell_secrets(addresses, pair.attack.anywhere)
