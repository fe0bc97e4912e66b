"""Words what a tool found, by the intent's template; a field that is not there is said to be unknown, never guessed."""

import json
from collections.abc import Mapping
from string import Template

from privacy.models.offline.intents import Answer, Intents

MOST_ROWS = 50
_LONGEST = 500
UNKNOWN = "unknown"


class _Fields(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return UNKNOWN


def fill(template: str, fields: Mapping[str, object]) -> str:
    """Return a template with its fields filled in."""
    return Template(template).substitute(_Fields({key: _plain(value) for key, value in fields.items()}))


def word_result(content: str, arguments: Mapping[str, object], answer: Answer, words: Intents) -> str:
    """Word one tool's result: the opening, a line per row as far as they fit, or what is said where there is none."""
    result = read_result(content)
    fields = {**arguments, **{key: value for key, value in result.items() if not isinstance(value, list | dict)}}
    if not answer.rows:
        return fill(answer.opening, fields)
    found = result.get(answer.rows)
    rows = found if isinstance(found, list) else []
    if not rows:
        return fill(answer.empty or answer.opening, {**fields, "count": 0})
    lines = [fill(answer.opening, {**fields, "count": len(rows)})]
    lines += [fill(answer.row, {**fields, **_row(row)}) for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        lines.append(fill(words.more, {"more": len(rows) - MOST_ROWS}))
    return "\n".join(lines)


def word_unknown(tool: str, content: str, words: Intents) -> str:
    """Word the result of a tool that no intent knows, as it stands and cut short."""
    return fill(words.unknown_tool, {"tool": tool, "text": content[:_LONGEST]})


def read_result(content: str) -> Mapping[str, object]:
    """Return a result as fields: a JSON object as it is, any other text under ``text``."""
    try:
        value = json.loads(content)
    except ValueError:
        return {"text": content}
    return value if isinstance(value, dict) else {"text": content}


def _row(row: object) -> Mapping[str, object]:
    return row if isinstance(row, Mapping) else {"text": row}


def _plain(value: object) -> str:
    return UNKNOWN if value is None or value == "" else str(value)
