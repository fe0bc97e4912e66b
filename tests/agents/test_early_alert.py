"""Early alert on made-up records: features, scores that add up, one event, guards on what may enter (S74 to S80)."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from agents.early_alert import features, rollup
from agents.early_alert.features import active_sections, inputs_of, tick
from agents.early_alert.model import RiskModel, load_model, save_model
from agents.early_alert.scoring import explain_reason, explain_score, score_all
from agents.early_alert.signals import BY_NAME, SIGNALS, Family
from agents.early_alert.tables import Kind, create_tables
from domain.errors import ConfigurationError

WEEK, DAY = 8, 56


@pytest.fixture
def campus() -> Iterator[duckdb.DuckDBPyConnection]:
    """A section of twelve and an idle one: student n was active on n of the last days, handed in if n is over three."""
    connection = duckdb.connect()
    create_tables(connection)
    connection.execute("INSERT INTO section VALUES (1, 'BIO1', 'T', false, 240, 0.4), (2, 'OLD', 'T', true, 240, 0.5)")
    for n in range(12):
        connection.execute(
            "INSERT INTO enrolment SELECT unnest([$n, 50 + $n]), unnest([1, 2]), 100 + $n, -9, NULL, 2, 0, 60, 0, 0, 0",
            {"n": n},
        )
        if n > 3:
            connection.execute("INSERT INTO submission VALUES (?, 7, 30, false, ?, 44)", [n, 50 + n])
    connection.execute("INSERT INTO assessment VALUES (7, 1, 30, 10, 0.01), (8, 1, 40, 10, 0.01)")
    rollup.roll_up(connection, _clicks("n"))
    yield connection
    connection.close()


def _clicks(days: str) -> str:
    return f"""SELECT 1 AS section, 100 + n AS person, {DAY} - 1 - d AS day, 2 AS clicks, 4::UTINYINT AS kind
        FROM range(12) p(n), range(12) q(d) WHERE d < {days}"""


def _at(connection: duckdb.DuckDBPyConnection) -> features.Inputs:
    return tick(connection, {1: DAY, 2: DAY})


def _raw(inputs: features.Inputs, signal: str, enrolment: int) -> float:
    row = list(inputs.enrolments).index(enrolment)
    return float(inputs.raw[row, inputs.names.index(signal)])


def _value(inputs: features.Inputs, signal: str, enrolment: int) -> float:
    row = list(inputs.enrolments).index(enrolment)
    return float(inputs.values[row, inputs.names.index(signal)])


def test_s77_s78_raw_signals_count_what_was_seen(campus: duckdb.DuckDBPyConnection) -> None:
    inputs = _at(campus)
    assert _raw(inputs, "days_14", 5) == _raw(inputs, "login_days_14", 5) == 5
    assert _raw(inputs, "clicks", 5) == 10
    assert (_raw(inputs, "on_time", 5), _raw(inputs, "missing", 1)) == (1, 1)
    assert _raw(inputs, "discussion_days", 5) == 0


def test_r123_students_stand_beside_their_own_section(campus: duckdb.DuckDBPyConnection) -> None:
    inputs = _at(campus)
    column = inputs.values[inputs.sections == 1, inputs.names.index("days_14")]
    assert column.mean() == pytest.approx(0)
    assert column.std() == pytest.approx(1)


def test_r122_what_a_whole_section_lacks_is_neutral_and_named(campus: duckdb.DuckDBPyConnection) -> None:
    inputs = _at(campus)
    assert np.isnan(_raw(inputs, "days_14", 55))
    assert [_value(inputs, name, 55) for name in ("days_14", "idle_days", "missing", "mark", "no_mark")] == [0] * 5
    row = list(inputs.enrolments).index(55)
    assert set(explain_score(inputs, load_model(), row).gaps) == set(Family) - {Family.STANDING}


def test_r122_what_one_student_lacks_counts(campus: duckdb.DuckDBPyConnection) -> None:
    inputs = _at(campus)
    assert _raw(inputs, "days_14", 0) == 0
    assert _value(inputs, "days_14", 0) < 0 < _value(inputs, "no_mark", 0)


def test_a_due_day_that_nobody_keeps_does_not_count(campus: duckdb.DuckDBPyConnection) -> None:
    inputs = _at(campus)
    assert _raw(inputs, "missing", 5) == 0
    assert dict(campus.execute("SELECT assessment, is_due FROM due_now").fetchall()) == {7: True, 8: False}


def test_a_column_whose_grade_mode_changed_never_reaches_a_score(campus: duckdb.DuckDBPyConnection) -> None:
    campus.execute("UPDATE submission SET mark = CASE WHEN enrolment % 2 = 0 THEN 100 ELSE 0 END")
    inputs = _at(campus)
    assert all(_value(inputs, name, 5) == 0 for name in ("mark", "last_mark", "no_mark"))
    assert campus.execute("SELECT quarantined FROM due_now WHERE assessment = 7").fetchall() == [(True,)]


def test_marks_count_from_the_day_they_are_seen(campus: duckdb.DuckDBPyConnection) -> None:
    assert _raw(tick(campus, {1: 44}), "no_mark", 8) == 1
    assert _raw(tick(campus, {1: 45}), "no_mark", 8) == 0


def test_whoever_left_is_not_scored(campus: duckdb.DuckDBPyConnection) -> None:
    campus.execute("UPDATE enrolment SET left_day = ? WHERE enrolment = 5", [DAY - 1])
    assert 5 not in _at(campus).enrolments
    assert len(inputs_of(campus, [5]).enrolments) == 0


def test_s74_one_event_scores_one_student_and_moves_no_other(campus: duckdb.DuckDBPyConnection) -> None:
    before = _at(campus)
    others = campus.execute("FROM activity_day WHERE enrolment <> 0 ORDER BY ALL").fetchall()
    rollup.add_event(campus, 0, DAY - 1, 3, Kind.DISCUSSION)
    rollup.add_event(campus, 0, DAY - 1, 1, Kind.QUIZ)
    after = inputs_of(campus, [0])
    assert list(after.enrolments) == [0]
    assert (_raw(after, "clicks", 0), _raw(after, "discussion_days", 0), _raw(after, "quiz_days", 0)) == (4, 1, 1)
    assert campus.execute("FROM activity_day WHERE enrolment <> 0 ORDER BY ALL").fetchall() == others
    model = load_model()
    assert explain_score(after, model).probability < explain_score(before, model, 0).probability


def test_an_event_without_change_gives_the_score_of_the_tick(campus: duckdb.DuckDBPyConnection) -> None:
    everyone, model = _at(campus), load_model()
    assert explain_score(inputs_of(campus, [7]), model) == explain_score(
        everyone, model, list(everyone.enrolments).index(7)
    )


def test_a_source_day_read_again_changes_nothing(campus: duckdb.DuckDBPyConnection) -> None:
    before = campus.execute("FROM activity_day ORDER BY ALL").fetchall()
    rollup.replace_days(campus, 1, range(DAY - 12, DAY), _clicks("n"))
    assert campus.execute("FROM activity_day ORDER BY ALL").fetchall() == before
    rollup.replace_days(campus, 1, [DAY - 1], _clicks("0"))
    kept = campus.execute("SELECT max(day), count(*) FROM activity_day").fetchall()
    assert kept == [(DAY - 2, len(before) - 11)]


def test_a_source_day_that_fails_leaves_the_roll_up_as_it_was(campus: duckdb.DuckDBPyConnection) -> None:
    before = campus.execute("FROM activity_day ORDER BY ALL").fetchall()
    with pytest.raises(duckdb.Error):
        rollup.replace_days(campus, 1, [DAY - 1], "SELECT 1 AS section, 'none' AS day")
    assert campus.execute("FROM activity_day ORDER BY ALL").fetchall() == before


def test_s80_sub_scores_add_up_to_the_score(campus: duckdb.DuckDBPyConnection) -> None:
    inputs, model = _at(campus), load_model()
    scores = score_all(inputs, model)
    for row in range(len(inputs.enrolments)):
        one = explain_score(inputs, model, row)
        assert set(one.parts) == set(Family)
        assert 1 / (1 + np.exp(-(one.base + sum(one.parts.values())))) == pytest.approx(one.probability)
        assert one.probability == pytest.approx(scores.probability[row])
        assert (one.score, one.model, one.week) == (round(100 * one.probability), model.version, WEEK)


def test_s139_reasons_name_what_was_seen_and_the_sections_median(campus: duckdb.DuckDBPyConnection) -> None:
    one = explain_score(_at(campus), load_model(), 0)
    texts = [reason.text for reason in one.reasons]
    assert 1 <= len(texts) <= 3
    assert all(reason.weight > 0 for reason in one.reasons)
    assert "share of due work not handed in: 100%; section median 0%" in texts


def test_s135_a_score_exists_before_the_first_day_from_history_alone(campus: duckdb.DuckDBPyConnection) -> None:
    campus.execute("DELETE FROM activity_day")
    campus.execute("UPDATE enrolment SET earlier_withdrawn = 2 WHERE enrolment = 3")
    inputs = tick(campus, dict.fromkeys(active_sections(campus), 0))
    risk = score_all(inputs, load_model()).probability
    assert len(risk) == 24
    assert risk[3] > risk[4]
    assert explain_score(inputs, load_model(), 3).reasons[0].signal == "earlier_withdrawn"


def test_r125_no_signal_is_a_protected_attribute() -> None:
    from domain.rules.alerts import protected_inputs

    assert not protected_inputs(BY_NAME)
    assert {signal.family for signal in SIGNALS} == set(Family)


def test_the_model_in_use_points_no_signal_the_wrong_way() -> None:
    model = load_model()
    assert "CC BY 4.0" in model.notice
    for phase in model.phases:
        for name, coefficient in phase.coefficients.items():
            assert coefficient * BY_NAME[name].direction >= 0


@pytest.mark.parametrize(
    "changed", [{"phases": []}, {"first_week": 1}, {"coefficients": {"gender": 1.0}}, {"penalty": 0}], ids=str
)
def test_a_model_file_that_is_not_whole_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    whole = load_model().model_dump(mode="json")
    target = whole if set(changed) & set(whole) else whole["phases"][0]
    target.update(changed)
    file = tmp_path / "model.json"
    import json

    file.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_model(file)


def test_a_model_is_written_as_it_is_read(tmp_path: Path) -> None:
    model: RiskModel = load_model()
    save_model(model, tmp_path / "deep" / "model.json")
    assert load_model(tmp_path / "deep" / "model.json") == model
    with pytest.raises(ConfigurationError, match="FileNotFoundError"):
        load_model(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("signal", "seen", "median", "worded"),
    [
        ("missing", 1 / 3, 0.125, "share of due work not handed in: 33%; section median 12%"),
        ("days_14", 2.0, 7.0, "active days in the last 14: 2; section median 7"),
        ("lateness", 1.2345, None, "mean days between due and hand-in: 1.2; no median in the section"),
        ("no_mark", 1.0, 0.0, "no mark yet"),
        ("days_14", None, 7.0, "active days in the last 14: not known; section median 7"),
    ],
)
def test_s139_a_reason_is_worded_as_an_advisor_would_say_it(
    signal: str, seen: float | None, median: float | None, worded: str
) -> None:
    assert explain_reason(BY_NAME[signal], seen, median) == worded
