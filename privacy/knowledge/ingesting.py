"""Taking a source in: what is new or changed is written, what is the same is left alone, what is gone is removed.

Absence counts only after a complete fetch (R70), and an empty one proves nothing (R66).
"""

from collections.abc import Callable
from typing import NamedTuple

from domain.errors import DuplicateKey, EmptySource, ProvostError
from domain.findings import Finding, Severity
from domain.materials import Material
from domain.ports import Clock, Fetch
from domain.principals import Principal
from domain.records import Record
from privacy.knowledge.documents import Document, Documents
from privacy.knowledge.preparing import Prepared, Preparer, refusal
from store.canonical import JSON
from store.ledger import Ledger


class IngestReport(Record):
    """What taking in a source did, or would do in a dry run; ``refused`` says what was not taken and why."""

    source: str
    added: int
    changed: int
    unchanged: int
    removed: int
    complete: bool
    refused: tuple[Finding, ...] = ()
    dry_run: bool = False


class IngestPlan(NamedTuple):
    """What is to be written and removed for one source."""

    write: tuple[Prepared, ...]
    remove: tuple[Document, ...]
    report: IngestReport

    @property
    def collections(self) -> frozenset[str]:
        """The collections whose vectors no longer fit once this is applied."""
        written = {each.document.collection for each in self.write}
        return frozenset(written | {each.collection for each in self.remove})


class Ingestor:
    """Plans and applies what a source brings; ``align`` brings the vectors of a collection into line."""

    def __init__(
        self, documents: Documents, preparer: Preparer, ledger: Ledger, clock: Clock, align: Callable[[str], None]
    ) -> None:
        self._documents, self._preparer, self._ledger = documents, preparer, ledger
        self._clock, self._align = clock, align

    def plan_ingest(self, source: str, fetch: Fetch[Material], *, emptied: bool = False) -> IngestPlan:
        """Compare what a source says with what is on record; nothing is written.

        A source that brings nothing although it had documents is left as it is and said to be empty (R66), unless
        ``emptied`` says that this is as it should be.
        """
        held = self._documents.find(source=source, prefix=self._preparer.tenant_prefix)
        doubted = bool(held) and not fetch.rows and not emptied
        ready, refused = self._prepare_all(source, fetch)
        write = tuple(
            each for id_, each in ready.items() if id_ not in held or held[id_].digest != each.document.digest
        )
        leavers = {} if doubted else held
        remove = tuple(doc for id_, doc in leavers.items() if self._is_gone(id_, ready, refused, fetch))
        changed = sum(each.document.id in held for each in write)
        report = IngestReport(
            source=source,
            added=len(write) - changed,
            changed=changed,
            unchanged=len(ready) - len(write),
            removed=len(remove),
            complete=fetch.complete,
            refused=(*fetch.findings, *refused.values(), *([_empty(source, len(held))] if doubted else [])),
        )
        return IngestPlan(write, remove, report)

    def apply_ingest(self, plan: IngestPlan, actor: Principal) -> IngestReport:
        """Write the plan in one transaction with its ledger entry, then bring the vectors into line."""
        if not plan.write and not plan.remove:
            return plan.report
        before = self._documents.get([each.document.id for each in plan.write])
        moved = {doc.collection for doc in before.values()}
        now = self._clock.now()
        with self._documents.database.session() as session:
            self._documents.remove(session, [each.id for each in plan.remove])
            for each in plan.write:
                self._documents.put(session, each.document, each.chunks, each.about, now)
            self._ledger.append("knowledge.ingested", actor.id, "", _body(plan.report), session=session)
        if plan.remove or before:
            self._documents.wipe()
        for collection in sorted(plan.collections | moved):
            self._align(collection)
        return plan.report

    def _prepare_all(self, source: str, fetch: Fetch[Material]) -> tuple[dict[str, Prepared], dict[str, Finding]]:
        ready: dict[str, Prepared] = {}
        refused: dict[str, Finding] = {}
        for material in fetch.rows:
            id_ = self._preparer.document_id(source, material.key)
            try:
                if id_ in ready or id_ in refused:
                    raise DuplicateKey("Two materials of a source have one key.", field="key", fix="Rename one.")
                ready[id_] = self._preparer.prepare(source, material, self._clock.now())
            except ProvostError as error:
                ready.pop(id_, None)
                refused[id_] = refusal(id_, error)
        return ready, refused

    def _is_gone(
        self, id_: str, ready: dict[str, Prepared], refused: dict[str, Finding], fetch: Fetch[Material]
    ) -> bool:
        """Tell whether a document must go: its material is refused now, or a complete fetch no longer has it."""
        return id_ in refused or (fetch.complete and id_ not in ready)


def _empty(source: str, held: int) -> Finding:
    message = f"The source brought nothing, and {held} documents of it are on record; they stay."
    fix = "Check the source. To remove all of it run: provost knowledge forget --source NAME"
    return Finding(code=EmptySource.code, severity=Severity.STOP, subject=source, message=message, fix=fix)


def _body(report: IngestReport) -> dict[str, JSON]:
    counts = report.model_dump(include={"added", "changed", "unchanged", "removed"})
    return {"source": report.source, "refused": len(report.refused), **counts}
