"""``provost model train|evaluate|promote``: a new model of early alert, measured before it is put to use."""

import json
from pathlib import Path

import click

from evals.early_alert.training import TRAINING_TERMS

_CANDIDATE = Path("candidate.json")
_DATA = click.option(
    "--data", required=True, type=click.Path(path_type=Path, exists=True), help="Folder of the OULAD parquet files."
)
_FILE = click.option(
    "--model", "file", type=click.Path(path_type=Path), default=_CANDIDATE, show_default=True, help="The model's file."
)
_CARD = click.option(
    "--card", type=click.Path(path_type=Path), default=Path("model-card.md"), show_default=True, help="The model card."
)
_TEST = click.option("--test", default="2014B", show_default=True, help="Presentation that the model never saw.")


@click.group(help="Train, evaluate and promote the model of early alert.")
def command() -> None:
    """Nothing is put to use that was not measured on a term it never saw."""


@command.command("train")
@_DATA
@click.option("--terms", default=",".join(TRAINING_TERMS), show_default=True, help="Finished terms, comma between.")
@click.option("--without", "left_out", multiple=True, help="Signal to leave out, such as education; may be repeated.")
@click.option(
    "--feedback",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File of provost alerts export; each alert weighs by its propensity.",
)
@_FILE
@_TEST
@_CARD
def train_model(
    data: Path, terms: str, left_out: tuple[str, ...], feedback: Path | None, file: Path, test: str, card: Path
) -> None:
    """Fit a model on finished terms, measure it on a term it never saw, and write it with its card."""
    from agents.early_alert.model import save_model
    from evals.early_alert.card import write_card
    from evals.early_alert.feedback import read_feedback
    from evals.early_alert.measured import measure
    from evals.early_alert.training import train

    told = read_feedback(feedback) if feedback else None
    model = train(data, tuple(terms.split(",")), left_out, told.judged if told else None)
    save_model(model, file)
    write_card(card, model, measure(data, model, test))
    if told:
        click.echo(told.explain())
    click.echo(f"Wrote {file} ({model.version}) and {card}. Next: provost model evaluate --data DIR --model {file}.")


@command.command("evaluate")
@_DATA
@_FILE
@_TEST
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures to this file.")
def evaluate_model(data: Path, file: Path, test: str, json_file: Path | None) -> None:
    """Measure a model beside the challenger on a term it never saw, and print every figure with its bound."""
    from agents.early_alert.model import load_model
    from evals.early_alert.measured import measure
    from evals.early_alert.suite import report_of
    from service.cli.eval import print_report

    model = load_model(file)
    measured = measure(data, model, test)
    report = report_of(measured, model)
    print_report(report)
    for week in measured.weeks:
        low, high = week.difference
        click.echo(f"  week {week.week}: ours less the challenger's area, 95% interval {low:+.4f} to {high:+.4f}")
    if json_file:
        json_file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


@command.command("promote")
@_DATA
@_FILE
@_TEST
@_CARD
@click.option(
    "--accept", default="", help="Why a model that misses a threshold is used all the same; kept in its file."
)
@click.option("--to", "place", type=click.Path(path_type=Path), help="File to replace; by default the one in use.")
def promote_model(data: Path, file: Path, test: str, card: Path, accept: str, place: Path | None) -> None:
    """Put a model to use after measuring it again; one that misses a threshold needs a reason."""
    from evals.early_alert.promotion import promote

    missed = promote(data, file, test, card, accept=accept, place=place)
    click.echo("In use from now on." + (f" Accepted although it misses {', '.join(missed)}." if missed else ""))
