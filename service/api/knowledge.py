"""The internal route by which workers ask the one process that has the knowledge base open."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from domain.errors import AccessDenied
from domain.ids import PrincipalId
from domain.principals import Principal, PrincipalKind
from privacy.knowledge.vocabulary import Passage, SearchScope
from service.api.common import Here
from service.web.permissions import Permission

router = APIRouter(prefix="/internal", include_in_schema=False)
SCOPE = "knowledge:search"
Worker = Annotated[Principal, Depends(Permission(frozenset(), SCOPE))]


class Sought(BaseModel):
    """A question for a reader; what a person may see is looked up here, not taken from whoever asks."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=4000)
    reader: Principal
    scope: SearchScope


class Passages(BaseModel):
    """What was found, best first."""

    passages: list[Passage]


@router.post("/knowledge/search")
def search(sought: Sought, caller: Worker, here: Here) -> Passages:
    """Search for a reader, within what that reader may see."""
    reader = sought.reader
    if reader.kind is PrincipalKind.PERSON:
        known = here.principals.read(PrincipalId(reader.id))
        if known is None:
            raise AccessDenied("This reader is not known here.", field="reader", fix="Add them: provost principal add.")
        reader = known.model_copy(update={"acting_as": reader.acting_as})
    elif caller.kind is not PrincipalKind.SERVICE:
        raise AccessDenied("Only a service asks for agents.", field="reader", fix="Use a service token.")
    return Passages(passages=list(here.knowledge.base.search(sought.question, reader, sought.scope)))
