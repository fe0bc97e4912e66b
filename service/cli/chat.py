"""``provost chat``: ask the advisor one question, or several in a row; every step and every source is shown."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click


@click.command(help="Ask QUESTION; without one, ask several in a row until an empty line.")
@click.argument("question", required=False)
@click.option("--conversation", default="", help="Go on with this conversation of yours; its id is printed each time.")
@click.option("--list", "listing", is_flag=True, help="List your conversations.")
@click.option("--show", is_flag=True, help="Show the conversation named by --conversation.")
@click.option("--forget", is_flag=True, help="Erase the conversation named by --conversation for good.")
@click.option("--quiet", is_flag=True, help="Show the answer and its sources only, no steps.")
@click.option(
    "--token-file", type=click.Path(exists=True, path_type=Path), help="File with your token; else PROVOST_TOKEN."
)
def command(
    question: str | None,
    conversation: str,
    *,
    listing: bool,
    show: bool,
    forget: bool,
    quiet: bool,
    token_file: Path | None,
) -> None:
    """Talk with the advisor; exit 1 where an answer broke off."""
    from service.cli import FAILED
    from service.cli.session import caller, open_to_act
    from service.screens.chat import print_conversations, print_transcript, print_turn

    if (show or forget) and not conversation:
        raise click.UsageError("Name the conversation with --conversation.")
    with open_to_act() as provost:
        who, room = caller(provost, token_file), provost.chat
        if listing:
            print_conversations(room.conversations(who))
            return
        if show:
            print_transcript(room.transcript(who, conversation))
            return
        if forget:
            room.forget(who, conversation)
            click.echo("The conversation is erased.")
            return
        begun = conversation or room.begin(who)
        broken = 0
        for words in _questions(question):
            broken += not print_turn(room.ask(who, words, begun), quiet=quiet)
    click.echo(f"Conversation {begun}")
    if broken:
        sys.exit(FAILED)


def _questions(question: str | None) -> Iterator[str]:
    """Yield the one question, or what is typed until a line is empty or the input ends."""
    if question:
        yield question
        return
    while True:
        try:
            line = str(click.prompt("You", default="", show_default=False, prompt_suffix="> "))
        except click.Abort:
            return
        if not line.strip():
            return
        yield line
