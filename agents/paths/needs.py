"""Which needs a student has in a class, each with the record it rests on and the modules that answer it (S91, S92)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from agents.paths.known import Known
from agents.paths.recommended import Need
from domain.ids import RuleId
from domain.learning import Assignment, PastCourse, Resource, ResourceKind

LOW_PERCENT, GOOD_PERCENT = Decimal(70), Decimal(85)
QUIET_DAYS = 7
_HUNDRED = Decimal(100)


class Found(NamedTuple):
    """One need: its rule, what it rests on, how it is worded for the student and for staff, and where to look.

    ``module`` is the module that answers it, empty for the first of the class.
    """

    need: Need
    rule: RuleId
    evidence: str
    to_student: str
    to_staff: str
    module: str = ""


def find_needs(known: Known) -> Iterator[Found]:
    """Yield the needs, most pressing first."""
    yield from _missed(known)
    yield from _low_marks(known)
    yield from _past(known)
    yield from _quiet(known)
    yield from _coming(known)
    yield from _major(known)


def _missed(known: Known) -> Iterator[Found]:
    for work in known.assignments:
        given = (known.submissions or {}).get(work.id)
        over = work.due_at is not None and work.due_at < known.now
        if known.submissions is None or not work.published or not over:
            continue
        if given is None or (given.submitted_at is None and not given.excused and given.score is None):
            yield Found(
                Need.MISSED_WORK,
                RuleId("S92"),
                f"assignment {work.id}",
                f'"{work.name}" was due and is not handed in yet; this belongs to it.',
                f"{work.name} was due and is not handed in.",
                _module_of(work, known),
            )


def _low_marks(known: Known) -> Iterator[Found]:
    for work in known.assignments:
        given = (known.submissions or {}).get(work.id)
        percent = _percent(work, given.score if given and given.posted_at else None)
        if percent is not None and percent < LOW_PERCENT and work.counts:
            yield Found(
                Need.LOW_MARK,
                RuleId("S92"),
                f"assignment {work.id}",
                f'"{work.name}" asked for this; going over it again helps with what builds on it.',
                f"{work.name} was marked {percent:.0f} percent, below {LOW_PERCENT}.",
                _module_of(work, known),
            )


def _percent(work: Assignment, score: Decimal | None) -> Decimal | None:
    """Return a mark in percent; None where none was given, which is not zero (R89)."""
    return score * _HUNDRED / work.points if score is not None and work.points else None


def _past(known: Known) -> Iterator[Found]:
    """Yield what earlier courses tell: this one tried before, or another of its subject not passed (S91)."""
    for line in known.past or ():
        name = line.course.replace(" ", "")
        same, subject = name == known.course, name.startswith(known.section.subject)
        if not subject or not _was_not_passed(line):
            continue
        said = f"{line.course} in {line.term}"
        if same:
            why = f"You took {said} before; start here to see what stayed with you."
            yield Found(Need.REPEATED_COURSE, RuleId("S91"), said, why, f"Took {said} before, letter {line.letter}.")
        elif name[len(known.section.subject) :].isdigit():
            why = f"It takes up what {said} began."
            yield Found(Need.WEAK_SUBJECT, RuleId("S91"), said, why, f"Did not pass {said}, letter {line.letter}.")


def _was_not_passed(line: PastCourse) -> bool:
    """Tell whether hours were tried and none earned; where either is not known, nothing is said."""
    return bool(line.attempted) and line.earned is not None and line.earned == 0


def _quiet(known: Known) -> Iterator[Found]:
    if known.quiet_days is not None and known.quiet_days >= QUIET_DAYS:
        yield Found(
            Need.QUIET,
            RuleId("S158"),
            f"{known.quiet_days} days without a click",
            "A good place to pick up again.",
            f"Has not opened the class for {known.quiet_days} days, while the class is at work.",
            _module_now(known),
        )


def _coming(known: Known) -> Iterator[Found]:
    work = _next_work(known)
    if work is not None and work.due_at is not None:
        said = f'"{work.name}" is due next; this belongs to it.'
        yield Found(Need.COMING_WORK, RuleId("S92"), f"assignment {work.id}", said, said, _module_of(work, known))


def _major(known: Known) -> Iterator[Found]:
    """Offer more to read where the class belongs to the student's programme and goes well (S209)."""
    mine = [one for one in known.programmes or () if one.active and _belongs(one.code, known.section.subject)]
    marks = [
        percent
        for work in known.assignments
        if work.counts and (given := (known.submissions or {}).get(work.id)) and given.posted_at
        if (percent := _percent(work, given.score)) is not None
    ]
    if mine and marks and sum(marks) / len(marks) >= GOOD_PERCENT:
        code = mine[0].code
        why = f"More on this, as {known.section.subject} is your programme."
        yield Found(Need.MAJOR, RuleId("S209"), f"programme {code}", why, f"Studies {code} and does well here.")


def _belongs(programme: str, subject: str) -> bool:
    """Tell whether a programme's code names the subject, as BS-BIOL and BIOL.BS do."""
    parts = "".join(each if each.isalnum() else " " for each in programme.upper()).split()
    return subject.upper() in parts


def _module_now(known: Known) -> str:
    work = _next_work(known)
    return _module_of(work, known) if work else ""


def _next_work(known: Known) -> Assignment | None:
    """Return what is due next and not handed in; None where what was handed in is not known."""
    if known.submissions is None:
        return None
    coming = [
        (work.due_at, work.id, work)
        for work in known.assignments
        if work.published and work.due_at is not None and work.due_at >= known.now and not _handed_in(work, known)
    ]
    return min(coming)[2] if coming else None


def _handed_in(work: Assignment, known: Known) -> bool:
    given = (known.submissions or {}).get(work.id)
    return given is not None and (given.submitted_at is not None or given.excused)


def _module_of(work: Assignment, known: Known) -> str:
    """Return the module in which a piece of work stands, by its number, else by its name as quizzes have another."""
    return next((one.module for one in known.resources if one.module and _is(one, work)), "")


def _is(one: Resource, work: Assignment) -> bool:
    if one.kind is ResourceKind.ASSIGNMENT and one.id == f"{ResourceKind.ASSIGNMENT.value}-{work.id}":
        return True
    return one.title.casefold() == work.name.casefold()
