"""A new course is checked against Canvas's own rules before anything leaves (S193); the refusal lists every field."""

from domain.changes import CreateCourse
from domain.errors import InvalidRecord

_LONGEST = 255
_ACCOUNT_PREFIX = "sis_account_id:"
_ROOT = frozenset({"", "self", "default"})


def sis_account_id(account: str) -> str:
    """Return the account column of an import: empty for the root, else the sub-account's SIS id without its prefix."""
    return "" if account in _ROOT else account.removeprefix(_ACCOUNT_PREFIX)


def find_faults(change: CreateCourse) -> dict[str, str]:
    """Return what is wrong with a new course, by field: what must be there, lengths, dates in order, ids unique."""
    texts = {"sis_course_id": change.course, "name": change.name, "course_code": change.course_code}
    faults = {field: "must not be empty" for field, text in texts.items() if not text.strip()}
    faults |= {field: f"exceeds {_LONGEST} characters" for field, text in texts.items() if len(text) > _LONGEST}
    if not change.term:
        faults["term_id"] = "must not be empty"
    if change.start_at and change.end_at and change.end_at <= change.start_at:
        faults["end_at"] = "must lie after start_at"
    if change.integration_id and change.term not in change.integration_id:
        faults["integration_id"] = "must name the term, because a CRN comes again every term (E11)"
    if sis_account_id(change.account).isdigit():
        faults["account_id"] = "must be the sub-account's SIS id, not its Canvas id"
    return faults


def require_sound(change: CreateCourse) -> None:
    """Raise InvalidRecord with all faults of a new course; nothing of it was sent (E9, S193)."""
    faults = find_faults(change)
    if faults:
        listed = "; ".join(f"{field} {fault}" for field, fault in faults.items())
        fix = "Correct the section or the department's template; the course is proposed again."
        raise InvalidRecord(f"The course cannot be made: {listed}.", field=next(iter(faults)), fix=fix)
