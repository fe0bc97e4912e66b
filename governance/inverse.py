"""The way back from one change: its inverse, made from the before-image, or the reason why there is none (R71).

An inverse is a change like any other. Its own before-image is what is observed now, so that it is refused where the
record moved since.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from domain.changes import (
    Change,
    ChangeRole,
    CreateTicket,
    CrossList,
    Deactivate,
    Enrol,
    HoldGrade,
    MoveSection,
    OpenCase,
    RelinkSection,
    Restore,
    SetRiskScore,
    Tier,
    UpdateDates,
)
from domain.ids import RuleId, SisCourseId
from domain.images import Image
from domain.lms import LmsState
from domain.records import Record

UNDO_RULE = RuleId("R71")
ENDED = {LmsState.INACTIVE, LmsState.COMPLETED, LmsState.DELETED}
"""States a row can be given back to by ending it; an invitation cannot be given back."""

NO_WAY_BACK: dict[str, str] = {
    "create_person": "An account is never deleted; suspend it by hand if it should not stay.",
    "update_person_field": "The earlier value is not kept, since it names a person; the SIS decides it.",
    "change_sis_id": "The earlier id is not kept; change it back in the LMS if the SIS was wrong.",
    "create_course": "A course is never deleted; conclude or hide it by hand if nobody uses it.",
    "create_section": "A section is never deleted; remove it by hand if it is empty.",
    "archive_course": "Open the course again by hand; who saw it concluded cannot be undone.",
    "post_grade": "A grade on record is changed only by a change of grade.",
    "send_message": "A message that was sent stays sent.",
}
"""Why changes of these kinds are not undone, and what a person can do instead."""


class NotUndone(Record):
    """A change that rollback leaves as it is, with the reason and the next step for a person."""

    natural_key: str
    kind: str
    reason: str


def find_inverse(change: Change, topic: str) -> Change | str:
    """Return the change that undoes ``change``, or the reason why nothing does.

    The inverse is proposed (tier P) and names R71. Its before-image is what ``change`` was to bring about; the planner
    of a rollback replaces it by what is observed.
    """
    make = INVERSES.get(change.kind)
    if make is None:
        return NO_WAY_BACK.get(change.kind, "No way back is known for this kind of change.")
    inverse = make(change)
    if isinstance(inverse, str):
        return inverse
    common = {"rule": UNDO_RULE, "tier": Tier.PROPOSE, "topic": topic, "confidence_basis": "image from before"}
    return inverse.model_copy(update=common)


def _state_of(image: Image, field: str = "state") -> LmsState:
    return LmsState(image.fields.get(field, LmsState.UNKNOWN)) if image.exists else LmsState.ABSENT


def _row(change: Enrol | Deactivate | Restore) -> Change | str:
    """Give an enrolment row its earlier state: active again, ended again, or deleted where there was none."""
    same = change.model_dump(exclude={"kind", "to", "before", "after"})
    state = _state_of(change.before)
    if state is LmsState.ABSENT:
        return Deactivate(**same, before=change.after, after=Image.absent(), to=LmsState.DELETED)
    after = Image(fields={"state": state.value, "role": change.role.value})
    if state is LmsState.ACTIVE:
        return Restore(**same, before=change.after, after=after)
    if state in ENDED:
        return Deactivate(**same, before=change.after, after=after, to=state)
    return f"The row was {state}, and that cannot be given back."


def _moves_back(before: Image) -> str:
    """Say why a role or section change cannot be turned around, in one sentence; empty where it can."""
    if _state_of(before) not in {LmsState.ABSENT, LmsState.DELETED}:
        return "There was an earlier row in both places, and only one of them can be given back."
    if before.fields.get("from_state") != LmsState.ACTIVE:
        return "The earlier row was not active, and that cannot be given back together with the change."
    return ""


def _role(change: ChangeRole) -> Change | str:
    """Give the person the earlier role in place of the new one."""
    same = change.model_dump(exclude={"kind", "role", "from_role", "before", "after"})
    after = Image(fields={**change.after.fields, "role": change.from_role.value})
    turned = {"role": change.from_role, "from_role": change.role, "before": change.after, "after": after}
    return _moves_back(change.before) or ChangeRole(**same, **turned)


def _section(change: MoveSection) -> Change | str:
    """Move the student back to the earlier section."""
    same = change.model_dump(exclude={"kind", "section", "from_section", "before", "after"})
    turned = {"section": change.from_section, "from_section": change.section}
    return _moves_back(change.before) or MoveSection(**same, **turned, before=change.after, after=change.after)


def _cross_list(change: CrossList) -> Change | str:
    """Put the section back where it was taught."""
    course = change.before.fields.get("course", "")
    if not course:
        return "Where the section was taught before is not known."
    turned = {"course": SisCourseId(course), "undo": not change.undo, "before": change.after}
    return change.model_copy(update={**turned, "after": Image(fields={"course": course})})


def _relink(change: RelinkSection) -> Change:
    """Give the section the id it had."""
    turned = {"section": change.from_section, "from_section": change.section}
    return change.model_copy(update={**turned, "before": change.after, "after": change.before})


def _dates(change: UpdateDates) -> Change | str:
    """Set the dates that were there before."""
    if not change.before.exists:
        return "There were no dates before."
    dates = {name: _moment(change.before.fields.get(name, "")) for name in ("start_at", "end_at")}
    return change.model_copy(update={**dates, "before": change.after, "after": change.before})


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _withdrawn(change: OpenCase | CreateTicket | HoldGrade) -> Change:
    """Withdraw what was opened at our own desk."""
    return change.model_copy(update={"before": change.after, "after": Image.absent()})


def _score(change: SetRiskScore) -> Change:
    """Show the earlier score, or none."""
    earlier = {"score": Decimal(change.before.fields["score"])} if change.before.exists else {}
    return change.model_copy(update={**earlier, "before": change.after, "after": change.before})


INVERSES: dict[str, Callable[..., Change | str]] = {
    "enrol": _row,
    "deactivate": _row,
    "restore": _row,
    "change_role": _role,
    "move_section": _section,
    "cross_list": _cross_list,
    "relink_section": _relink,
    "update_dates": _dates,
    "open_case": _withdrawn,
    "create_ticket": _withdrawn,
    "hold_grade": _withdrawn,
    "set_risk_score": _score,
}
"""How to turn each kind of change around; every other kind stands in ``NO_WAY_BACK``."""
