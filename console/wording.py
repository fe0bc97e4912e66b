"""The words that pages use for values: moments, numbers, changes, people, rules; plain sentences and no codes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from domain.changes import BaseChange, Change
from domain.ids import RecordHandle
from domain.learning import ResourceKind
from domain.plans import Plan
from domain.rules.catalogue import catalogue
from graphs.desks.names import Named

_SHOWN_OF_HANDLE = 6
_DIGEST = 32
_FIELDS = {"from_state": "row left behind", "start_at": "start", "end_at": "end", "sis_id": "SIS id"}
_KINDS = {
    "enrol": "Enrol",
    "deactivate": "End access",
    "restore": "Restore",
    "change_role": "Change role",
    "move_section": "Move to another section",
    "create_person": "Create an account",
    "update_person_field": "Correct a name or address",
    "change_sis_id": "Change the SIS id",
    "create_course": "Create a course",
    "create_section": "Create a section",
    "cross_list": "Put a section under another course",
    "relink_section": "Link a section to its new SIS id",
    "update_dates": "Set dates",
    "archive_course": "Conclude a course",
    "post_grade": "Carry a grade",
    "hold_grade": "Hold a grade",
    "open_case": "Open a case",
    "create_ticket": "Open a ticket",
    "send_message": "Send a message",
    "set_risk_score": "Show a risk score",
}
_RUN_NUMBERS = (
    *("proposed", "automatic", "applied", "verified", "already", "held", "tickets", "rejected", "denied"),
    *("unverified", "refused", "conflicts", "uncertain"),
)
_SAID = {
    "S57": "Whoever keeps the systems hears of what went wrong, at most hourly",
    "S63": "Somebody registered needs an account",
    "S134": "A student with a weak start is put before an advisor before the term",
    "S140": "A message to a student is drafted and sent only by a person",
    "S165": "The risk score is shown where advisors look",
    "S172": "A need named by an advisor leads to things the class offers",
    "S193": "A class without a course in the LMS is asked for",
    "S199": "A grade goes as it was attested",
    "S213": "An alert goes to whoever the routing table names",
    "S252": "A name is written as the student system writes it",
    "S86": "A mark far from what the column lets expect is held",
    "S87": "A grade that activity does not bear out is asked about",
}
_RESOURCES = {
    ResourceKind.MODULE: "Module",
    ResourceKind.PAGE: "Page to read",
    ResourceKind.FILE: "File",
    ResourceKind.QUIZ: "Practice quiz",
    ResourceKind.ASSIGNMENT: "Assignment",
    ResourceKind.DISCUSSION: "Discussion",
    ResourceKind.GROUP: "Study group",
    ResourceKind.LINK: "Link",
}
_OWN = frozenset(BaseChange.model_fields) | {"kind", "person", "recipient", "marker", "section", "body", "subject"}


def plain(word: object) -> str:
    """Return a code as words, such as ``missed_work`` as missed work."""
    return str(word).replace("_", " ").replace(".", " ")


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def alert_of(change: Change) -> str:
    """Return the alert that a draft answers, as its topic names it; empty for anything else."""
    return next((word for word in change.topic.split() if word.startswith("alr_")), "")


def role(word: object) -> str:
    """Return a role as a reader says it."""
    return plain(word)


def word_moment(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return a moment on campus: the time alone today, else the day with it."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"today {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"


def word_day(day: date) -> str:
    """Return a day, such as 26 Oct 2026."""
    return f"{day.day} {day:%b %Y}"


def word_left(left: timedelta) -> str:
    """Return how long is left, in its two largest units."""
    minutes = int(left.total_seconds() // 60)
    if minutes < 0:
        return "expired"
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h left"
    return f"{hours} h {minutes % 60} min left" if hours else f"{minutes} min left"


def word_person(person: RecordHandle, named: Named | None, *, blurred: bool) -> dict[str, Any]:
    """Return how a page names somebody: a label, the SIS id, and whether both are hidden from the room (F97)."""
    short = f"Person {str(person).removeprefix('per_')[:_SHOWN_OF_HANDLE]}"
    if blurred or named is None:
        return {"handle": person, "label": short, "sis_id": "", "hidden": blurred}
    return {"handle": person, "label": named.name or short, "sis_id": named.sis_id, "hidden": False}


def word_typed(words: object, *, blurred: bool) -> object:
    """Return what somebody typed, which may name anybody and is therefore hidden from a room that looks on (F97)."""
    return "(words hidden)" if blurred and words else words


def resource_kind(kind: ResourceKind) -> str:
    """Return what sort of thing a class offers, as a student says it."""
    return _RESOURCES.get(kind, "Material")


def kind_words(kind: str) -> str:
    """Return what a kind of change does."""
    return _KINDS.get(kind, plain(kind).capitalize())


def action_words(action: str) -> str:
    """Return what an action of the ladder does."""
    return kind_words(action.partition(":")[2])


def topic_words(topic: str) -> str:
    """Return a topic without the id that makes it unique."""
    kept = [word for word in topic.split() if not word.startswith(("alr_", "run_", "per_"))]
    return " ".join(kept).capitalize()


def plan_title(plan: Plan) -> str:
    """Return what a plan would do, in a few words: its one sort of change, else its topic."""
    kinds = {change.kind for change in plan.changes}
    return kind_words(kinds.pop()) if len(kinds) == 1 else topic_words(plan.topic)


def plan_gist(plan: Plan) -> str:
    """Return what a plan is about beside its title: the subject of its one message, else its topic."""
    first = plan.changes[0] if len(plan.changes) == 1 else None
    return getattr(first, "subject", "") or getattr(first, "title", "") or topic_words(plan.topic)


def field_rows(change: Change) -> list[tuple[str, str, str, bool]]:
    """Return each compared field of a change: its name, before, after, and whether it differs."""
    before, after = (
        _fields(change.before.fields, exists=change.before.exists),
        _fields(change.after.fields, exists=change.after.exists),
    )
    names = [*after, *(name for name in before if name not in after)]
    if names == ["record"] and hasattr(change, "body"):
        return []
    return [
        (name, before.get(name, "as it is"), after.get(name, "as it is"), before.get(name) != after.get(name))
        for name in names
    ]


def detail_rows(change: Change) -> list[tuple[str, str]]:
    """Return what else a change says of itself, such as the letter of a grade; empty where there is nothing."""
    said = change.model_dump(mode="json", exclude=set(_OWN))
    return [(plain(name), str(value)) for name, value in said.items() if value not in (None, "", False, [], ())]


def rule_sentence(rule: str) -> str:
    """Return what a rule is about, in the words of the catalogue."""
    return _rules().get(rule) or _SAID.get(rule, "")


def share_words(share: float | None) -> str:
    """Return a share in percent, or that it is not known."""
    return "not known" if share is None else f"{share:.0%}"


def run_numbers(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what a run did by number, in the order of its stages; what is zero is left out."""
    return [(name, counts[name]) for name in _RUN_NUMBERS if counts.get(name)]


def run_found(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what a run found, most first."""
    found = [(plain(name.removeprefix("found ")), number) for name, number in counts.items() if _is_found(name)]
    return sorted((one for one in found if one[1]), key=lambda one: -one[1])


def _is_found(name: str) -> bool:
    return name.startswith("found ") or not (name in _RUN_NUMBERS or name.startswith("rows ") or " " not in name)


@cache
def _rules() -> Mapping[str, str]:
    return {rule_id: rule.title for rule_id, rule in catalogue().items()}


def _fields(fields: Mapping[str, str], *, exists: bool) -> dict[str, str]:
    there = {"record": "there" if exists else "not there"}
    told = {_FIELDS.get(name, plain(name)): _value(value) for name, value in fields.items() if name != "marker"}
    return there | told


def _value(value: str) -> str:
    if len(value) >= _DIGEST and all(letter in "0123456789abcdef" for letter in value):
        return f"sealed value {value[:6]}"
    return value.removesuffix("Enrollment") if value.endswith("Enrollment") else value
