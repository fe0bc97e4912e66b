"""``provost demo``: a campus on loopback, reconciled from start to end."""

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

if TYPE_CHECKING:
    from evals.campus_process import CampusProcess
    from service.demo.run import Demonstration


@click.command(
    help="Start a campus on loopback and reconcile it: find, fix, hold, approve, roll back, verify and score."
)
@click.option(
    "--once", is_flag=True, help="End with the summary; otherwise the campus stays up for you to try commands."
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the summary to this file.")
@click.option("--students", default=2000, show_default=True, help="Size of the campus.")
@click.option("--seed", default=7, show_default=True, help="Seed of everything random on campus.")
@click.option("--term", default="", help="Term to reconcile; 202680, or the last term of the records.")
@click.option("--world", type=click.Choice(["synthetic", "oulad"]), default="synthetic", show_default=True)
@click.option("--data", type=click.Path(exists=True, path_type=Path), help="Folder of the OULAD records.")
def command(
    once: bool, json_file: Path | None, students: int, seed: int, term: str, world: str, data: Path | None
) -> None:
    """Run the main job."""
    from evals.campus_process import CampusProcess, campus_arguments
    from graphs.settings import DEMO_SETTINGS
    from service.demo.alone import alone_in

    out = Console(width=max(Console().width, 100)) if not sys.stdout.isatty() else Console()
    arguments = campus_arguments(students=students, seed=seed, term=term, world=world, data=data)
    with ExitStack() as running:
        running.enter_context(alone_in(DEMO_SETTINGS.parent.parent))
        out.print(f"Starting a campus of {students:,} students (seed {seed}) on loopback, over TLS 1.3.")
        campus = running.enter_context(CampusProcess(arguments))
        demo = _demonstrate(campus, seed, out)
        if json_file:
            json_file.write_text(json.dumps(demo.summary(), indent=2) + "\n", encoding="utf-8")
        if not once:
            _stay(out, campus.handle["term"])
    if not demo.passed:
        sys.exit(1)


def _demonstrate(campus: "CampusProcess", seed: int, out: Console) -> "Demonstration":
    from domain.ids import TermCode
    from evals.installation import write_installation
    from graphs.assembly import assemble
    from graphs.settings import load_settings
    from service.demo import run as steps
    from service.demo.leaving import show_leaving
    from service.logs import configure_logs
    from service.screens import demo as screen
    from service.screens.progress import stage_progress

    settings_file = write_installation(campus.handle)
    settings = load_settings(file=settings_file)
    configure_logs(settings.log_format, settings.log_level)
    with assemble(settings) as provost:
        screen.print_heading(
            out, f"1. Reconcile term {campus.handle['term']}: Banner is right, Canvas is brought into line"
        )
        with stage_progress() as sink:
            demo = steps.reconcile_campus(provost, TermCode(campus.handle["term"]), sink)
        screen.print_reconcile(demo.run, out)

        screen.print_heading(out, "2. One approval, from request to verified write")
        people = steps.add_people(provost, settings_file.parent)
        plan = steps.choose_plan(provost, demo.run.held, people)
        if plan is not None:
            screen.print_approval(provost, plan, out)
            steps.show_approval(provost, demo, plan, people)
            screen.print_answer(demo, out)

        screen.print_heading(out, "3. Live registrations, carried as they happen")
        steps.carry_live_events(provost, campus, demo)
        screen.print_live(demo, out)

        screen.print_heading(out, "4. One rollback")
        steps.show_rollback(provost, demo, people)
        screen.print_rollback(demo, out)

        screen.print_heading(out, "5. The ledger, and the score against what was planted")
        steps.verify_and_score(provost, campus, demo)
        screen.print_ledger(demo, out)
        if demo.score is not None:
            screen.print_score(demo.score, out)

        screen.print_heading(out, "6. What may leave: a sentence about a student, and what a model would get of it")
        screen.print_leaving(show_leaving(provost, demo, people), out)
    _live_a_week(settings_file.parent / "week", seed, out)
    demo.seconds = time.monotonic() - demo.started
    out.print(f"Done in {demo.seconds:.1f} s.")
    return demo


def _live_a_week(home: Path, seed: int, out: Console) -> None:
    from service.demo import week as steps
    from service.screens import week as screen
    from service.screens.demo import print_heading

    with steps.open_week(home, seed) as week:
        print_heading(out, f"7. A week in class, at {steps.STUDENTS} students in October: interim grades of a section")
        screen.print_grades(steps.show_grades(week), out)
        print_heading(out, "8. A student withdraws from a class: what it means, and who hears of it")
        screen.print_drop(steps.show_drop(week), out)
        print_heading(out, "9. Early alert: who may need somebody, and why")
        screen.print_alerts(steps.show_alerts(week), out)


def _stay(out: Console, term: str) -> None:
    out.print(
        "\nThe campus stays up. In another terminal, from this folder:\n"
        "  .venv/bin/provost approvals list\n"
        "  .venv/bin/provost approvals show ID\n"
        "  .venv/bin/provost approvals approve ID --token-file .provost/demo/demo-registrar.token\n"
        f"  .venv/bin/provost reconcile {term} --dry-run\n"
        "  .venv/bin/provost ledger verify\n"
        "Press Ctrl-C here to stop it."
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        out.print("Campus stopped.")
