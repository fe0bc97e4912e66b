"""Drafts of messages to students: from the student's own evidence, by a versioned template; a person sends them.

A draft names a piece of work and a day still to come, or there is none: general reminders do not help (R132, S140,
S235). What is said of work comes from the template alone; a model may word the opening and the closing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from agents.early_alert.signalled import WorkItem
from agents.wording import read_template
from domain.alerting import Intervention, IssueType
from domain.records import Record
from domain.rules.alert_policy import is_time_bound
from domain.rules.messages import is_plain

TEMPLATE = "outreach_v1"
_LONGEST = 300


class MessageText(Record):
    """The fixed sentences of one message."""

    subject: str
    opening: str
    closing: str


class Template(Record):
    """The sentences of one version."""

    version: str
    tags: Mapping[IssueType, str]
    outreach: Mapping[Intervention, str]
    messages: Mapping[Intervention, MessageText]
    lines: Mapping[str, str]
    faculty: Mapping[str, str]
    kinds: Mapping[str, str]


class Draft(Record):
    """One message before anybody sent it; ``wording`` names the template, and says where a model worded parts."""

    subject: str
    body: str
    wording: str


Wording = Callable[[str], tuple[str, str] | None]
"""Given facts in fixed words, returns an opening and a closing, or None."""


def read_sentences() -> Template:
    """Return the sentences of the version in use."""
    return read_template("agents.early_alert", TEMPLATE, Template)


def draft_message(
    intervention: Intervention,
    course: str,
    work: Sequence[WorkItem],
    *,
    titles: Mapping[int, str],
    today: date,
    word: Wording | None = None,
) -> Draft | None:
    """Return the draft to the student; None where nothing is due on a day still to come (R132)."""
    template = read_sentences()
    coming = [item for item in work if not item.missed]
    if not coming or not is_time_bound(_title(coming[0], titles), coming[0].due_on, today):
        return None
    fixed = template.messages[intervention]
    worded = word(facts_of(course, work)) if word is not None else None
    said = worded if worded is not None and is_fit(worded) else None
    opening, closing = said or (fixed.opening.format(course=course), fixed.closing)
    shown = work if intervention is Intervention.MISSED_WORK_FOLLOW_UP else coming
    lines = [_line(item, titles, template) for item in shown]
    return Draft(
        subject=fixed.subject.format(course=course),
        body="\n".join([opening, "", *lines, template.lines["place"], "", closing]),
        wording=template.version if said is None else f"{template.version} with a model's opening and closing",
    )


def facts_of(course: str, work: Sequence[WorkItem]) -> str:
    """Return what a model is told: kinds of work and whether they are overdue, in fixed words."""
    kinds = read_sentences().kinds
    said = [
        f"{kinds.get(item.kind, kinds['unknown'])} {'is overdue' if item.missed else 'is due soon'}" for item in work
    ]
    return f"The course is {course}. " + "; ".join(said) + "."


def is_fit(worded: tuple[str, str]) -> bool:
    """Tell whether a model's sentences keep to what they may say: no figures, no judgement, nobody else (R130)."""
    return all(0 < len(part) <= _LONGEST and is_plain(part) for part in worded)


def _line(item: WorkItem, titles: Mapping[int, str], template: Template) -> str:
    said = template.lines["missed" if item.missed else "coming"]
    return said.format(title=_title(item, titles), day=item.due_on.isoformat())


def _title(item: WorkItem, titles: Mapping[int, str]) -> str:
    kinds = read_sentences().kinds
    return titles.get(item.lms_id) or kinds.get(item.kind, kinds["unknown"])
