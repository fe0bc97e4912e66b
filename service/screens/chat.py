"""A turn of the chat on the screen: steps as they happen, the words as they come, then sources and what waits."""

from collections.abc import Iterable, Sequence

import click

from graphs.chat_events import (
    ChatEnded,
    ChatEvent,
    ChatFailed,
    ChatProposed,
    ChatSource,
    ChatSources,
    ChatStep,
    ChatSummary,
    ChatTurn,
    ChatWords,
)
from service.screens.words import counted


def print_turn(events: Iterable[ChatEvent], *, quiet: bool = False) -> bool:
    """Print a turn while it runs; return whether it was answered to the end."""
    answered, open_line = False, False
    for event in events:
        if isinstance(event, ChatWords):
            click.echo(event.text, nl=False)
            open_line = not event.text.endswith("\n")
            continue
        if open_line:
            click.echo()
            open_line = False
        if isinstance(event, ChatStep):
            _print_step(event, quiet=quiet)
        else:
            _print_rest(event)
            answered = isinstance(event, ChatEnded)
    return answered


def print_conversations(found: Sequence[ChatSummary]) -> None:
    """Print one line per conversation, newest first."""
    for one in found:
        click.echo(f"{one.id}  {one.begun_at:%Y-%m-%d %H:%M} UTC  {counted(one.turns, 'turn')}  {one.title}")
    click.echo(f"{counted(len(found), 'conversation')}.")


def print_transcript(turns: Sequence[ChatTurn]) -> None:
    """Print every question with its answer and sources, as the reader may see them now."""
    for turn in turns:
        click.echo(f"{turn.asked_at:%Y-%m-%d %H:%M} UTC  {turn.asked}")
        click.echo(turn.answer)
        _print_sources(turn.sources)
        for each in turn.proposed:
            _print_rest(each)
        click.echo()


def _print_step(step: ChatStep, *, quiet: bool) -> None:
    if not quiet:
        note = f", {step.note}" if step.note else ""
        click.echo(f"  [{step.what}] {step.name}, {step.ms} ms{note}", err=True)


def _print_rest(event: ChatSources | ChatProposed | ChatEnded | ChatFailed) -> None:
    if isinstance(event, ChatSources):
        _print_sources(event.sources)
    elif isinstance(event, ChatProposed):
        click.echo(f"Waits for approval {event.approval_id}: {event.summary}")
    elif isinstance(event, ChatEnded):
        click.echo(f"{event.model_label} {event.ms} ms in all.")
    else:
        click.echo(f"{event.code}: {event.message} Next step: {event.fix}", err=True)


def _print_sources(sources: Sequence[ChatSource]) -> None:
    for number, each in enumerate(sources, start=1):
        click.echo(f"  ({number}) {each.label}, read {each.read_at:%Y-%m-%d %H:%M} UTC")
