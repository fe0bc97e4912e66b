"""The systems outside: Banner or OneRoster, the feed, Canvas for reading, and for writing only where that is loaded.

Every call here reads, is tried once, and gives up soon: a doctor that hangs is of no use.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus

from domain.errors import ProvostError
from domain.ports import Clock
from governance.actions import actions_on
from governance.policy import Phase
from governance.policy_file import load_policy
from graphs.connections import (
    canvas_auth,
    open_banner_writing,
    open_oneroster,
    read_dialect,
    read_institution,
    read_scope,
    tls_policy,
)
from graphs.setting_groups import CanvasUse
from graphs.settings import CampusClock, Settings
from service.doctor.check import Check, broken, from_finding, note, ok
from tools.lms.canvas.access import AccessCheck, check_access
from tools.lms.canvas.classroom.access import check_classroom
from tools.lms.canvas.scopes import Mode
from tools.sis.banner.access import check_ethos, check_records
from tools.sis.banner.connect import connect_ethos
from tools.sis.banner.proxy import EthosProxy
from tools.wire import RetryPolicy, Timeouts, WireClient

_ONCE = RetryPolicy(attempts=1, throttled_attempts=2, first_wait=0.5, longest_wait=2, deadline=20)
_SAME = frozenset({"canvas clock", "canvas tls"})
"""What the reading token has shown already."""
_SOON = Timeouts(connect=5, read=15, write=15, pool=5)


def look_at_sis(settings: Settings) -> Iterator[Check]:
    """Try the key, the clock, every resource and the queue of Banner, or every file of a OneRoster bundle."""
    banner = settings.banner
    if not banner.url:
        yield from _look_at_oneroster(settings)
        return
    if not banner.read_key.get_secret_value():
        yield broken("banner", "The setting banner.read_key is missing.", "Set the key of the reading application.")
        return
    dialect, tls = read_dialect(settings), tls_policy(settings)
    with connect_ethos(banner.url, banner.read_key, tls=tls, retry=_ONCE, timeouts=_SOON, settings=dialect) as client:
        findings = check_ethos(EthosProxy(client, dialect))
        yield from (from_finding(finding) for finding in findings)
        if not any(finding.code for finding in findings):
            yield ok("banner tls", client.head("/consume").tls)


def look_at_banner_records(settings: Settings) -> Iterator[Check]:
    """Try what grades and student records in scope are read from; each of them a tenant may leave out."""
    banner = settings.banner
    if not banner.url or not banner.read_key.get_secret_value():
        return
    collections = read_scope(settings.scope_file).systems.get("banner", {})
    dialect, tls = read_dialect(settings), tls_policy(settings)
    with connect_ethos(banner.url, banner.read_key, tls=tls, retry=_ONCE, timeouts=_SOON, settings=dialect) as client:
        yield from map(from_finding, check_records(EthosProxy(client, dialect), collections))


def _look_at_oneroster(settings: Settings) -> Iterator[Check]:
    institution = read_institution(settings.institution_file)
    clock: Clock = CampusClock(settings.clock_offset_seconds)
    with ExitStack() as closing:
        findings = open_oneroster(settings.oneroster, institution, clock, closing).check_access()
    yield from (from_finding(finding, "oneroster") for finding in findings)
    yield ok("oneroster", "Every file of the bundle can be read.")
    yield note("feed", "OneRoster has no notifications; only the nightly run finds what changed.")


def look_at_banner_writing(settings: Settings) -> Iterator[Check]:
    """Try the writing application's key by signing in, only where the policy lets it be loaded (S222, S223)."""
    phase, banner = _write_phase(settings, "banner"), settings.banner
    part = "banner writing"
    if phase < Phase.SUPERVISED:
        yield ok(part, f"Not loaded: the policy's phase for grades is {phase}.")
        if banner.may_write:
            fix = "Remove it until grades reach phase 3."
            yield note(part, "A key for writing is set and no grade may be written with it.", fix)
    elif not banner.url:
        yield note(part, "No Banner is connected; grades can only be exported.")
    elif not banner.may_write:
        fix = "Set banner.write_key, or set the phase of grades to 2."
        yield broken(part, f"The policy writes grades in phase {phase} and banner.write_key is missing.", fix)
    else:
        yield _try_writing_key(settings, part)


