"""Who the caller is, as the service sees it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from domain.principals import Principal
from service.client.records import Me
from service.web.permissions import PEOPLE, Permission

router = APIRouter(tags=["callers"])
Caller = Annotated[Principal, Depends(Permission(PEOPLE, any_program=True))]


@router.get("/me", summary="Say who the caller is", operation_id="whoAmI")
def who_am_i(caller: Caller) -> Me:
    """Say who the caller is."""
    return Me(
        id=caller.id,
        kind=caller.kind,
        roles=sorted(caller.roles),
        scopes=sorted(caller.scopes),
        person=caller.person,
        acting_as=caller.acting_as,
    )
