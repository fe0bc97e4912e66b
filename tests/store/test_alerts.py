"""The book of alerts on both databases: kept once, changed on record, opened only while the person's key is there."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from domain.alerting import AlertLevel, AlertState, Channel, FeedbackOutcome, Intervention, IssueType, Party
from domain.errors import InvalidRecord
from domain.ids import Crn, RecordHandle, RunId, SectionKey, TermCode
from domain.rules.alert_policy import CloseReason
from store.alerts import AlertBook, AlertDetail, EventKind, NewAlert, Shown
from store.database import Database
from store.keys import KeyRing
from store.ledger import Ledger

TERM = TermCode("202680")
SECTION = SectionKey(TERM, Crn("10001"))
ANNE, BEN, ADVISOR = (RecordHandle(f"per_{name}") for name in ("anne", "ben", "advisor"))
REASON = Shown(signal="days_14", seen=2, section_median=7, text="active days in the last 14: 2; section median 7")
DETAIL = AlertDetail(
    risk=Decimal("0.62"), model="linear", week=5, base=-0.4, parts={"engagement": 0.9}, reasons=(REASON,),
    features={"days_14": 2, "marks": None}, inputs={"days_14": -1.5}, citations=("Handbook, 3 (policy)",),
)  # fmt: skip


@pytest.fixture
def book(database: Database, ledger: Ledger, keyring: KeyRing) -> AlertBook:
    return AlertBook(database, ledger, keyring)


def alert(name: str, person: RecordHandle = ANNE, **more: object) -> NewAlert:
    values: dict[str, object] = {
        "id": name, "person": person, "section": SECTION, "owner": ADVISOR, "advisor": ADVISOR,
        "issue": IssueType.ENGAGEMENT, "level": AlertLevel.HIGH, "party": Party.ADVISOR, "channel": Channel.CASE_DESK,
        "intervention": Intervention.ADVISOR_OUTREACH, "route": "silence", "marker": f"m-{name}",
        "run": RunId("run_1"), "raised_on": date(2026, 10, 5), "due_on": date(2026, 10, 8),
        "propensity": Decimal("0.9"), "detail": DETAIL,
    }  # fmt: skip
    return NewAlert.model_validate({**values, **more})


def test_r121_an_alert_is_kept_once_with_everything_that_made_it(book: AlertBook, ledger: Ledger) -> None:
    assert book.add([alert("alr_1"), alert("alr_2", BEN)], "agent") == 2
    assert book.add([alert("alr_1", due_on=date(2027, 1, 1)), alert("alr_3", BEN)], "agent") == 1
    kept = book.read("alr_1")
    assert (kept.detail, kept.section, kept.due_on) == (DETAIL, SECTION, date(2026, 10, 8))
    assert (kept.propensity, kept.state, kept.is_open) == (Decimal("0.9"), AlertState.PROPOSED, True)
    assert [each.id for each in book.of_person(BEN)] == ["alr_2", "alr_3"]
    assert len(book.of_term(TERM)) == len(book.of_run(RunId("run_1"))) == len(book.open_ones()) == 3
    with pytest.raises(InvalidRecord):
        book.read("alr_9")
    assert ledger.verify().ok


def test_r128_r133_what_is_said_of_an_alert_is_kept_in_order_and_may_end_it(book: AlertBook) -> None:
    book.add([alert("alr_1"), alert("alr_2", BEN)], "agent")
    book.settle(["alr_1", "alr_2"], AlertState.OPEN, "agent")
    book.settle(["alr_1"], AlertState.DROPPED, "agent")
    for _ in range(2):
        book.note("alr_1", EventKind.MESSAGE_SENT, "agent")
    book.update("alr_1", DETAIL.model_copy(update={"risk": Decimal("0.8")}), "agent")
    assert book.give_feedback("alr_1", FeedbackOutcome.USEFUL, "ada", "we talked").state is AlertState.OPEN
    ended = book.give_feedback("alr_1", FeedbackOutcome.FALSE_ALARM, "ada", "was ill")
    assert [event.kind.value for event in ended.events] == [
        *("proposed", "opened", "message_sent", "updated", "feedback", "feedback", "closed"),
    ]
    assert [event.said for event in ended.events[4:6]] == ["we talked", "was ill"]
    assert ended.detail is not None
    assert (ended.state, ended.close_reason, ended.detail.risk) == (AlertState.CLOSED, "false_alarm", Decimal("0.8"))
    again = book.close("alr_1", CloseReason.RESOLVED, "ada")
    assert again.close_reason == "false_alarm"
    assert [each.id for each in book.open_ones()] == ["alr_2"]
    assert [(each.issue.value, each.used, each.helped) for each in book.tried()] == [("engagement", 1, 1)]


def test_s97_training_gets_what_was_judged_and_what_was_left_to_chance(book: AlertBook) -> None:
    held = alert("alr_3", state=AlertState.HELD_BACK, propensity=Decimal("0.1"))
    book.add([alert("alr_1"), alert("alr_2", BEN), held], "agent")
    book.give_feedback("alr_2", FeedbackOutcome.CONTACTED, "ada", "called")
    assert [(each.id, each.propensity) for each in book.with_feedback()] == [
        ("alr_2", Decimal("0.9")),
        ("alr_3", Decimal("0.1")),
    ]
    assert book.tried() == ()


def test_e18_s226_who_is_forgotten_has_no_detail_and_the_tables_show_none(
    book: AlertBook, ledger: Ledger, database: Database
) -> None:
    book.add([alert("alr_1"), alert("alr_2", BEN)], "agent")
    for name in ("alr_1", "alr_2"):
        book.give_feedback(name, FeedbackOutcome.USEFUL, "ada", "we talked at length")
    with database.reading() as session:
        tables = ("early_alert", "early_alert_event")
        shown = str([row for table in tables for row in session.execute(text(f"SELECT * FROM {table}"))])
    assert not any(words in shown for words in ("we talked", "section median", "0.62"))
    ledger.erase(ANNE, "registrar", "asked")
    forgotten, other = book.read("alr_1"), book.read("alr_2")
    assert (forgotten.detail, forgotten.events[-1].said) == (None, None)
    assert (other.detail, other.events[-1].said) == (DETAIL, "we talked at length")
    assert ledger.verify().ok
