"""``provost knowledge``: take texts in, ask them, let them be forgotten; one process at a time has the folder open."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from privacy.knowledge.forgetting import Forgetter, ForgettingPlan

_TOKEN = click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
_CLASSES = click.Choice(["public", "staff", "course", "notes"])


@click.group(help="Take policies and course materials in, search them with citations, let them be forgotten.")
def command() -> None:
    """Keep the knowledge base."""


@command.command("ingest", help="Take in a folder of texts, or the pages and files of a term's courses in Canvas.")
@click.option("--folder", type=click.Path(path_type=Path), help="Folder of Markdown, text and HTML files.")
@click.option("--source", default="", help="Name of the folder as a source; the folder's own name where empty.")
@click.option("--access", type=_CLASSES, help="Access class of files that name none at their head.")
@click.option("--person-free", is_flag=True, help="Files that do not say otherwise name nobody; it is checked.")
@click.option("--canvas", "term", default="", help="Term whose published courses are read from Canvas.")
@click.option("--course", "courses", multiple=True, help="SIS course id; all courses of the term where none is given.")
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
@_TOKEN
def ingest(
    folder: Path | None,
    source: str,
    access: str | None,
    person_free: bool,
    term: str,
    courses: tuple[str, ...],
    dry_run: bool,
    token_file: Path | None,
) -> None:
    """Take a source in; exit 1 where some of it was refused."""
    from domain.ids import SisCourseId, TermCode
    from privacy.knowledge.folder import Head
    from service.cli import FAILED
    from service.cli.session import caller, open_to_act
    from service.screens.knowledge import print_ingest

    if (folder is None) == (not term):
        raise click.UsageError("Give either --folder or --canvas.")
    given = {"access": access} if access else {}
    with open_to_act() as provost:
        who, knowing = caller(provost, token_file), provost.knowledge
        if folder is not None:
            defaults = Head.model_validate({**given, "person_free": person_free})
            reports = [knowing.ingest_folder(folder, source or folder.name, defaults, who, dry_run=dry_run)]
        else:
            wanted = frozenset(map(SisCourseId, courses))
            reports = knowing.ingest_canvas(provost.readers, TermCode(term), wanted, who, dry_run=dry_run)
    for report in reports:
        print_ingest(report)
    if any(report.refused for report in reports):
        sys.exit(FAILED)


@command.command("search", help="Find passages that answer QUESTION, as far as you may read, with their sources.")
@click.argument("question")
@click.option("--class", "classes", multiple=True, type=_CLASSES, help="Look in this access class only.")
@click.option("--course", "courses", multiple=True, help="Of course materials, look in this SIS course id only.")
@click.option("--purpose", default="advising", show_default=True, help="Why, where a passage concerns people.")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50), help="Passages to show.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the passages to this file.")
@_TOKEN
def search(
    question: str,
    classes: tuple[str, ...],
    courses: tuple[str, ...],
    purpose: str,
    limit: int,
    json_file: Path | None,
    token_file: Path | None,
) -> None:
    """Ask the knowledge base."""
    from domain.ids import SisCourseId
    from domain.materials import AccessClass
    from privacy.knowledge.vocabulary import SearchScope
    from service.cli.session import caller, open_to_act
    from service.screens.knowledge import print_passages

    scope = SearchScope(
        classes=frozenset(map(AccessClass, classes)) or None,
        courses=frozenset(map(SisCourseId, courses)) or None,
        purpose=purpose,
        limit=limit,
    )
    with open_to_act() as provost:
        passages = provost.knowledge.base.search(question, caller(provost, token_file), scope)
    print_passages(passages)
    if json_file:
        shown = {"passages": [passage.as_data() for passage in passages]}
        json_file.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@command.command("forget", help="Show what would be forgotten; with --plan, remove exactly that, to the last byte.")
@click.option("--expired", is_flag=True, help="Everything whose time is over by the retention rule.")
@click.option("--document", "documents", multiple=True, help="This document, by the id that a citation names.")
@click.option("--source", default="", help="Everything of one source, such as folder:policies.")
@click.option("--person", default="", help="Every note that concerns this record handle.")
@click.option("--plan", "shown", default="", help="Digest under the list you looked at; without it nothing is removed.")
@click.option("--dry-run", is_flag=True, help="Only show, even where --plan is given.")
@_TOKEN
def forget(
    expired: bool,
    documents: tuple[str, ...],
    source: str,
    person: str,
    shown: str,
    dry_run: bool,
    token_file: Path | None,
) -> None:
    """Look first, then remove."""
    from service.cli.session import caller, open_to_act
    from service.screens.knowledge import print_plan

    if sum(map(bool, (expired, documents, source, person))) != 1:
        raise click.UsageError("Give one of --expired, --document, --source and --person.")
    with open_to_act() as provost:
        who, base = caller(provost, token_file), provost.knowledge.base
        base.require_keeper(who)
        plan = _plan(base.forgetting, documents, source, person)
        if dry_run or not shown:
            print_plan(plan)
            return
        click.echo(f"{base.forget(plan, shown, who)} documents are forgotten.")


@command.command("status", help="Show what the knowledge base holds, in numbers.")
def status() -> None:
    """Count documents, chunks and vectors."""
    from service.cli.session import open_provost
    from service.screens.knowledge import print_status

    with open_provost() as provost:
        base = provost.knowledge.base
        print_status(base.status(), base.embedding)


@command.command("rebuild", help="Make all vectors anew from the texts, after another embedding was set.")
@_TOKEN
def rebuild(token_file: Path | None) -> None:
    """Embed everything again."""
    from service.cli.session import caller, open_to_act

    with open_to_act() as provost:
        click.echo(f"{provost.knowledge.base.rebuild(caller(provost, token_file)):,} vectors are made.")


def _plan(forgetting: "Forgetter", documents: tuple[str, ...], source: str, person: str) -> "ForgettingPlan":
    from domain.ids import RecordHandle

    if documents:
        return forgetting.plan_documents(documents)
    if source:
        return forgetting.plan_source(source)
    return forgetting.plan_person(RecordHandle(person)) if person else forgetting.plan_expired()
