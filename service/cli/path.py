"""``provost path``: what a class already offers that fits one student, with reasons; sent only by an advisor."""

import sys
from pathlib import Path

import click


@click.command(help="Show the learning path of STUDENT (SIS id or record handle) in SECTION (TERM-CRN).")
@click.argument("student")
@click.argument("section")
@click.option("--view", type=click.Choice(["student", "instructor"]), default="student", show_default=True)
@click.option("--send", type=click.Choice(["note", "risk"]), help="Ask the advisor to send it; say what set it off.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the path to this file.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
def command(
    student: str, section: str, view: str, send: str | None, json_file: Path | None, token_file: Path | None
) -> None:
    """Show the path; exit 3 where a message waits for the advisor."""
    from agents.paths import Driver, View
    from domain.errors import AccessDenied
    from domain.ids import SectionKey
    from domain.principals import Role
    from graphs.learning_path import PathRequest
    from graphs.path_work import PathWork
    from graphs.reports import RunState
    from graphs.runner import new_run
    from service.cli import WAITING
    from service.cli.session import caller, handle_of, open_to_act
    from service.screens.path import print_path
    from service.screens.run_report import print_run

    key = SectionKey.parse(section)
    if key is None:
        raise click.UsageError("Name the section as TERM-CRN, such as 202680-10001.")
    with open_to_act() as provost:
        who, person = caller(provost, token_file), handle_of(provost, student)
        path = PathWork(provost, opens_knowledge=True).show(who, person, key, View(view))
        print_path(path)
        if json_file is not None:
            json_file.write_text(path.model_dump_json(indent=2) + "\n", encoding="utf-8")
        if send is None:
            return
        if Role.ADVISOR not in who.roles:
            fix = "Tell the advisor, who may send it."
            raise AccessDenied("Only an advisor has a path sent.", field="send", fix=fix)
        request = PathRequest(run=new_run(), term=key.term, section=str(key), person=person, driver=Driver(send))
        report = provost.work(request)
    print_run(report)
    if report.state is RunState.WAITING:
        sys.exit(WAITING)
