"""Keeps calls to models on record: an entry before each, one with what came of it, hashes and never text (S224).

The entry before is a condition: where the ledger does not take it, the call is not made.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from domain.errors import ProvostError
from domain.ids import RecordHandle
from privacy.models.admission import Admission
from privacy.models.provider import Provider
from privacy.models.usage import CallKey, ModelCounters, Outcome, Usage, cost_of
from store.canonical import JSON, canonical_json
from store.ledger import Entry, Subject

CALL_KIND, RESULT_KIND, STOPPED_KIND = "model_call", "model_result", "model_stopped"
_NAME = re.compile(r"^[\w.:/@+-]{1,100}$")


class CallLedger(Protocol):
    """What the door needs of the ledger; raises LedgerUnavailable where it does not take an entry."""

    def append(
        self, kind: str, actor: str, run: str, body: Mapping[str, JSON], subjects: Sequence[Subject] = ()
    ) -> Entry:
        """Append one entry."""
        ...


class CallRecord:
    """The record of one provider's calls."""

    def __init__(
        self,
        ledger: CallLedger,
        provider: Provider,
        counters: ModelCounters,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger, self._provider, self._counters, self._clock = ledger, provider, counters, clock

    def begin(self, admission: Admission, texts: Iterable[str], **counts: int) -> "OpenCall":
        """Record a call that is about to be made, and about whom; LedgerUnavailable means that it must not be made."""
        request = digest_of(texts)
        body = self._body(admission) | {"request": request, **counts}
        crossing = admission.crossing
        subjects = [Subject(person) for person in sorted(_people(admission))]
        entry = self._ledger.append(CALL_KIND, crossing.actor, crossing.run, body, subjects)
        return OpenCall(self, admission, entry.seq, self._clock())

    def stopped(self, admission: Admission, failure: ProvostError) -> None:
        """Record that the boundary stopped a request, by the code of the failure."""
        crossing = admission.crossing
        body = self._body(admission) | {"code": failure.code}
        self._ledger.append(STOPPED_KIND, crossing.actor, crossing.run, body)
        self._count(admission, Outcome.STOPPED, Usage(), 0.0)

    def settle(
        self,
        call: "OpenCall",
        outcome: Outcome,
        usage: Usage,
        *,
        answer: str = "",
        model: str = "",
        code: str = "",
    ) -> None:
        """Record what came of a call: outcome, tokens, cost, seconds, the model's name, and the hash of its answer."""
        seconds, crossing = self._clock() - call.began, call.admission.crossing
        body: dict[str, JSON] = {
            "call": call.seq,
            "outcome": outcome.value,
            "code": code,
            "answer": answer,
            "answered_by": model if _NAME.match(model) else "",
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "counted": usage.counted,
            "cost": str(cost_of(usage, self._provider)),
            "currency": self._provider.currency,
            "milliseconds": round(seconds * 1000),
        }
        self._count(call.admission, outcome, usage, seconds)
        self._ledger.append(RESULT_KIND, crossing.actor, crossing.run, body)

    def _body(self, admission: Admission) -> dict[str, JSON]:
        crossing = admission.crossing
        return {
            "provider": self._provider.name,
            "class": self._provider.kind.value,
            "model": admission.model,
            "agent": crossing.agent,
            "purpose": crossing.purpose,
            "conversation": crossing.conversation,
            "prompt": crossing.prompt,
            "content": sorted(kind.value for kind in admission.content),
        }

    def _count(self, admission: Admission, outcome: Outcome, usage: Usage, seconds: float) -> None:
        key = CallKey(self._provider.name, admission.model, admission.crossing.purpose, outcome)
        self._counters.add(key, usage, cost_of(usage, self._provider), seconds)


class OpenCall:
    """One call that was recorded and not yet settled; ``seq`` is its ledger entry."""

    def __init__(self, record: CallRecord, admission: Admission, seq: int, began: float) -> None:
        self._record, self.admission, self.seq, self.began = record, admission, seq, began

    def answered(self, usage: Usage, answer: Iterable[str], model: str) -> None:
        """Settle a call that was answered."""
        self._record.settle(self, Outcome.ANSWERED, usage, answer=digest_of(answer), model=model)

    def failed(self, failure: ProvostError) -> None:
        """Settle a call that failed."""
        self._record.settle(self, Outcome.FAILED, Usage(), code=failure.code)

    def abandoned(self, usage: Usage) -> None:
        """Settle a call whose answer nobody read to the end."""
        self._record.settle(self, Outcome.ABANDONED, usage)


def digest_of(texts: Iterable[str]) -> str:
    """Return the SHA-256 of texts in order, in hex."""
    return hashlib.sha256(canonical_json(list(texts)).encode()).hexdigest()


def _people(admission: Admission) -> frozenset[RecordHandle]:
    return admission.people | admission.crossing.scope.spoken_of
