"""Joins what SIS and LMS say identifies a person, under record handles, for the privacy directory (S229).

A name that a user gave themselves in the LMS identifies them as well as the registrar's does. An account that no SIS
record stands behind, such as a guest's, is a person of its own.
"""

from collections.abc import Iterable, Iterator, Sequence

from domain.identities import Identity, KnownName, KnownPerson, NameUse, PersonKind
from domain.ids import RecordHandle, SisPersonId
from domain.lms import LmsUser
from domain.ports import IdentityResolver


def join_people(
    identities: Sequence[Identity], users: Iterable[LmsUser], resolver: IdentityResolver
) -> Iterator[KnownPerson]:
    """Yield everyone known to either system, each once; accounts join by SIS id, present or former (R3, R12)."""
    owners = {sis_id: identity.sis_id for identity in identities for sis_id in _ids(identity)}
    accounts: dict[SisPersonId, list[LmsUser]] = {}
    for user in users:
        accounts.setdefault(_owner(user, owners), []).append(user)
    everyone = [*identities, *(_guest(sis_id) for sis_id in accounts.keys() - owners.keys())]
    handles = resolver.handles([identity.sis_id for identity in everyone])
    for identity in everyone:
        yield _known(handles[identity.sis_id], identity, accounts.get(identity.sis_id, []))


def _ids(identity: Identity) -> tuple[SisPersonId, ...]:
    return (*identity.prior_sis_ids, identity.sis_id)


def _owner(user: LmsUser, owners: dict[SisPersonId, SisPersonId]) -> SisPersonId:
    if user.sis_id is None:
        return SisPersonId(f"lms:{user.id}")
    return owners.get(user.sis_id, user.sis_id)


def _guest(sis_id: SisPersonId) -> Identity:
    return Identity(sis_id=sis_id, kind=PersonKind.UNKNOWN)


def _known(handle: RecordHandle, identity: Identity, users: Sequence[LmsUser]) -> KnownPerson:
    if not users:
        return KnownPerson(handle=handle, identity=identity)
    added = {
        "lms_ids": _merged(identity.lms_ids, (str(user.id) for user in users)),
        "logins": _merged(identity.logins, (user.login for user in users)),
        "emails": _merged(identity.emails, (user.email for user in users)),
        "names": tuple(dict.fromkeys([*identity.names, *(_name(user) for user in users if user.name)])),
    }
    return KnownPerson(handle=handle, identity=identity.model_copy(update=added))


def _merged(known: Iterable[str], more: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*known, *(value for value in more if value)]))


def _name(user: LmsUser) -> KnownName:
    last, comma, first = user.sortable_name.partition(",")
    if not comma:
        return KnownName(full=user.name, use=NameUse.UNKNOWN)
    return KnownName(first=first.strip(), last=last.strip(), full=user.name, use=NameUse.UNKNOWN)
