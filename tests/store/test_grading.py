"""What is kept of grades on their way, on both databases: each found again, and sealed where it tells of a person."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from domain.errors import InvalidRecord
from domain.grade_holds import GradeHold, HoldKind, HoldState, hold_id
from domain.grades import Attestation, GradeColumn, GradeReceipt, InstructorEntry, ReceiptOutcome
from domain.ids import AssignmentId, Crn, PrincipalId, RecordHandle, RunId, SectionKey, TermCode
from store.database import Database
from store.grading import ColumnLook, Grading, open_grading
from store.keys import KeyRing

SECTION, OTHER = (SectionKey(TermCode("202680"), Crn(crn)) for crn in ("10001", "10002"))
ANNE, BEN, IDA = (RecordHandle(f"per_{name}") for name in ("anne", "ben", "ida"))
FINAL, INTERIM = GradeColumn.FINAL, GradeColumn.INTERIM
NOON = datetime(2026, 12, 10, 12, tzinfo=UTC)
BY = PrincipalId("ida")


@pytest.fixture
def grading(database: Database, keyring: KeyRing) -> Grading:
    return open_grading(database, keyring)


def word(sheet: str, at: datetime = NOON) -> Attestation:
    return Attestation(sheet_hash=sheet, attested_by=IDA, attested_at=at)


def hold(person: RecordHandle = ANNE, seen: str = "57") -> GradeHold:
    return GradeHold(
        id=hold_id(SECTION, person, seen), section=SECTION, kind=HoldKind.SUSPECT_MARK, reason="transposed, it seems",
        person=person, column="Essay", seen=seen, expected="75", cause="transposed digits",
    )  # fmt: skip


def receipt(person: RecordHandle, section: SectionKey = SECTION, at: datetime = NOON, **more: object) -> GradeReceipt:
    values = {"version": "v1", "outcome": ReceiptOutcome.ACCEPTED, "code": "ok", "message": "taken", "column": FINAL}
    return GradeReceipt.model_validate({"section": section, "person": person, "received_at": at, **values, **more})


def test_r92_the_word_on_a_sheet_is_its_own_and_the_newest_other_tells_of_a_change(
    grading: Grading, database: Database
) -> None:
    kept = grading.attestations
    with database.session() as session:
        kept.keep(SECTION, FINAL, word("a"), session)
        kept.keep(SECTION, FINAL, word("b", NOON + timedelta(hours=1)), session)
        kept.keep(SECTION, INTERIM, word("c"), session)
    with database.session() as session:
        kept.keep(SECTION, FINAL, word("a", NOON + timedelta(hours=9)), session)
    assert kept.find(SECTION, FINAL, "a") == word("a")
    assert kept.find(SECTION, FINAL, "z") == word("b", NOON + timedelta(hours=1))
    assert kept.find(OTHER, FINAL, "a") is None
    with database.session() as session:
        assert not kept.keep(SECTION, FINAL, word("a", NOON + timedelta(hours=9)), session)
        later = word("a", NOON + timedelta(hours=9)).model_copy(update={"attested_by": BEN})
        assert kept.keep(SECTION, FINAL, later, session), "who spoke first may grade no longer"
    assert kept.find(SECTION, FINAL, "a") == later


def test_r92_a_delegate_is_named_once_and_ended(grading: Grading, database: Database) -> None:
    for _ in range(2):
        with database.session() as session:
            grading.attestations.name_delegate(SECTION, IDA, BY, session)
    assert grading.attestations.delegates(SECTION) == {IDA}
    assert grading.attestations.sections_of(IDA) == (SECTION,)
    with database.session() as session:
        grading.attestations.end_delegate(SECTION, IDA, session)
    assert grading.attestations.delegates(SECTION) == frozenset()


def test_r84_r26_a_newer_entry_takes_the_place_of_the_older_and_is_found_by_person(
    grading: Grading, database: Database
) -> None:
    said = InstructorEntry(person=ANNE, letter="F", last_engagement_on=date(2026, 10, 1))
    for entry in (InstructorEntry(person=ANNE, letter="D"), said, InstructorEntry(person=BEN, never_attended=True)):
        with database.session() as session:
            grading.entries.keep(SECTION, FINAL, entry, BY, session)
    assert grading.entries.of(SECTION, FINAL) == (said, InstructorEntry(person=BEN, never_attended=True))
    assert grading.entries.of(SECTION, INTERIM) == ()
    assert grading.entries.of_person(ANNE) == ((SECTION, FINAL, said),)


def test_s88_a_hold_is_answered_and_stays_so_when_it_is_found_again(grading: Grading, database: Database) -> None:
    holds = grading.holds
    with database.session() as session:
        holds.place(hold(), session)
        holds.place(hold(BEN), session)
    with database.session() as session:
        holds.answer(hold().id, HoldState.CONFIRMED, BY, "I looked.", session)
        holds.withdraw(hold().id, session)
        holds.withdraw(hold(BEN).id, session)
        holds.place(hold(), session)
    (kept,) = holds.of(SECTION)
    assert (kept.hold, kept.state, kept.why, kept.answered_by) == (hold(), HoldState.CONFIRMED, "I looked.", BY)
    assert holds.of_person(ANNE) == (kept,)
    assert holds.of_person(BEN) == ()
    assert holds.unanswered(datetime.now(UTC) + timedelta(hours=1)) == ()
    with database.reading() as session:
        assert holds.known([hold().id, "none"], session) == {hold().id}
    with pytest.raises(InvalidRecord), database.session() as session:
        holds.answer("none", HoldState.CONFIRMED, BY, "x", session)


def test_s98_sections_with_an_old_unanswered_hold_are_named(grading: Grading, database: Database) -> None:
    with database.session() as session:
        grading.holds.place(hold(), session)
    now = datetime.now(UTC)
    assert grading.holds.unanswered(now + timedelta(hours=1)) == (SECTION,)
    assert grading.holds.unanswered(now - timedelta(hours=1)) == ()


def test_r95_r26_receipts_of_a_run_are_kept_once_and_found_by_section_and_person(grading: Grading) -> None:
    later = receipt(ANNE, OTHER, NOON + timedelta(days=1), outcome=ReceiptOutcome.REFUSED, message="not valid")
    for _ in range(2):
        grading.receipts.keep(RunId("run_1"), [receipt(ANNE), receipt(BEN)])
    grading.receipts.keep(RunId("run_2"), [later])
    assert grading.receipts.of(SECTION, FINAL) == (receipt(ANNE), receipt(BEN))
    assert grading.receipts.of_person(ANNE) == (receipt(ANNE), later)


def test_a_quarantined_column_is_named_until_its_hold_is_lifted(grading: Grading) -> None:
    looks = [
        ColumnLook(AssignmentId(1), "points", Decimal(100), 0.01, 30),
        ColumnLook(AssignmentId(2), "pass_fail", None, 0.99, 30, "hold_1"),
    ]
    grading.columns.keep(SECTION, looks)
    assert grading.columns.of(SECTION) == {look.assignment: look for look in looks}
    assert grading.columns.quarantined(SECTION) == {2}
    grading.columns.lift(SECTION, "hold_1")
    assert grading.columns.quarantined(SECTION) == frozenset()


def test_s226_the_database_shows_neither_letters_nor_marks_nor_words(grading: Grading, database: Database) -> None:
    with database.session() as session:
        grading.entries.keep(SECTION, FINAL, InstructorEntry(person=ANNE, letter="Zebra"), BY, session)
        grading.holds.place(hold(seen="5757"), session)
        grading.holds.answer(hold(seen="5757").id, HoldState.RELEASED, BY, "it is so", session)
    grading.receipts.keep(RunId("run_1"), [receipt(ANNE, message="Not valid for level")])
    with database.reading() as session:
        tables = ("grade_entry", "grade_hold", "grade_receipt")
        shown = str([row for table in tables for row in session.execute(text(f"SELECT * FROM {table}"))])
    assert not any(words in shown for words in ("Zebra", "5757", "transposed", "it is so", "Not valid"))
