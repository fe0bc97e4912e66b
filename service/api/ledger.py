"""The ledger by the page, and whether it is whole."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from domain.principals import OVERSEERS, Principal
from service.api.common import Cursor, Here, Limit, read_place, write_cursor
from service.client.records import EntryRead, Page, Whole
from service.web.permissions import Permission
from store.ledger.entries import EntryRow
from store.ledger.reading import read_entries
from store.ledger.verify import verify_since_checkpoint

router = APIRouter(tags=["ledger"])
Reader = Annotated[Principal, Depends(Permission(OVERSEERS, "ledger:read"))]
Word = Annotated[str, Query(max_length=120, pattern=r"^[A-Za-z0-9_.:-]*$")]


@router.get("/ledger/entries", summary="Read the ledger", operation_id="readLedger")
def list_entries(
    _caller: Reader, here: Here, run: Word = "", kind: Word = "", cursor: Cursor = "", limit: Limit = 100
) -> Page[EntryRead]:
    """Read entries in the order of the chain, of one run or kind where given."""
    rows = read_entries(here.database, after=read_place(cursor), limit=limit + 1, run=run, kinds=[kind] if kind else ())
    shown = rows[:limit]
    return Page(items=[_read(row) for row in shown], next=write_cursor(shown[-1].seq) if len(rows) > limit else "")


@router.get("/ledger/verification", summary="Check the ledger", operation_id="verifyLedger")
def verify(_caller: Reader, here: Here) -> Whole:
    """Check what lies after the newest checkpoint; ``provost ledger verify`` walks everything."""
    key = here.keyring.ledger_key.public_key()
    found = verify_since_checkpoint(here.database, key, here.settings.checkpoints)
    return Whole(
        ok=found.ok,
        entries=found.entries,
        first_bad=found.first_bad,
        reason=found.reason,
        last_checkpoint=found.last_checkpoint,
        after_checkpoint=found.after_checkpoint,
    )


def _read(row: EntryRow) -> EntryRead:
    return EntryRead(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        actor=row.actor,
        run=row.run,
        body=json.loads(row.body),
        hash=row.hash.hex(),
    )
