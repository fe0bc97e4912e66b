"""One thing the doctor looked at, and the rule that a broken part never keeps the others from being looked at."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from domain.errors import ProvostError
from domain.findings import Finding, Severity
from domain.records import Record


class Mark(StrEnum):
    """How a part stands: in order, worth knowing, or to be fixed before it works."""

    OK = "ok"
    NOTE = "note"
    FIX = "fix"


class Check(Record):
    """One thing looked at: the part, how it stands, what was seen, and the next step where there is one."""

    part: str
    mark: Mark
    seen: str
    fix: str = ""


Look = Callable[[], Iterable[Check]]
_MARKS = {Severity.INFO: Mark.OK, Severity.WARNING: Mark.NOTE, Severity.STOP: Mark.FIX}


def look(part: str, at: Look) -> tuple[Check, ...]:
    """Return what looking gives; a failure becomes a check of its own, and nothing is raised."""
    try:
        return tuple(at())
    except ProvostError as failure:
        return (failed(part, failure),)
    except Exception as failure:  # noqa: BLE001 whatever is broken, the other parts are still looked at
        seen = f"It could not be looked at ({type(failure).__name__})."
        return (Check(part=part, mark=Mark.FIX, seen=seen, fix="Check it by hand; report it if all seems well."),)


def ok(part: str, seen: str) -> Check:
    """Return a part in order."""
    return Check(part=part, mark=Mark.OK, seen=seen)


def note(part: str, seen: str, fix: str = "") -> Check:
    """Return a part that works and of which an operator should know something."""
    return Check(part=part, mark=Mark.NOTE, seen=seen, fix=fix)


def broken(part: str, seen: str, fix: str) -> Check:
    """Return a part that does not work."""
    return Check(part=part, mark=Mark.FIX, seen=seen, fix=fix)


def failed(part: str, failure: ProvostError) -> Check:
    """Return a part that raised, with its code and next step."""
    where = f" ({failure.field})" if failure.field else ""
    return broken(part, f"{failure.code}: {failure.message}{where}", failure.fix)


def from_finding(finding: Finding, part: str = "") -> Check:
    """Return a finding of a connector or of the store as a check."""
    mark = _MARKS[finding.severity]
    seen = f"{finding.code}: {finding.message}" if mark is Mark.FIX and finding.code else finding.message
    return Check(part=part or finding.subject, mark=mark, seen=seen, fix=finding.fix)
