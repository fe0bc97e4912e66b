"""What ``provost doctor`` asks of Canvas: is the token good, may it read what it must, do clocks agree, is TLS new."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from domain.errors import ProvostError
from domain.records import Record
from tools.lms.canvas.lookup import API
from tools.lms.canvas.scopes import Mode, required_scopes
from tools.wire import WireClient, WireResponse, escape_id

SKEW_SECONDS = 60.0
"""Clocks further apart than this make tokens and dates unreliable."""


class AccessCheck(Record):
    """One thing looked at: ``name``, whether it is in order, what was seen, and what to do where it is not.

    ``needed_by`` names the workflows that go without it, where rosters do not depend on it.
    """

    name: str
    ok: bool
    seen: str
    fix: str = ""
    needed_by: str = ""


def check_access(
    client: WireClient, account_id: str, mode: Mode, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[AccessCheck, ...]:
    """Try the credential on calls that change nothing and return what was found; it never raises a ProvostError.

    Canvas tells no token its own scopes, so reading ones are tried and writing ones only listed.
    """
    try:
        answer = client.get(f"{API}/users/self")
    except ProvostError as error:
        return (AccessCheck(name="canvas token", ok=False, seen=error.message, fix=error.fix),)
    return (
        AccessCheck(name="canvas token", ok=True, seen="accepted"),
        check_clock(answer, now()),
        _check_tls(client, answer),
        *(_check_read(client, path) for path in _probes(account_id, mode)),
        *_list_writes(mode),
    )


def check_clock(answer: WireResponse, now: datetime) -> AccessCheck:
    """Compare the other side's ``Date`` header with our clock."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return AccessCheck(name="canvas clock", ok=False, seen="no date in the answer", fix="Check any proxy between.")
    skew = abs((now - theirs).total_seconds())
    fix = "" if skew <= SKEW_SECONDS else "Set this machine's clock by a time service."
    return AccessCheck(name="canvas clock", ok=skew <= SKEW_SECONDS, seen=f"{skew:.0f} s apart", fix=fix)


def _check_tls(client: WireClient, answer: WireResponse) -> AccessCheck:
    waived = client.tls.waiver is not None
    seen = f"{answer.tls}, with a recorded waiver" if waived else answer.tls
    return AccessCheck(name="canvas tls", ok=waived or answer.tls == "TLSv1.3", seen=seen)


def _probes(account_id: str, mode: Mode) -> tuple[str, ...]:
    account = f"{API}/accounts/{escape_id(account_id)}"
    if mode is Mode.WRITE:
        return (f"{account}/sis_imports", f"{API}/conversations")
    return (f"{account}/users", f"{account}/courses")


def _check_read(client: WireClient, path: str) -> AccessCheck:
    name = f"canvas {path.rsplit('/', 1)[-1]}"
    try:
        client.get(path, params=(("per_page", "1"),))
    except ProvostError as error:
        return AccessCheck(name=name, ok=False, seen=error.message, fix=error.fix)
    return AccessCheck(name=name, ok=True, seen="readable")


def _list_writes(mode: Mode) -> tuple[AccessCheck, ...]:
    writes = sorted(scope for scope in required_scopes(mode) if not scope.startswith("url:GET"))
    if not writes:
        return ()
    return (AccessCheck(name="canvas write scopes", ok=True, seen=f"{len(writes)} needed, tried only by a real write"),)
