"""Writes the model card: what the model is for, its figures, whom it treats differently, what it cannot do."""

from pathlib import Path

from agents.early_alert.model import RiskModel
from agents.early_alert.signals import SIGNALS, Family
from evals.early_alert.measured import BUDGET, CAPACITY, Measured, WeekFigures
from evals.early_alert.replay import Replay
from evals.early_alert.suite import AREA_FLOORS, metrics_of, thresholds
from evals.suites import shortfalls

PLOT = "model-card-calibration.png"


def write_card(file: Path, model: RiskModel, measured: Measured) -> None:
    """Write the card and its calibration plot beside it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    plot_calibration(file.with_name(PLOT), measured.weeks)
    file.write_text(card_text(model, measured), encoding="utf-8")


def card_text(model: RiskModel, measured: Measured) -> str:
    """Return the card in Markdown."""
    parts = (
        _head(model, measured),
        _inputs(model),
        _ranking(measured),
        _reach(measured),
        _fairness(measured),
        _limits(),
    )
    return "\n\n".join(parts) + "\n"


def _head(model: RiskModel, measured: Measured) -> str:
    missed = shortfalls(metrics_of(measured), thresholds())
    held = (
        "All thresholds hold."
        if not missed
        else "Thresholds missed: " + ", ".join(f"`{name}`" for name in missed) + "."
    )
    accepted = f"\n\nUsed all the same because: {model.accepted}" if model.accepted else ""
    told = (
        f" and on {model.feedback:,} alerts of which advisors said what came, each weighed by how likely it was to be"
        " shown or left to chance"
        if model.feedback
        else ""
    )
    return f"""# Model card: early alert

Written by `provost model train`. Version `{model.version}`, trained on {", ".join(model.trained_on)}{told}, tested on
{measured.test}, seed {model.seed}. {model.notice}

The model estimates the probability that a student who is still enrolled will have {model.outcome} by the end of the
term. It orders who an advisor may want to look at first. It decides nothing, and no student sees it.

{held}{accepted}"""


def _inputs(model: RiskModel) -> str:
    used = [signal for signal in SIGNALS if signal.name not in model.left_out]
    rows = [
        f"| {family.value} | {', '.join(signal.words for signal in used if signal.family is family)} |"
        for family in Family
    ]
    return "\n".join([
        "## Inputs",
        "",
        "No protected attribute is an input. Earlier education and days between registration and first day may stand in"
        " for one; `--without` leaves a signal out.",
        "Each student is set beside the own section. A coefficient cannot point the wrong way: more activity never"
        " raises a risk.",
        "",
        "| sub-score | signals |",
        "|---|---|",
        *rows,
    ])  # fmt: skip


def _ranking(measured: Measured) -> str:
    rows = [_week_row(week) for week in measured.weeks]
    return "\n".join([
        "## Ranking and calibration",
        "",
        "Students still enrolled at the end of the week, marks as they had been posted by then. The challenger is a"
        " monotone gradient-boosted model on the same inputs; the interval is a paired bootstrap of ours less the"
        " challenger's area. The calibration error is over ten bins of equal mass.",
        "",
        "| week | students | AUC | floor | challenger | difference, 95% | calibration error |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
        f"![Calibration by week]({PLOT})",
    ])  # fmt: skip


def _week_row(week: WeekFigures) -> str:
    low, high = week.difference
    return (
        f"| {week.week} | {week.students:,} | {week.area:.3f} | {AREA_FLOORS[week.week]:.3f} | {week.challenger:.3f}"
        f" | {low:+.3f} to {high:+.3f} | {week.error:.3f} |"
    )


def _reach(measured: Measured) -> str:
    sides = {
        "this model": measured.ours,
        "this model, no alert in the first fortnight and none repeated without a rise": measured.quietly,
        "fewest clicks in the section": measured.fewest_clicks,
    }
    return "\n".join([
        f"## Replay at {CAPACITY:.0%} of students a week",
        "",
        "Weeks 1 to 12, four weeks of quiet after an alert, at most three about one student. Recall is of all who were"
        " enrolled in week 1 and failed or left.",
        "",
        "| order | students alerted | precision | recall | leavers alerted before they left | median lead, days |",
        "|---|---|---|---|---|---|",
        *(_replay_row(name, side) for name, side in sides.items()),
    ])  # fmt: skip


def _replay_row(name: str, side: Replay) -> str:
    shares = (side.alerted_share, side.precision, side.recall, side.leavers_reached)
    return f"| {name} | {' | '.join(f'{share:.3f}' for share in shares)} | {side.median_lead_days:.0f} |"


def _fairness(measured: Measured) -> str:
    rows = [
        f"| {each.week} | {each.attribute} | {group} | {wrongly:.3f} | {rightly:.3f} |"
        for each in measured.groups
        for group, (wrongly, rightly) in each.rates.items()
    ]
    gaps = [
        f"| {each.week} | {each.attribute} | all, widest gap | {each.false_positive_gap:.3f} | {each.found_gap:.3f} |"
        for each in measured.groups
    ]
    return "\n".join([
        f"## Groups, with the top {BUDGET:.0%} flagged",
        "",
        "Read by this audit only. Groups with fewer than a hundred students on either side are left out. Leaving an"
        " attribute out does not make a model fair by itself: read both columns.",
        "",
        "| week | attribute | group | flagged of those who did well | flagged of those who failed or left |",
        "|---|---|---|---|---|",
        *gaps,
        *rows,
    ])  # fmt: skip


def _limits() -> str:
    return """## What it cannot do

- Many who leave are gone within the first four weeks, before a limited number of alerts can reach them.
- It was fitted on a distance university: no classrooms, and online classes stand in for attendance. Measure it on your
  own finished terms before it orders anything.
- A course without a past takes the institution's rate of failing and leaving, and is less well calibrated.
- Signals and phases were compared on 2014B as well, so figures of that term flatter the model a little; a term that
  nobody has looked at is still to be measured.
- It says nothing about whether contact helps. Outcomes after contact are not fit to train on without that mark."""


def plot_calibration(file: Path, weeks: list[WeekFigures]) -> None:
    """Draw predicted beside observed risk, a line per week."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5), dpi=100)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    for week in weeks:
        axes.plot(
            [each.predicted for each in week.bins], [each.observed for each in week.bins], label=f"week {week.week}"
        )
    axes.set_xlabel("predicted risk")
    axes.set_ylabel("share who failed or left")
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, metadata={"Software": None})
