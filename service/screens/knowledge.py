"""What ``provost knowledge`` shows: what was taken in, passages with their sources, what would be forgotten."""

from collections.abc import Sequence

import click

from privacy.knowledge.base import CollectionStatus
from privacy.knowledge.forgetting import ForgettingPlan
from privacy.knowledge.ingesting import IngestReport
from privacy.knowledge.vocabulary import Citation, Passage

_SHOWN_FINDINGS = 20


def print_ingest(report: IngestReport) -> None:
    """Print one source's counts, then what was refused and what to do about it."""
    would = "Would be: " if report.dry_run else ""
    click.echo(
        f"{report.source}: {would}{report.added} added, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.removed} removed, {len(report.refused)} refused."
    )
    if not report.complete:
        click.echo("The source did not come whole, so nothing was removed for being absent (R70).")
    for finding in report.refused[:_SHOWN_FINDINGS]:
        click.echo(f"  {finding.code} {finding.subject}: {finding.message} {finding.fix}")
    if len(report.refused) > _SHOWN_FINDINGS:
        click.echo(f"  and {len(report.refused) - _SHOWN_FINDINGS} more.")


def print_passages(passages: Sequence[Passage]) -> None:
    """Print each passage under its source."""
    for number, passage in enumerate(passages, start=1):
        click.echo(f"{number}. {_place(passage.citation)}")
        click.echo(f"   {'' if passage.trusted else '(written in the LMS) '}{passage.text}\n")
    click.echo(f"{len(passages)} passages.", err=True)


def print_plan(plan: ForgettingPlan) -> None:
    """Print what would be forgotten, and the digest that confirms exactly this."""
    for document in plan.documents:
        until = f", until {document.expires_at:%Y-%m-%d}" if document.expires_at else ""
        click.echo(f"{document.id}  {document.facts.access.value}  {document.source}  {document.facts.title}{until}")
    click.echo(f"{len(plan.documents)} documents with {plan.chunks} chunks would be forgotten.")
    if plan.documents:
        click.echo(f"To do it, give the same command with --plan {plan.digest}")


def print_status(status: Sequence[CollectionStatus], embedding: str) -> None:
    """Print one line for each access class."""
    for each in status:
        click.echo(
            f"{each.access.value:8} {each.documents:6,} documents {each.chunks:7,} chunks {each.vectors:7,} vectors"
            f" {each.expired:5,} expired"
        )
    click.echo(f"Embedding: {embedding}.")


def _place(citation: Citation) -> str:
    parts = [citation.title, citation.section, citation.version, citation.url or citation.source]
    return ", ".join(part for part in parts if part)
