"""``provost scrub``: read text, write it with codes in place of identifiers, and say what was found and why."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from graphs.privacy import TextScrub


@click.command(
    help="Read FILE, or standard input, and write it with codes in place of identifiers (S229). The codes are random "
    "and lead back to nobody once the command ends. Where the second check still finds someone, nothing is written and "
    "the exit code is 1. Without --people those of the saved directory are looked for, where the installation has one."
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--people",
    "people_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Whom to look for: one identity as JSON on each line. Up to 300 count as a roster, by single names too.",
)
@click.option(
    "--explain", is_flag=True, help="Print on standard error what was replaced, why, and by which recognizer."
)
@click.option("--no-check", is_flag=True, help="Write the text even where the second check still finds someone.")
def command(file: Path | None, people_file: Path | None, explain: bool, no_check: bool) -> None:
    """Scrub one text; nothing is kept."""
    from privacy.check import require_clean
    from privacy.vault import new_conversation
    from service.screens.scrubbing import print_replaced

    text = _read(file)
    with _open_scrub(people_file) as (scrubber, check, scope):
        coded = scrubber.explain(text, new_conversation(), scope)
        if explain:
            print_replaced(coded)
        if not no_check:
            require_clean(check, [coded.text], scope.model_copy(update={"spoken_of": coded.people}))
    sys.stdout.write(coded.text)


@contextmanager
def _open_scrub(people_file: Path | None) -> Iterator["TextScrub"]:
    """Open what scrubs over the people of the file, else of the saved directory, else of nobody."""
    from graphs.assembly import assemble
    from graphs.privacy import open_known_scrub, open_text_scrub, read_people
    from graphs.settings import load_settings
    from privacy.directory.known import STATE

    with ExitStack() as opened:
        if people_file is None and ((settings := load_settings()).home / "directory" / STATE).is_file():
            provost = opened.enter_context(assemble(settings))
            yield opened.enter_context(open_known_scrub(provost.boundary))
        else:
            people = read_people(people_file) if people_file else ()
            yield opened.enter_context(open_text_scrub(people))


def _read(file: Path | None) -> str:
    from domain.errors import MalformedSource

    try:
        if file:
            return file.read_text(encoding="utf-8")
        buffer = getattr(sys.stdin, "buffer", None)
        return buffer.read().decode("utf-8") if buffer else sys.stdin.read()
    except UnicodeDecodeError as error:
        fix = "Convert it to UTF-8 first."
        raise MalformedSource("The text is not UTF-8.", field="FILE", fix=fix) from error
