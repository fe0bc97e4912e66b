"""Who is signed in: sessions by the digest of their token, which is kept nowhere, and sign-ins that are under way."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, delete, select, update

from domain.ids import PrincipalId
from domain.ports import Clock
from domain.principals import Role
from store.clock import SYSTEM_CLOCK
from store.columns import CanonicalJson, UtcDateTime
from store.database import Database

ATTEMPT_LASTS = timedelta(minutes=10)
_SEEN_EVERY = timedelta(minutes=1)


class SessionRow(SQLModel, table=True):
    """One session; ``roles`` and ``person`` are set where the provider gave them, ``viewing`` while one views as."""

    __tablename__ = "web_session"

    digest: str = Field(primary_key=True)
    principal: str = Field(index=True)
    roles: list[str] = Field(default_factory=list, sa_type=CanonicalJson)
    person: str = ""
    way: str
    viewing: str = ""
    blurred: bool = False
    begun_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class AttemptRow(SQLModel, table=True):
    """A sign-in that was sent to the provider; ``sealed`` is what only its answer may meet."""

    __tablename__ = "web_sign_in"

    digest: str = Field(primary_key=True)
    browser: str
    sealed: str
    begun_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Sessions:
    """Keeps sessions; every token has 256 random bits, so its digest needs no key."""

    def __init__(self, database: Database, *, lasts: timedelta, idle: timedelta, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._clock = database, clock
        self._lasts, self._idle = lasts, idle

    def begin(
        self, principal: PrincipalId, way: str, *, roles: Sequence[Role] = (), person: str = "", blurred: bool = False
    ) -> str:
        """Begin a session and return its token; what has run out is cleared away."""
        token, now = new_token(), self._clock.now()
        row = SessionRow(
            digest=digest_token(token),
            principal=principal,
            roles=sorted(role.value for role in roles),
            person=person,
            way=way,
            blurred=blurred,
            begun_at=now,
            seen_at=now,
            expires_at=now + self._lasts,
        )
        with self._database.session() as session:
            session.exec(delete(SessionRow).where(col(SessionRow.expires_at) <= now))
            session.add(row)
        return token

    def find(self, token: str) -> SessionRow | None:
        """Return the session of a token, or None where it ended, ran out or was idle too long."""
        now = self._clock.now()
        with self._database.reading() as session:
            row = session.get(SessionRow, digest_token(token))
        if row is None or now >= row.expires_at or now - row.seen_at >= self._idle:
            return None
        if now - row.seen_at >= _SEEN_EVERY:
            self._see(row.digest, now)
        return row

    def end(self, token: str) -> SessionRow | None:
        """End a session and return what it was."""
        with self._database.session() as session:
            row = session.get(SessionRow, digest_token(token))
            if row is not None:
                session.delete(row)
        return row

    def end_all(self, principal: PrincipalId) -> int:
        """End every session of a principal and return how many there were."""
        with self._database.session() as session:
            found = session.exec(select(SessionRow).where(SessionRow.principal == principal)).all()
            for row in found:
                session.delete(row)
        return len(found)

    def view_as(self, token: str, viewed: str) -> None:
        """Say whom the session views as; empty for nobody."""
        with self._database.session() as session:
            session.exec(update(SessionRow).where(col(SessionRow.digest) == digest_token(token)).values(viewing=viewed))

    def _see(self, digest: str, now: datetime) -> None:
        with self._database.session() as session:
            session.exec(update(SessionRow).where(col(SessionRow.digest) == digest).values(seen_at=now))


class Attempts:
    """Keeps sign-ins under way; each is taken once, by the browser that began it."""

    def __init__(self, database: Database, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database, self._clock = database, clock

    def begin(self, state: str, browser: str, sealed: str) -> None:
        """Keep what the provider's answer must meet; what nobody came back for is cleared away."""
        now = self._clock.now()
        row = AttemptRow(digest=digest_token(state), browser=digest_token(browser), sealed=sealed, begun_at=now)
        with self._database.session() as session:
            session.exec(delete(AttemptRow).where(col(AttemptRow.begun_at) <= now - ATTEMPT_LASTS))
            session.add(row)

    def take(self, state: str, browser: str) -> str | None:
        """Return what was kept for a state and forget it, in one statement, so that of two who ask at once one gets it.

        None where there is none or another browser asks.
        """
        mine = (col(AttemptRow.digest) == digest_token(state), col(AttemptRow.browser) == digest_token(browser))
        taking = delete(AttemptRow).where(*mine).returning(col(AttemptRow.sealed), col(AttemptRow.begun_at))
        with self._database.session() as session:
            row = session.exec(taking).first()
        return row.sealed if row is not None and self._clock.now() - row.begun_at < ATTEMPT_LASTS else None


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def digest_token(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
