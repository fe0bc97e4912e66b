"""From finds to hits: overlapping finds become one that covers them all; neighbours stay apart; nothing is dropped."""

from collections.abc import Iterable, Iterator

from privacy.detect.found import Found, Step
from privacy.directory.index import Directory
from privacy.vocabulary import LABEL_OF_KIND, Hit, Label

MOST_PEOPLE = 16
"""A hit names at most this many people; more than one is ambiguous in any case."""

RECOGNIZER_OF_STEP = {
    Step.PATTERN: "patterns",
    Step.IDENTIFIER: "directory identifiers",
    Step.PAIR: "directory names",
    Step.INITIALS: "directory names",
    Step.TYPO: "directory names",
    Step.SCOPED: "names in scope",
    Step.CUE: "cues",
    Step.SINGLE: "single names",
    Step.ENCODED: "encoded text",
}


def merge_found(found: Iterable[Found], directory: Directory) -> tuple[Hit, ...]:
    """Return disjoint hits in order of their place."""
    return tuple(_as_hit(group, directory) for group in _overlapping(found))


def _overlapping(found: Iterable[Found]) -> Iterator[list[Found]]:
    group: list[Found] = []
    end = -1
    for entry in sorted(found):
        if group and entry.start >= end:
            yield group
            group = []
        end = max(end, entry.end) if group else entry.end
        group.append(entry)
    if group:
        yield group


def _as_hit(group: list[Found], directory: Directory) -> Hit:
    start, end = group[0].start, max(entry.end for entry in group)
    lead = _lead(group)
    refs = _people(group)
    people = tuple(dict.fromkeys(directory.handle(ref) for ref in refs[:MOST_PEOPLE]))
    label = lead.label
    if len(refs) > 1:
        label = Label.AMBIGUOUS
    elif refs:
        label = LABEL_OF_KIND[directory.kind(refs[0])]
    score = max(entry.score for entry in group)
    return Hit(start, end, label, lead.facet, people, RECOGNIZER_OF_STEP[lead.step], score, lead.reason)


def _lead(group: list[Found]) -> Found:
    """The find that says what the text is; an identifier of the directory knows better than a pattern it covers."""
    lead = min(group, key=lambda entry: (entry.step, entry.start - entry.end))
    knowing = [
        entry
        for entry in group
        if entry.step is Step.IDENTIFIER and entry.start <= lead.start and entry.end >= lead.end
    ]
    return knowing[0] if knowing else lead


def _people(group: list[Found]) -> tuple[int, ...]:
    """The people that all linked finds agree on; those of the most certain find where they do not agree."""
    linked = sorted((entry for entry in group if entry.refs), key=lambda entry: (entry.step, entry.start - entry.end))
    if not linked:
        return ()
    common = linked[0].refs
    for entry in linked[1:]:
        common = tuple(ref for ref in common if ref in entry.refs) or common
    return common
