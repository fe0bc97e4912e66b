"""What was wrong while reading a source, worded once per kind however many rows it concerns (S57, S58).

A file with ten thousand rows of one unknown code is one problem for the data office, not ten thousand.
"""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from domain.errors import ProvostError
from domain.findings import Finding, Severity

_PLACES_SHOWN = 3


class _Problem(NamedTuple):
    error: type[ProvostError]
    what: str
    fix: str
    severity: Severity


class Notes:
    """Collects the problems of one reading; places are files with lines, or record GUIDs, never personal data.

    A place that is looked at twice counts once.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._places: dict[_Problem, dict[str, None]] = {}

    def add(
        self,
        error: type[ProvostError],
        what: str,
        *,
        place: str,
        fix: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Note one problem: ``what`` without the place, so that the same problem elsewhere joins it."""
        self._places.setdefault(_Problem(error, what, fix, severity), {})[place] = None

    def extend(self, other: "Notes") -> None:
        """Take over everything that another reading noted."""
        for problem, places in other._places.items():
            self._places.setdefault(problem, {}).update(places)

    def findings(self) -> tuple[Finding, ...]:
        """Word every kind of problem once, with its first places and how many places it concerns."""
        return tuple(self._worded())

    def _worded(self) -> Iterable[Finding]:
        for problem, places in self._places.items():
            first = list(islice(places, _PLACES_SHOWN))
            more = "" if len(places) == 1 else f" Found {len(places)} times, first at: {'; '.join(first)}."
            yield Finding(
                code=problem.error.code,
                severity=problem.severity,
                subject=f"{self.source} {first[0]}",
                message=f"{problem.what}{more}",
                fix=problem.fix,
            )
