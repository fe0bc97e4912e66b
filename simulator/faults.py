"""Faults on request: a plan says what goes wrong where and how often, and the same seed gives the same misfortune."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import NamedTuple, TypeAlias

RuleWords: TypeAlias = Mapping[str, str | int | float | None]


class FaultKind(StrEnum):
    """What can go wrong. The first eight happen to any face, the rest are played by the face they belong to."""

    THROTTLE = "throttle"
    HTTP_5XX = "http_5xx"
    TIMEOUT = "timeout"
    SLOW = "slow"
    TRUNCATED_PAGE = "truncated_page"
    CUT_BODY = "cut_body"
    DROPPED_BEFORE = "dropped_connection_before"
    DROPPED_AFTER = "dropped_connection_after"
    SILENT_NO_OP_WRITE = "silent_no_op_write"
    EXPIRE_TOKEN = "expire_token"  # noqa: S105  the name of a fault
    DUPLICATE_EVENT = "duplicate_event"
    REORDER_EVENTS = "reorder_events"
    LOST_EVENT = "lost_event"
    ERRORS_IN_200 = "errors_in_200"
    RECORD_LOCK = "record_lock"
    PARTIAL_PERSON = "partial_person"
    WRONG_TOTAL = "wrong_total"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One kind of misfortune.

    `face` and `method` are exact or `*`; `path` is a regular expression searched in the unescaped path. Of the
    requests that match, the first `after` are spared, then each is hit with `probability` until `count` were hit
    (None: without end). `seconds` is how long a fault hangs, `status` what `http_5xx` answers.
    """

    kind: FaultKind
    face: str = "*"
    method: str = "*"
    path: str = ""
    probability: float = 1.0
    count: int | None = None
    after: int = 0
    seconds: float = 0.0
    seed: int = 0
    status: int = 503

    @classmethod
    def from_words(cls, words: RuleWords) -> FaultRule:
        """Return the rule a JSON object describes; raises ValueError for unknown names, kinds or patterns."""
        unknown = set(words) - {each.name for each in fields(cls)}
        if unknown or "kind" not in words:
            raise ValueError(f"A fault rule needs `kind` and knows no {', '.join(sorted(unknown)) or 'other gap'}.")
        re.compile(str(words.get("path", "")))
        given = {name: value for name, value in words.items() if name != "kind"}
        return cls(kind=FaultKind(str(words["kind"])), **given)  # type: ignore[arg-type]

    def to_words(self) -> RuleWords:
        """Return the rule as a JSON object."""
        return asdict(self)


class Misfortune(NamedTuple):
    """One fault that was played."""

    face: str
    method: str
    path: str
    kind: FaultKind


class _ArmedRule:
    """A rule with its own dice and counters."""

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.path = re.compile(rule.path)
        self.dice = random.Random(f"{rule.seed} {rule.kind} {rule.path}")
        self.seen = 0
        self.hits = 0

    def strikes(self, face: str, method: str, path: str) -> bool:
        """Tell whether this request is hit, and count it."""
        rule = self.rule
        if rule.face not in ("*", face) or rule.method not in ("*", method) or not self.path.search(path):
            return False
        self.seen += 1
        spent = rule.count is not None and self.hits >= rule.count
        if self.seen <= rule.after or spent or self.dice.random() >= rule.probability:
            return False
        self.hits += 1
        return True


class FaultPlan:
    """The rules in force for all faces of a campus; safe to change while they serve."""

    def __init__(self, rules: Iterable[FaultRule] = ()) -> None:
        """Arm the given rules."""
        self._lock = threading.Lock()
        self._armed: list[_ArmedRule] = []
        self.played: list[Misfortune] = []
        self.replace(rules)

    def replace(self, rules: Iterable[FaultRule]) -> None:
        """Put other rules in force, counters starting anew."""
        armed = [_ArmedRule(rule) for rule in rules]
        with self._lock:
            self._armed = armed

    def add(self, rule: FaultRule) -> None:
        """Put one more rule in force."""
        with self._lock:
            self._armed.append(_ArmedRule(rule))

    def clear(self) -> None:
        """Let everything work again."""
        self.replace(())

    @property
    def rules(self) -> list[FaultRule]:
        """Return the rules in force."""
        with self._lock:
            return [armed.rule for armed in self._armed]

    def draw(
        self, face: str, method: str, path: str, kinds: Iterable[FaultKind] | None = None
    ) -> dict[FaultKind, FaultRule]:
        """Return the faults that hit one request (or event), at most one per kind; `kinds` limits which are drawn."""
        wanted = frozenset(kinds) if kinds is not None else None
        hit: dict[FaultKind, FaultRule] = {}
        with self._lock:
            for armed in self._armed:
                kind = armed.rule.kind
                if (wanted is None or kind in wanted) and kind not in hit and armed.strikes(face, method, path):
                    hit[kind] = armed.rule
                    self.played.append(Misfortune(face, method, path, kind))
        return hit
