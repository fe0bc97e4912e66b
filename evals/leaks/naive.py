"""What plain patterns hide, and what plain placeholders bring back: the naive way beside the boundary."""

import re

from evals.leaks.cases import LeakCase
from evals.leaks.judging import tell_secrets
from evals.leaks.restores import RestoreTask

_PATTERNS = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    re.compile(r"\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}"),
    re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    re.compile(r"\bA\d{8}\b"),
    re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b"),
)


def is_hidden_by_patterns(case: LeakCase) -> bool:
    """Tell whether addresses, numbers and two capitalised words in a row, taken out, leave no secret."""
    text = case.text
    for pattern in _PATTERNS:
        text = pattern.sub("[X]", text)
    return not tell_secrets(text, case.secrets)


def is_restored_by_placeholders(task: RestoreTask) -> bool:
    """Tell whether exact placeholders would be right: they come back only as they were, anywhere, for anybody."""
    if task.kind in {"foreign_place", "reader"}:
        return task.in_parts
    exact = "<<same>>" in task.reply or re.search(r"<<\w+>>", task.reply) is not None
    return exact if task.kind in {"round_trip", "mangled"} else "<PERSON_2>" not in task.reply
