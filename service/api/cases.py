"""Cases and tickets that are open, as far as the caller may see whom they are about."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends

from domain.ids import RecordHandle
from domain.principals import OVERSEERS, Principal, Role
from privacy.access import Question
from service.api.common import Cursor, Here, Limit, paged
from service.client.records import CaseRead, Page
from service.web.permissions import Permission

if TYPE_CHECKING:
    from graphs.assembly import Provost

router = APIRouter(tags=["students"])
PURPOSE = "case work"
Worker = Annotated[Principal, Depends(Permission(OVERSEERS | {Role.ADVISOR}))]


@router.get("/cases", summary="List open cases and tickets", operation_id="listCases")
def list_cases(caller: Worker, here: Here, cursor: Cursor = "", limit: Limit = 50) -> Page[CaseRead]:
    """List what is open: about people whom the caller may see, and for overseers what is about nobody."""
    rows = list(here.casedesk.list_open())
    seen = _seen(here, caller, rows)
    oversees = bool(caller.roles & OVERSEERS)
    mine = [row for row in rows if (row.get("person") in seen if row.get("person") else oversees)]
    items, last = paged(mine, cursor, limit)
    return Page(items=[_read(row) for row in items], next=last)


def _seen(here: "Provost", caller: Principal, rows: Sequence[Mapping[str, str]]) -> frozenset[RecordHandle]:
    people = frozenset(RecordHandle(row["person"]) for row in rows if row.get("person"))
    if not people:
        return frozenset()
    asked = Question(reader=caller, fields=("case",), people=people, purpose=PURPOSE)
    return here.access.ask(asked).permitted["case"]


def _read(row: Mapping[str, str]) -> CaseRead:
    return CaseRead(**{name: row.get(name, "") for name in CaseRead.model_fields})
