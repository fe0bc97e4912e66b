"""Money and transcript: what is credited, and what the transcript shows (R48 to R50, R110, S115)."""

from collections.abc import Iterator
from datetime import date

from agents.drop.names import FigureName, NoticeName, QuestionName
from agents.drop.situation import Situation, ask, counted, dated, tell, worded
from agents.drop.statement import Figure, Line, Unit
from domain.drops import Account, DropKind
from domain.records import RegistrationStatus
from domain.rules.drop.deadlines import reinstatement_ends_at
from domain.rules.drop.obstacles import LastClass
from domain.rules.drop.refunds import is_consistent, refund_of, refund_tier
from domain.rules.drop.transcript import TranscriptOutcome


def transcript_lines(case: Situation) -> Iterator[Line]:
    """Say what the transcript shows and until when which answer holds (R48 to R50).

    Nothing is said of a term withdrawal, whose process has days of its own (R113).
    """
    drop = case.facts.drop
    if drop.at is None and case.outcome is TranscriptOutcome.UNKNOWN:
        yield ask(QuestionName.DATE, "R50", case.office)
        return
    if case.outcome is TranscriptOutcome.UNKNOWN:
        yield ask(QuestionName.OUTSIDE_PART, "R33", case.office)
    elif case.last is not LastClass.TERM_WITHDRAWAL:
        yield from _transcript(case)


def _transcript(case: Situation) -> Iterator[Line]:
    drop, dates = case.facts.drop, case.table.dates
    row = "section census" if drop.census_on else case.dated("no_record_through_on")
    deciding = row if case.outcome is TranscriptOutcome.NO_RECORD else case.dated("withdraw_through_on")
    rule = "R48" if case.outcome is TranscriptOutcome.NO_RECORD else "R49"
    yield worded(FigureName.TRANSCRIPT, case.outcome.value, rule=rule, row=deciding, source=drop.source)
    census = drop.census_on or dates.no_record_through_on
    yield dated(FigureName.NO_RECORD_THROUGH, census, rule="R48", row=row, source=drop.source)
    last = case.dated("withdraw_through_on")
    yield dated(FigureName.WITHDRAW_THROUGH, dates.withdraw_through_on, rule="R49", row=last, source=drop.source)
    if case.outcome is TranscriptOutcome.TOO_LATE:
        yield tell(NoticeName.DEADLINE_PASSED, "R49", last, office=case.office)
    if drop.status is RegistrationStatus.WITHDRAWN and case.outcome is TranscriptOutcome.NO_RECORD:
        yield ask(QuestionName.STATUS, "R48", case.office)


def refund_lines(case: Situation) -> Iterator[Line]:
    """Say what is credited by the row of the code and the day (R110); nothing where another process decides."""
    if not case.single_drop or case.left_on is None:
        return
    account = case.facts.account
    if account is None:
        yield ask(QuestionName.CHARGES, "S115", case.office)
    elif not is_consistent(account.charges):
        yield ask(QuestionName.WAIVER, "R110", case.office)
    else:
        yield from _amounts(case, account, case.left_on)


def _amounts(case: Situation, account: Account, left_on: date) -> Iterator[Line]:
    tier = refund_tier(case.facts.drop.code, left_on, case.table.dates)
    if tier is None:
        yield ask(QuestionName.REFUND_ROW, "R110", case.office)
        return
    refund = refund_of(account.charges, tier, case.table.dates, case.table.policy.rounding)
    named = (
        (FigureName.TUITION_CREDITED, refund.tuition),
        (FigureName.FEES_CREDITED, refund.fees),
        (FigureName.TOTAL_CREDITED, refund.total),
    )
    for name, amount in named:
        yield counted(name, amount, Unit.MONEY, rule="R110", row=case.dated(tier.row), source=account.source)


def reinstatement_lines(case: Situation) -> Iterator[Line]:
    """Say until which second a registered drop can be undone, and where (R114)."""
    drop, standards = case.facts.drop, case.table.standards
    if drop.kind is not DropKind.REGISTERED or drop.at is None:
        return
    ends = reinstatement_ends_at(drop.at, case.table)
    row = case.standing("reinstatement")
    if ends < drop.at:
        yield tell(NoticeName.REINSTATEMENT_OVER, "R114", row, office=standards.reinstatement.office)
        return
    yield Figure(name=FigureName.REINSTATE_UNTIL, instant=ends, rule="R114", policy_row=row, source=str(drop.source))
