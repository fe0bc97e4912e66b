"""An advisor's work on alerts: what may be seen of whom, what is said of it, and on record either way (S224, R126).

Students see no score here; whoever may not see the risk of a student sees nothing of an alert about them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from domain.alerting import AlertState, FeedbackOutcome
from domain.errors import AccessDenied, ApproverNotAllowed, InvalidRecord
from domain.ids import RecordHandle
from domain.principals import Principal
from domain.records import Record
from domain.rules.alert_policy import CloseReason, is_accountable_override
from domain.rules.alerts import may_see_score
from graphs.desks.names import Named, word_people
from privacy.access import Question
from store.alerts import Alert, EventKind

if TYPE_CHECKING:
    from graphs.assembly import Provost

PURPOSE = "advising"
_FIELDS = ("risk", "case", "sis_id", "name")


class StudentCase(Record):
    """One student as an advisor sees them: the score on view, and the alerts, newest first."""

    person: RecordHandle
    sis_id: str = ""
    name: str = ""
    score: str = ""
    alerts: tuple[Alert, ...] = ()


def read_caseload(
    provost: "Provost", who: Principal, *, everything: bool = False, named: bool = True
) -> tuple[StudentCase, ...]:
    """Return the advisees about whom there is something to see, highest score first; by handle alone unless ``named``.

    Raises ApproverNotAllowed where the token names no person who advises.
    """
    if who.person is None:
        fix = "Use a token made with provost principal add --person."
        raise ApproverNotAllowed("This token does not say which person you are.", field="token", fix=fix)
    advisees = provost.readers.relationships.read_advisees(provost.identities.person(who.person)).rows
    people = frozenset(provost.identities.handles(list(advisees)).values())
    scores = provost.casedesk.scores(people)
    alerts = _alerts_by_person(_all_about(provost, people) if everything else provost.alerts.open_about(people))
    wanted = frozenset(person for person in people if person in alerts or person in scores)
    return _cases(provost, who, wanted, alerts, named=named)


def name_cases(provost: "Provost", who: Principal, cases: Sequence[StudentCase]) -> tuple[StudentCase, ...]:
    """Return cases by name and SIS id as far as the reader may know them, such as one page of a long caseload."""
    people = frozenset(case.person for case in cases)
    if not people:
        return ()
    asked = Question(reader=who, fields=("name", "sis_id"), people=people, purpose=PURPOSE)
    return _with_names(provost, tuple(cases), provost.access.ask(asked).permitted)


def read_student(provost: "Provost", who: Principal, person: RecordHandle) -> StudentCase:
    """Return one student; raises AccessDenied where the reader may not see the risk."""
    found = _cases(provost, who, frozenset({person}), _alerts_by_person(provost.alerts.of_person(person)))
    if not found:
        fix = "The assigned advisor may look; provost access explain says who else."
        raise AccessDenied("You may not see the risk of this student.", field=f"person {person}", fix=fix)
    return found[0]


def give_feedback(provost: "Provost", who: Principal, alert: str, outcome: FeedbackOutcome, reason: str) -> Alert:
    """Keep what somebody who may see the student says came of an alert (R133); the case closes where that ends it."""
    if not is_accountable_override(who.id, reason):
        raise InvalidRecord("A reason is needed.", field="reason", fix="Say in a few words why.")
    _require_seen(provost, who, alert)
    kept = provost.alerts.give_feedback(alert, outcome, who.id, reason)
    _close_case(provost, who, kept)
    return kept


def close_alert(provost: "Provost", who: Principal, alert: str, why: CloseReason, reason: str) -> Alert:
    """Close an alert and its case (R128)."""
    _require_seen(provost, who, alert)
    kept = provost.alerts.close(alert, why, who.id, reason)
    _close_case(provost, who, kept)
    return kept


def export_feedback(provost: "Provost", who: Principal) -> list[str]:
    """Return what training needs of the alerts with an outcome, as JSON lines without people, and on record.

    Outcomes after an alert are not those of students left alone: each line says whether an alert was shown and how
    likely that was, so that training can weigh it (ALERTS.md section 4). Raises ApproverNotAllowed unless a registrar.
    """
    provost.require_registrar(who, "export feedback")
    alerts = [alert for alert in provost.alerts.with_feedback() if alert.detail is not None]
    people = sorted({alert.person for alert in alerts})
    provost.ledger.record_reads(who.id, agent="cli", purpose="training", run="", what="risk", people=people)
    return [json.dumps(_training_row(alert), sort_keys=True) for alert in alerts]


def _training_row(alert: Alert) -> dict[str, object]:
    assert alert.detail is not None
    outcomes = [event.word for event in alert.events if event.kind is EventKind.FEEDBACK]
    return {
        "model": alert.detail.model,
        "week": alert.detail.week,
        "risk": str(alert.detail.risk),
        "inputs": dict(alert.detail.inputs),
        "issue": alert.issue.value,
        "intervention": alert.intervention.value,
        "shown": alert.state is not AlertState.HELD_BACK,
        "propensity": str(alert.propensity),
        "outcomes": outcomes,
    }


def _cases(
    provost: "Provost",
    who: Principal,
    people: frozenset[RecordHandle],
    alerts: dict[RecordHandle, list[Alert]],
    *,
    named: bool = True,
) -> tuple[StudentCase, ...]:
    if not may_see_score(who.roles):
        return ()
    answer = provost.access.ask(Question(reader=who, fields=_FIELDS, people=people, purpose=PURPOSE))
    seen = answer.permitted["risk"] & answer.permitted["case"]
    scores = provost.casedesk.scores(seen)
    cases = [
        StudentCase(person=person, score=scores.get(person, ""), alerts=tuple(reversed(alerts.get(person, []))))
        for person in seen
    ]
    ordered = tuple(sorted(cases, key=lambda case: (-int(case.score or 0), case.person)))
    return _with_names(provost, ordered, answer.permitted) if named else ordered


def _with_names(
    provost: "Provost", cases: tuple[StudentCase, ...], permitted: Mapping[str, frozenset[RecordHandle]]
) -> tuple[StudentCase, ...]:
    people = frozenset(case.person for case in cases)
    by_name, by_id = permitted["name"] & people, permitted["sis_id"] & people
    names = word_people(provost, people, by_name=by_name, by_id=by_id)
    return tuple(
        case.model_copy(
            update={
                "sis_id": names[case.person].sis_id,
                "name": _name(provost, names[case.person], may_name=case.person in by_name),
            }
        )
        for case in cases
    )


def _name(provost: "Provost", named: Named, *, may_name: bool) -> str:
    """Return a name; that of somebody whom the directory does not know yet is read."""
    if named.name or not may_name:
        return named.name
    found = provost.sis.read_person(provost.identities.person(named.person))
    if found is None:
        return ""
    name = found.display_name
    return name.full or f"{name.first} {name.last}".strip()


def _require_seen(provost: "Provost", who: Principal, alert: str) -> None:
    """Raise AccessDenied unless the reader may see the student of an alert; the look is on record."""
    read_student(provost, who, provost.alerts.read(alert).person)


def _close_case(provost: "Provost", who: Principal, alert: Alert) -> None:
    if alert.state is AlertState.CLOSED:
        try:
            provost.casedesk.close(alert.marker, who.id)
        except InvalidRecord:
            return


def _alerts_by_person(alerts: Iterable[Alert]) -> dict[RecordHandle, list[Alert]]:
    found: dict[RecordHandle, list[Alert]] = {}
    for alert in alerts:
        if alert.state is not AlertState.HELD_BACK:
            found.setdefault(alert.person, []).append(alert)
    return found


def _all_about(provost: "Provost", people: Iterable[RecordHandle]) -> Sequence[Alert]:
    return [alert for person in sorted(people) for alert in provost.alerts.of_person(person)]
