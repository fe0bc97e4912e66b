"""A section's sheet from end to end: who goes, who is kept and why, and the file for the SIS (R76 to R98, S202)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agents.grades.import_file import LAYOUT, write_import_file
from agents.grades.sheet import GradeSheet, SheetSources, make_sheet
from domain.errors import ApprovalRequired, InvalidRecord
from domain.grades import (
    Attestation,
    GradebookRow,
    GradeColumn,
    GradeOptions,
    GradeStage,
    InstructorEntry,
    MarkHold,
    ScoreSource,
)
from domain.ids import RecordHandle, SisPersonId
from domain.records import GradeMode, RegistrationStatus
from tests.agents.world import part
from tests.rules.grading import GRADED_AT, OTHER, PASS_FAIL, PRACTICE, STRANGER, TEACHER, grading, options, row

ANN, BEN, CAY, DEE, EVE = people = tuple(RecordHandle(f"per_{name}") for name in ("ann", "ben", "cay", "dee", "eve"))
IDS = {person: SisPersonId(f"A0000000{number}") for number, person in enumerate(people)}


def sources(*students: tuple[GradeOptions, GradebookRow | None], **changed: Any) -> SheetSources:
    made = SheetSources(
        section=grading(),
        column=GradeColumn.FINAL,
        practice=PRACTICE,
        part=part(),
        zone=ZoneInfo("America/New_York"),
        now=GRADED_AT,
        options=tuple(one for one, _ in students),
        rows=tuple(found for _, found in students if found),
    )
    return made._replace(**changed)


def student(person: RecordHandle, mark: dict[str, Any] | None = None, **changed: Any) -> Any:
    return options(person=person, **changed), row(person=person, **(mark or {}))


def kept(sheet: GradeSheet) -> dict[RecordHandle, list[str]]:
    return {one.person: [block.rule for block in one.blocks] for one in sheet.kept}


def attested(sheet: GradeSheet, by: RecordHandle = TEACHER, **changed: Any) -> Attestation:
    values: dict[str, Any] = {"sheet_hash": sheet.hash, "attested_by": by, "attested_at": GRADED_AT}
    return Attestation(**{**values, **changed})


def test_s85_grades_in_order_go_and_each_other_is_kept_under_its_rule() -> None:
    sheet = make_sheet(
        sources(
            student(ANN),
            student(BEN, {"final_score": Decimal(60)}),
            student(CAY, status=RegistrationStatus.WITHDRAWN, final_letter="W"),
            student(DEE, mode=GradeMode.PASS_FAIL, grades=PASS_FAIL),
            (options(person=EVE), None),
        )
    )
    assert [(line.person, line.letter, line.source) for line in sheet.lines] == [
        (ANN, "B", ScoreSource.CURRENT),
        (DEE, "P", ScoreSource.CURRENT),
    ]
    assert kept(sheet) == {BEN: ["R85"], CAY: ["R80"], EVE: ["R89"]}
    assert sheet.stops == ()


def test_r88_r90_rows_without_a_seat_here_are_listed_and_never_sent() -> None:
    extra = (row(person=BEN), row(person=CAY))
    sheet = make_sheet(sources(student(ANN, {"section": OTHER}), registered_in={CAY: frozenset({OTHER})}))
    assert kept(sheet) == {ANN: ["R90"]}
    sheet = make_sheet(
        sources(student(ANN), registered_in={CAY: frozenset({OTHER})})._replace(rows=(row(person=ANN), *extra))
    )
    assert kept(sheet) == {BEN: ["R88"], CAY: ["R90"]}
    assert [line.person for line in sheet.lines] == [ANN]


def test_s85_two_rows_that_disagree_hold_and_two_that_agree_do_not() -> None:
    doubled = sources(student(ANN), student(BEN))
    rows = (*doubled.rows, row(person=ANN), row(person=BEN, current_score=Decimal(71), final_score=Decimal(71)))
    sheet = make_sheet(doubled._replace(rows=rows))
    assert kept(sheet) == {BEN: ["S85"]}
    assert [line.person for line in sheet.lines] == [ANN]


def test_r96_r97_what_the_sis_holds_is_not_sent_again_and_wins_where_it_differs() -> None:
    entered = {"stage": GradeStage.ENTERED}
    sheet = make_sheet(sources(student(ANN, final_letter="B", **entered), student(BEN, final_letter="A", **entered)))
    assert [line.person for line in sheet.already_held] == [ANN]
    assert kept(sheet) == {BEN: ["R97"]}
    assert sheet.lines == ()


def test_r95_r96_how_far_the_carrying_has_come_does_not_change_what_was_attested() -> None:
    before = make_sheet(sources(student(ANN), student(BEN)))
    after = make_sheet(sources(student(ANN, final_letter="B", stage=GradeStage.ENTERED), student(BEN)))
    assert ([line.person for line in after.lines], after.hash) == ([BEN], before.hash)
    assert after.attested == before.attested


def test_e2_after_the_roll_only_a_change_of_grade_is_left() -> None:
    sheet = make_sheet(sources(student(ANN, stage=GradeStage.ROLLED, final_letter="A")))
    assert kept(sheet) == {ANN: ["R93"]}
    assert "change of grade" in sheet.kept[0].blocks[0].fix


def test_r83_no_grade_now_over_a_submitted_grade_says_so_rather_than_that_the_sis_wins() -> None:
    entries = (InstructorEntry(person=ANN, letter="NR"),)
    assert kept(make_sheet(sources(student(ANN, final_letter="B"), entries=entries))) == {ANN: ["R83"]}


def test_r84_the_instructors_date_travels_with_the_failing_grade() -> None:
    mark = {"current_letter": "F", "final_letter": "F"}
    assert kept(make_sheet(sources(student(ANN, mark)))) == {ANN: ["R84"]}
    entries = (InstructorEntry(person=ANN, last_engagement_on=date(2026, 10, 1)),)
    (line,) = make_sheet(sources(student(ANN, mark), entries=entries)).lines
    assert (line.letter, line.last_engagement_on) == ("F", date(2026, 10, 1))


def test_r93_r114_a_sheet_outside_the_window_is_stopped_as_a_whole() -> None:
    late = make_sheet(sources(student(ANN), now=datetime(2026, 12, 19, 5, tzinfo=UTC)))
    assert [(block.rule, block.kind.value) for block in late.stops] == [("R93", "stopped")]


def test_r94_an_interim_sheet_has_its_own_window_and_column() -> None:
    interim = sources(student(ANN, interim_letter="C"), column=GradeColumn.INTERIM)
    assert [block.rule for block in make_sheet(interim).stops] == ["R94"]
    sheet = make_sheet(interim._replace(now=datetime(2026, 10, 1, 12, tzinfo=UTC)))
    assert sheet.stops == ()
    assert [line.column for line in sheet.lines] == [GradeColumn.INTERIM]


def test_s88_a_suspect_mark_keeps_the_grade_until_it_is_released() -> None:
    found = MarkHold(
        person=ANN,
        column="Essay 2",
        seen=Decimal(8),
        expected=78,
        likelier=80,
        cause="entered on a scale of ten",
        chance=Decimal("0.98"),
        spreads=Decimal("-5.1"),
    )
    held = sources(student(ANN), student(BEN), holds=(found,))
    assert kept(make_sheet(held)) == {ANN: ["S86"]}
    assert "8 was entered, about 78 was expected" in make_sheet(held).kept[0].blocks[0].reason
    assert kept(make_sheet(held._replace(released=frozenset({found.id})))) == {}


def test_the_sheet_is_the_same_whatever_the_order_of_its_sources() -> None:
    made = sources(student(ANN), student(BEN), student(CAY, final_letter="A"))
    turned = made._replace(options=made.options[::-1], rows=made.rows[::-1])
    assert make_sheet(made).hash == make_sheet(turned).hash
    assert make_sheet(made).hash != make_sheet(made._replace(rows=made.rows[1:])).hash


def test_s202_the_import_file_holds_the_attested_lines_in_the_declared_layout() -> None:
    mark = {"current_letter": "F", "final_letter": "F"}
    entries = (InstructorEntry(person=BEN, never_attended=True),)
    sheet = make_sheet(sources(student(BEN, mark), student(ANN), student(CAY, {"final_score": None}), entries=entries))
    file = write_import_file(sheet, grading(), attested(sheet), IDS, GRADED_AT)
    assert file.content.decode().split("\r\n") == [
        ",".join(LAYOUT),
        "202680,10001,A00000000,final,B,,,,",
        "202680,10001,A00000001,final,F,,,,Y",
        "",
    ]
    assert file.grades == 2
    assert file == write_import_file(sheet, grading(), attested(sheet), IDS, GRADED_AT)


def test_r92_no_file_without_the_word_of_a_grader_on_exactly_this_sheet() -> None:
    sheet = make_sheet(sources(student(ANN)))
    changed = {"attested_at": GRADED_AT + timedelta(seconds=1)}
    for word in (None, attested(sheet, STRANGER), attested(sheet, sheet_hash="0" * 64), attested(sheet, **changed)):
        with pytest.raises(ApprovalRequired, match="R92"):
            write_import_file(sheet, grading(), word, IDS, GRADED_AT)


def test_a_stopped_sheet_and_a_student_without_id_give_no_file() -> None:
    sheet = make_sheet(sources(student(ANN), section=grading(secondary_grading=True)))
    with pytest.raises(ApprovalRequired, match="R91"):
        write_import_file(sheet, grading(), attested(sheet), IDS, GRADED_AT)
    sheet = make_sheet(sources(student(ANN)))
    with pytest.raises(InvalidRecord):
        write_import_file(sheet, grading(), attested(sheet), {}, GRADED_AT)