def _try_writing_key(settings: Settings, part: str) -> Check:
    """Sign in with the writing key; it must not be the reading one."""
    with ExitStack() as closing:
        try:
            client = open_banner_writing(settings, closing, retry=_ONCE, timeouts=_SOON)
            client.get("/appconfig", accept=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND))
        except ProvostError as error:
            return broken(part, error.message, error.fix)
    return ok(part, "The writing application's key is good.")


def look_at_canvas(settings: Settings) -> Iterator[Check]:
    """Try the reading token: is it good, does it read accounts, do clocks agree, is TLS new."""
    yield from _try_credential(settings, "read", Mode.READ)


def look_at_canvas_classes(settings: Settings) -> Iterator[Check]:
    """Try on one class what is in scope of work, grades and clicks; what is missing is named with who needs it."""
    if not (settings.canvas.url and settings.canvas.may("read")):
        return
    scope, auth, policy = read_scope(settings.scope_file), canvas_auth(settings, "read"), tls_policy(settings)

    def reads(collection: str, field: str) -> bool:
        return field in scope.fields("canvas", collection) if field else scope.reads("canvas", collection)

    with WireClient(settings.canvas.url, auth, system="canvas", tls=policy, retry=_ONCE, timeouts=_SOON) as client:
        checks = check_classroom(client, settings.canvas.account, reads)
    yield from (_from_access(check, Mode.READ) for check in checks)


def look_at_canvas_writing(settings: Settings) -> Iterator[Check]:
    """Try the writing token on calls that change nothing, only where the policy lets it be loaded (S222, S223)."""
    phase, given = _write_phase(settings, "canvas"), settings.canvas.may("write")
    if phase < Phase.SUPERVISED:
        yield ok("canvas writing", f"Not loaded: the policy's highest phase is {phase}.")
        if given:
            fix = "Remove it until an action reaches phase 3."
            yield note("canvas writing", "A credential for writing is set and nothing may be written with it.", fix)
    elif not given:
        fix = "Set canvas.write_token or canvas.write_refresh_token, or set the phases to 2."
        yield broken("canvas writing", f"The policy writes in phase {phase} and canvas.write_token is missing.", fix)
    else:
        yield from _try_credential(settings, "write", Mode.WRITE)


def _try_credential(settings: Settings, use: CanvasUse, mode: Mode) -> Iterator[Check]:
    for key, given in (("canvas.url", bool(settings.canvas.url)), (f"canvas.{use}_token", settings.canvas.may(use))):
        if not given:
            yield broken("canvas", f"The setting {key} is missing.", "Set it; provost.example.toml shows where.")
            return
    auth, policy = canvas_auth(settings, use), tls_policy(settings)
    with WireClient(settings.canvas.url, auth, system="canvas", tls=policy, retry=_ONCE, timeouts=_SOON) as client:
        checks = check_access(client, settings.canvas.account, mode)
    yield from (_from_access(check, mode) for check in checks if mode is Mode.READ or check.name not in _SAME)


def _from_access(check: AccessCheck, mode: Mode) -> Check:
    part = check.name if mode is Mode.READ else f"{check.name} (w)"
    if check.ok:
        return ok(part, check.seen)
    if check.needed_by:
        return note(part, f"{check.seen.rstrip('.')}; needed by {check.needed_by}.", check.fix)
    return broken(part, check.seen, check.fix or "Ask the administrator of Canvas.")


def _write_phase(settings: Settings, system: str) -> Phase:
    """Return the highest phase of any action on one outside system."""
    policy = load_policy(settings.policy_file)
    return max(policy.phase_of(action) for action in actions_on(system))
