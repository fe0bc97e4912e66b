"""``provost bench NAME``: ours beside a baseline in one process, with the ratio and the memory."""

import json
from pathlib import Path

import click

from evals.bench import BENCHES, BenchRow, run_bench

_COLUMNS = (
    "case",
    "size",
    "ours_s",
    "baseline_s",
    "ratio",
    "limit",
    "per_second",
    "per_minute",
    "kilobytes",
    "peak_mib",
)
_TIMES = ("p50_ms", "p99_ms", "skipped")
_PRINTED_WIDTH = 200
_SCORES = ("recall", "precision", "automatic_share")


@click.command(help="Measure NAME beside its baseline: " + "; ".join(sorted(BENCHES)) + ".")
@click.argument("name", type=click.Choice(sorted(BENCHES)))
@click.option("--large", is_flag=True, help="Add the sizes that take minutes and several GB.")
@click.option("--database", default="", help="PostgreSQL to measure on too, where NAME measures one.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the rows to this file.")
def command(name: str, large: bool, database: str, json_file: Path | None) -> None:
    """Run one benchmark and print its rows; exit 1 where a ratio is over its limit or a score is not whole."""
    report = run_bench(name, large=large, database=database)
    _print_table(name, report["rows"])
    if json_file:
        json_file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    over = [row for row in report["rows"] if _falls_short(row)]
    if over:
        cases = ", ".join(f"{row['case']} at {row['size']}" for row in over)
        raise click.ClickException(
            f"Over the limit, or not everything found: {cases}. Profile that case before the next release."
        )


def _falls_short(row: BenchRow) -> bool:
    over = "limit" in row and row["ratio"] > row["limit"]
    return over or min(row.get("recall", 1.0), row.get("precision", 1.0)) < 1.0


def _print_table(name: str, rows: list[BenchRow]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = [column for column in (*_COLUMNS, *_TIMES, *_SCORES) if any(column in row for row in rows)]
    table = Table(title=f"bench {name}", title_justify="left")
    for column in shown:
        table.add_column(column, justify="left" if column == "case" else "right")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in shown))
    screen = Console()
    (screen if screen.is_terminal else Console(width=_PRINTED_WIDTH)).print(table)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}" if value < 100 else f"{value:,.0f}"  # noqa: PLR2004 three digits are enough below 100
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
