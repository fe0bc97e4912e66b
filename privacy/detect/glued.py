"""Names written as one word: ``nguyenrobert``, ``RobertLeeNguyen``, ``rnguyen``; found by cutting the word in parts."""

from collections.abc import Iterator

from privacy.directory.index import Directory, Ref, Token
from privacy.directory.segment import LAST

SHORTEST = 4
LONGEST = 40
_SHORTEST_PART = 2
_SHORTEST_LAST = 4
_SHORTEST_FIRST = 3


def glued_people(directory: Directory, form: str, *, joined: bool = False) -> list[Ref]:
    """Return the people whose given and last name, in either order, make up this lower-case word.

    ``joined`` tells that its spelling shows a joint, as ``ViVu``; then two names of two letters are enough.
    """
    if not SHORTEST <= len(form) <= LONGEST:
        return []
    cuts = range(_SHORTEST_PART, len(form) - _SHORTEST_PART + 1)
    heads = {cut: token for cut in cuts if _exists(token := directory.token(form[:cut]))}
    tails = {cut: token for cut in cuts if _exists(token := directory.token(form[cut:]))}
    shortest = _SHORTEST_PART if joined else _SHORTEST_FIRST
    people = list(_by_parts(directory, form, heads, tails, shortest))
    return people or list(_by_initial(directory, form))


def _by_parts(
    directory: Directory, form: str, heads: dict[int, Token], tails: dict[int, Token], shortest: int
) -> Iterator[Ref]:
    """A name at each end; what is left between is nothing, an initial or a name."""
    pairs = [
        (head, tail)
        for end, head in heads.items()
        for start, tail in tails.items()
        if start >= end
        and (end >= shortest or len(form) - start >= shortest)
        and (start - end <= 1 or _exists(directory.token(form[end:start])))
    ]
    for number in range(len(directory.segments)):
        both = [(a[number], b[number]) for a, b in pairs if a[number] >= 0 and b[number] >= 0]
        for _, refs in directory.pair_refs(number, [*both, *((last, given) for given, last in both)]):
            yield from refs


def _by_initial(directory: Directory, form: str) -> Iterator[Ref]:
    """A first letter and a last name, in either order."""
    for letter, rest in ((form[0], form[1:]), (form[-1], form[:-1])):
        token = directory.token(rest) if len(rest) >= _SHORTEST_LAST else ()
        for number, last in enumerate(token):
            if last >= 0 and directory.roles(token) & LAST:
                yield from directory.initial_refs(number, last, letter)


def _exists(token: Token) -> bool:
    return max(token) >= 0
