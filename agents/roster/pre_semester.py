"""Early looks from history alone: students who may need an advisor before the first day, as proposals (S132 to S140).

No LMS activity is waited for (S135); the institution's own dated rules decide (S134); nobody is contacted before an
advisor has chosen how (S140).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from domain.calendar import advisor_deadline, first_day, local_day
from domain.changes import OpenCase, Tier, digest
from domain.evidence import Evidence
from domain.ids import RecordHandle, RuleId, SectionKey, SisPersonId, TermCode
from domain.images import Image
from domain.institution import Institution, PreSemesterRules
from domain.ports import Fetch, IdentityResolver
from domain.records import AcademicHistory, Registration, RegistrationStatus

TAG = "pre-semester"
MARKER_LENGTH = 20
OUTREACH = "Look at the student's plan for the term and choose an outreach before the first day of class."


def rules_in_force(term: TermCode, institution: Institution) -> PreSemesterRules | None:
    """Return the newest rules that hold for a term, or None where the institution has none (S134)."""
    held = [rules for rules in institution.pre_semester if rules.effective_term <= term]
    return max(held, key=lambda rules: rules.effective_term, default=None)


def reasons_for(history: AcademicHistory, rules: PreSemesterRules) -> tuple[str, ...]:
    """Return why a student should be looked at; unknown history gives no reason, because unknown is not zero (R122)."""
    reasons = []
    if history.gpa is not None and history.gpa < rules.gpa_below:
        reasons.append(f"cumulative GPA below {rules.gpa_below}")
    withdrawals = history.prior_withdrawals
    if withdrawals is not None and withdrawals >= rules.prior_withdrawals_at_least:
        reasons.append(f"{withdrawals} earlier withdrawals")
    return tuple(reasons)


def propose_cases(
    histories: Fetch[AcademicHistory],
    registrations: Sequence[Registration],
    term: TermCode,
    institution: Institution,
    now: datetime,
    *,
    resolver: IdentityResolver,
) -> tuple[OpenCase, ...]:
    """Return one case per registered student whom the rules name, due so many days before class (S136, S137).

    None once classes have begun, and none where the institution has no rules or no calendar for the term. A student who
    registers after the day by which advisors should have looked is due at once.
    """
    rules, calendar = rules_in_force(term, institution), institution.calendar(term)
    if rules is None or calendar is None:
        return ()
    today = local_day(now, institution.zone)
    if today >= first_day(calendar):
        return ()
    due = max(today, advisor_deadline(calendar, rules.days_before_start))
    seats = _seats(registrations)
    named = [(history, reasons) for history in histories.rows if (reasons := reasons_for(history, rules))]
    found = [(history, reasons) for history, reasons in named if history.person in seats]
    people = {history.person for history, _ in found} | {history.advisor for history, _ in found if history.advisor}
    handles = resolver.handles(sorted(people))
    return tuple(
        _case(history, reasons, seats[history.person], handles, due=due, source=histories) for history, reasons in found
    )


def _seats(registrations: Iterable[Registration]) -> dict[SisPersonId, Registration]:
    """Return each registered student's first registration of the term, for context (S139)."""
    seats: dict[SisPersonId, Registration] = {}
    for registration in registrations:
        if registration.status is RegistrationStatus.REGISTERED:
            seats.setdefault(registration.person, registration)
    return seats


def _case(
    history: AcademicHistory,
    reasons: tuple[str, ...],
    seat: Registration,
    handles: Mapping[SisPersonId, RecordHandle],
    *,
    due: date,
    source: Fetch[AcademicHistory],
) -> OpenCase:
    person = handles[history.person]
    marker = f"provost-{digest([TAG, seat.section.term, person])[:MARKER_LENGTH]}"
    return OpenCase(
        rule=RuleId("S134"),
        tier=Tier.AUTO,
        topic="students to look at before the term",
        before=Image.absent(),
        after=Image(fields={"marker": marker}),
        confidence_basis="institutional rule on the academic history",
        evidence=_evidence(person, reasons, seat.section, source),
        person=person,
        tag=TAG,
        marker=marker,
        reasons=reasons,
        outreach=OUTREACH,
        due_on=due,
        assignee=handles[history.advisor] if history.advisor else None,
        section=seat.section,
    )


def _evidence(
    person: RecordHandle, reasons: tuple[str, ...], section: SectionKey, source: Fetch[AcademicHistory]
) -> tuple[Evidence, ...]:
    history = Evidence(
        source=source.source, record=f"history {person}", shows="; ".join(reasons), read_at=source.read_at
    )
    seat = Evidence(
        source=source.source, record=f"registration {section} {person}", shows="registered", read_at=source.read_at
    )
    return history, seat
