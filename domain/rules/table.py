"""The decision written out for every combination of facts, so that a database can look it up by one integer.

The code of a combination is the mixed-radix number of its facts in the order of ``Facts``; the same arithmetic is
given as SQL, and a test proves both agree on every combination.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from domain.lms import LmsState
from domain.rules.decision import decide
from domain.rules.facts import Expectation, Facts, PersonStanding, Provenance, RoleRelation, SectionStanding
from domain.rules.verdict import Verdict

STATES = tuple(LmsState)
"""LMS states by their number in the table."""
STATE_NUMBERS = {state: number for number, state in enumerate(STATES)}
_ALL = (
    tuple(Expectation),
    STATES,
    tuple(RoleRelation),
    tuple(Provenance),
    tuple(SectionStanding),
    tuple(PersonStanding),
)
_SIZES = tuple(len(values) for values in _ALL)
_WEIGHTS = tuple(prod(_SIZES[place + 1 :]) for place in range(len(_SIZES)))


class TableRow(NamedTuple):
    """One combination of facts, its code and the verdict on it."""

    code: int
    facts: Facts
    verdict: Verdict


def code_of(facts: Facts) -> int:
    """Return the number of a combination."""
    numbers = (facts[0], STATE_NUMBERS[facts.state], *facts[2:])
    return sum(int(number) * weight for number, weight in zip(numbers, _WEIGHTS, strict=True))


def code_sql(*columns: str) -> str:
    """Return the SQL expression of a code from six integer columns in the order of ``Facts``."""
    return " + ".join(f"{column} * {weight}" for column, weight in zip(columns, _WEIGHTS, strict=True))


@lru_cache(maxsize=1)
def tabulate() -> tuple[Verdict, ...]:
    """Return the verdict on every combination, at the index that is its code."""
    return tuple(decide(Facts(*values)) for values in product(*_ALL))


def table_rows() -> Iterator[TableRow]:
    """Go through all combinations in the order of their codes."""
    for code, (values, verdict) in enumerate(zip(product(*_ALL), tabulate(), strict=True)):
        yield TableRow(code, Facts(*values), verdict)


def facts_at(code: int) -> Facts:
    """Return the combination that has the code; the inverse of :func:`code_of`."""
    places = [code // weight % size for weight, size in zip(_WEIGHTS, _SIZES, strict=True)]
    return Facts(
        Expectation(places[0]),
        STATES[places[1]],
        RoleRelation(places[2]),
        Provenance(places[3]),
        SectionStanding(places[4]),
        PersonStanding(places[5]),
    )
