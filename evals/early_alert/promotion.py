"""Puts a measured model to use; what falls short is refused unless someone says why it is better than none."""

from importlib.resources import files
from pathlib import Path

from agents.early_alert.model import CURRENT, load_model, save_model
from domain.errors import PolicyDenied
from evals.early_alert.card import write_card
from evals.early_alert.measured import measure
from evals.early_alert.suite import report_of
from evals.suites import shortfalls


def promote(data: Path, file: Path, test: str, card: Path, *, accept: str = "", place: Path | None = None) -> list[str]:
    """Replace the model in use and write its card; returns the thresholds missed.

    Raises PolicyDenied if some are and no reason is given.
    """
    model = load_model(file)
    measured = measure(data, model, test)
    report = report_of(measured, model)
    missed = shortfalls(report["metrics"], report["thresholds"])
    if missed and not accept.strip():
        raise PolicyDenied(
            f"The model misses {len(missed)} thresholds: {', '.join(missed)}.",
            field="model",
            fix="Train a better one, or say with --accept why this one is used.",
        )
    accepted = model.model_copy(update={"accepted": accept.strip() if missed else ""})
    save_model(accepted, place or in_use())
    write_card(card, accepted, measured)
    return missed


def in_use() -> Path:
    """Return the file of the model in use."""
    return Path(str(files("agents.early_alert").joinpath("coefficients", f"{CURRENT}.json")))
