"""``provost insights``: what goes with higher grades, where little is used of much, who offers what; numbers only."""

from pathlib import Path

import click


@click.command(
    help="Answer about ASKED in numbers: a department (MATH), a course (MATH101), a section, several by commas, all."
)
@click.argument("asked")
@click.option("--term", default="", help="Term code; the running term where none is given.")
@click.option("--report", "folder", type=click.Path(path_type=Path), help="Write a Markdown page and plots here.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the answer to this file.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
def command(asked: str, term: str, folder: Path | None, json_file: Path | None, token_file: Path | None) -> None:
    """Ask; small cells are hidden, and nobody is named."""
    from domain.ids import TermCode
    from graphs.course_insights import CourseInsights, InsightsRequest
    from service.cli.session import caller, open_to_act, running_term
    from service.insights_report import write_insights
    from service.screens.insights import print_insights
    from service.screens.progress import stage_progress

    with open_to_act() as provost:
        who = caller(provost, token_file)
        request = InsightsRequest(asked=asked, term=TermCode(term) or running_term(provost), reader=who)
        with stage_progress() as progress:
            found = CourseInsights(provost, progress).ask(request)
    print_insights(found)
    if folder is not None:
        for path in write_insights(found, folder):
            click.echo(f"Wrote {path}.")
    if json_file is not None:
        json_file.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
