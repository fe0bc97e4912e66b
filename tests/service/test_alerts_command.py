"""``provost alerts``: what it asks for, what it prints, how it ends."""

from click.testing import CliRunner

from service.cli.alerts import command


def test_every_part_of_the_command_says_what_it_is_for() -> None:
    shown = CliRunner().invoke(command, ["--help"])
    assert shown.exit_code == 0
    for name in ("run", "caseload", "show", "feedback", "close", "export"):
        assert name in shown.output


def test_r133_feedback_needs_an_outcome_of_the_list_and_a_reason() -> None:
    runner = CliRunner()
    assert runner.invoke(command, ["feedback", "alr_1", "--outcome", "useful"]).exit_code == 2
    assert runner.invoke(command, ["feedback", "alr_1", "--outcome", "good", "--reason", "x"]).exit_code == 2


def test_r134_nobody_closes_an_alert_because_the_term_ended() -> None:
    assert CliRunner().invoke(command, ["close", "alr_1", "--because", "term_ended"]).exit_code == 2
