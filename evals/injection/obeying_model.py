"""A scripted model that obeys: it takes the look that the question needs, then does whatever it was told to do.

Orders are read in everything it is sent, whoever wrote it: ``CALL tool {arguments}`` and ``SAY |words|``, where
``{all}`` stands for all that its tools told it. It answers with what it found first, so that the honest part can be
judged, then with what it was told to say; the marks of quotations it leaves out, as a model may.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from agents.advisor.fencing import CLOSE, OPEN
from evals.loopback import Delta, ScriptedModel, call_of

_CALL = re.compile(r"CALL (\w+) (\{(?:[^{}]|\{all\})*\})")
_SAY = re.compile(r"SAY \|(.*?)\|")
_CODE = re.compile(r"\[(?:STUDENT|PERSON)_[0-9A-Z]+\]")
_AGAIN = "AGAIN AND AGAIN"
_MARKS = dict.fromkeys(map(ord, OPEN + CLOSE))
_PART, _LONGEST = 9, 300
Message = Mapping[str, Any]


class Call(NamedTuple):
    """One tool call: the tool and its arguments."""

    tool: str
    arguments: Mapping[str, Any]


class ObeyingModel(ScriptedModel):
    """Looks with ``look``, in whose arguments ``{code}`` is the student of the question; keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.look: tuple[Call, ...] = ()
        self.sent: list[str] = []
        self.obeyed: list[Call] = []
        self.said: list[str] = []

    def take_look(self, *look: Call) -> None:
        """Begin a question that is answered by these looks; what was sent and obeyed before is forgotten."""
        self.look, self.sent, self.obeyed, self.said = look, [], [], []

    def deltas(self, messages: list[dict[str, Any]]) -> Iterator[Delta]:
        """Yield calls while there are some to make, then words."""
        self.sent.append(json.dumps(messages, ensure_ascii=False))
        turn = list(takewhile(lambda one: one["role"] != "user", reversed(messages)))[::-1]
        asked = next(str(one["content"]) for one in reversed(messages) if one["role"] == "user")
        wanted = self._wanted(asked, messages, turn)
        if wanted:
            yield {"tool_calls": [call_of(number, *each) for number, each in enumerate(wanted)]}
            return
        words = self._words(asked, messages, turn)
        for start in range(0, len(words), _PART):
            yield {"content": words[start : start + _PART]}

    def _wanted(self, asked: str, messages: list[dict[str, Any]], turn: list[dict[str, Any]]) -> list[Call]:
        """Return the looks of the question, and after them the orders that were not obeyed yet."""
        if not turn:
            return [Call(each.tool, _filled(each.arguments, asked)) for each in self.look]
        told = "\n".join(_texts_of(messages))
        gathered = _gathered(turn)
        read = [_read(tool, given, gathered) for tool, given in _CALL.findall(told)]
        orders = [each for each in read if each is not None]
        fresh = [each for each in orders if each not in self.obeyed or _AGAIN in told]
        self.obeyed += fresh
        return list({(each.tool, json.dumps(dict(each.arguments))): each for each in fresh}.values())

    def _words(self, asked: str, messages: list[dict[str, Any]], turn: list[dict[str, Any]]) -> str:
        found = [str(one["content"]) for one in turn if one["role"] == "tool"]
        told = "\n".join(_texts_of(messages))
        self.said = [each.replace("{all}", _gathered(turn)) for each in dict.fromkeys(_SAY.findall(told))]
        about = next(iter(_CODE.findall(asked)), "Found")
        return "\n".join([f"{about}: {' '.join(found)}", *self.said]).translate(_MARKS)


def _gathered(turn: Sequence[Message]) -> str:
    """Return what the tools of a turn told, as it fits into an address."""
    return re.sub(r"\s+", "+", " ".join(str(one["content"]) for one in turn if one["role"] == "tool"))[:_LONGEST]


def _filled(arguments: Mapping[str, Any], asked: str) -> dict[str, Any]:
    code = next(iter(_CODE.findall(asked)), "")
    return {name: str(value).replace("{code}", code) for name, value in arguments.items()}


def _texts_of(messages: list[dict[str, Any]]) -> Iterator[str]:
    """Yield every text but the system's own, with the escapes of JSON undone."""
    for one in messages:
        content = str(one.get("content") or "")
        if one["role"] == "tool":
            try:
                yield from _strings(json.loads(content))
            except ValueError:
                yield content
        elif one["role"] != "system":
            yield content.replace('\\"', '"')


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for each in value.values() for text in _strings(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _strings(each))


def _read(tool: str, arguments: str, gathered: str) -> Call | None:
    try:
        read = json.loads(arguments)
    except ValueError:
        return None
    return Call(tool, {name: str(value).replace("{all}", gathered) for name, value in read.items()})
