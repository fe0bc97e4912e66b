"""Who acts: people, agents and services with signed tokens, until the institution's sign-in exists (S174).

A token names its bearer and nothing that grants: roles and scopes are read from the row, so what an administrator takes
away is gone at once. One token per principal; adding the principal again makes a new one and the old one is refused.
"""

import secrets
from collections.abc import Collection

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlmodel import Session, select

from domain.errors import ConfigurationError, CredentialRejected
from domain.ids import PrincipalId, RecordHandle
from domain.ports import Clock
from domain.principals import Principal, PrincipalKind, Role
from store.clock import SYSTEM_CLOCK
from store.database import Database
from store.keys import KeyRing
from store.principals import PrincipalRow

ALGORITHM = "Ed25519"
"""The one signature algorithm; a token that names another is refused."""
ISSUER = "provost"


class PrincipalRegistry:
    """Adds principals, hands out their tokens and proves who bears one."""

    def __init__(self, database: Database, keyring: KeyRing, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock
        pem = keyring.principal_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._key = OKPKey.import_key(pem)

    def add(
        self,
        principal_id: PrincipalId,
        kind: PrincipalKind,
        roles: Collection[Role],
        scopes: Collection[str] = (),
        *,
        person: RecordHandle | None = None,
        demo: bool = False,
    ) -> str:
        """Add a principal or renew one, and return the token, which is shown once and not kept.

        Raises ConfigurationError for an empty id, an unknown role, and a program with a person's role.
        """
        _require_sound(principal_id, kind, roles)
        row = PrincipalRow(
            id=principal_id,
            kind=kind.value,
            roles=sorted(role.value for role in roles),
            scopes=sorted(scopes),
            person=person or "",
            demo=demo,
            token_id=secrets.token_hex(16),
            added_at=self._clock.now(),
        )
        token = self._sign(row)
        with self._database.session() as session:
            session.merge(row)
        return token

    def revoke(self, principal_id: PrincipalId) -> None:
        """Refuse the principal's token from now on; ConfigurationError where there is no such principal."""
        with self._database.session() as session:
            row = session.get(PrincipalRow, principal_id)
            if row is None:
                fix = "List the principals with provost principal list."
                raise ConfigurationError(f"There is no principal {principal_id}.", field="principal", fix=fix)
            row.revoked_at = self._clock.now()
            session.add(row)

    def verify(self, token: str, *, loopback: bool = False, acting_as: PrincipalId | None = None) -> Principal:
        """Return who bears ``token``, with roles and scopes as they stand now.

        ``loopback`` says that the caller sits on this machine, where demo identities count. ``acting_as`` is passed on,
        so that nothing can be approved while masquerading (R30). Raises CredentialRejected for anything doubtful.
        """
        token_id = self._read_token_id(token)
        with self._database.reading() as session:
            row = _find(session, token_id)
        if row is None or row.revoked_at is not None:
            raise _rejected("The token was revoked or replaced.")
        if row.demo and not loopback:
            raise _rejected("A demo identity counts on this machine only.")
        return _principal(row).model_copy(update={"acting_as": acting_as})

    def read(self, principal_id: PrincipalId) -> Principal | None:
        """Return a principal as it stands now, or None where there is none or it was revoked."""
        with self._database.reading() as session:
            row = session.get(PrincipalRow, principal_id)
        return _principal(row) if row is not None and row.revoked_at is None else None

    def was_revoked(self, principal_id: PrincipalId) -> bool:
        """Tell whether an administrator took this principal's standing away."""
        with self._database.reading() as session:
            row = session.get(PrincipalRow, principal_id)
        return row is not None and row.revoked_at is not None

    def list_all(self) -> tuple[Principal, ...]:
        """Return every principal whose token still counts, by id."""
        with self._database.reading() as session:
            rows = session.exec(select(PrincipalRow).order_by(PrincipalRow.id)).all()
        return tuple(_principal(row) for row in rows if row.revoked_at is None)

    def _sign(self, row: PrincipalRow) -> str:
        claims = {"iss": ISSUER, "sub": row.id, "jti": row.token_id, "iat": int(row.added_at.timestamp())}
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])

    def _read_token_id(self, token: str) -> str:
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError) as error:
            raise _rejected("The token is damaged or was not signed here.") from error
        if claims.get("iss") != ISSUER:
            raise _rejected("The token was not made for this system.")
        return str(claims.get("jti", ""))


def _find(session: Session, token_id: str) -> PrincipalRow | None:
    return session.exec(select(PrincipalRow).where(PrincipalRow.token_id == token_id)).first()


def _require_sound(principal_id: str, kind: PrincipalKind, roles: Collection[Role]) -> None:
    if not principal_id.strip() or not principal_id.isprintable():
        raise ConfigurationError("A principal needs an id of printable letters.", field="id", fix="Give it one.")
    programs = {Role.AGENT, Role.SERVICE}
    odd = [role for role in roles if role is Role.UNKNOWN or (role in programs) is (kind is PrincipalKind.PERSON)]
    if odd or not roles:
        named = ", ".join(sorted(role.value for role in odd)) or "no role"
        fix = "Give people the roles of people, and programs the role agent or service."
        raise ConfigurationError(f"A {kind} cannot have {named}.", field="roles", fix=fix)


def _principal(row: PrincipalRow) -> Principal:
    return Principal(
        id=PrincipalId(row.id),
        kind=PrincipalKind(row.kind),
        roles=frozenset(Role(role) for role in row.roles),
        scopes=frozenset(row.scopes),
        person=RecordHandle(row.person) if row.person else None,
        demo=row.demo,
    )


def _rejected(message: str) -> CredentialRejected:
    fix = "Ask the administrator for a token: provost principal add."
    return CredentialRejected(message, field="token", fix=fix)
