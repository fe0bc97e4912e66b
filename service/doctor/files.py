"""The files an installation is made of: settings, policy, institution, keys; and the room they lie in."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, SecretStr

from agents.early_alert.alerts_file import load_alert_settings
from domain.calendar import TermPhase, term_phase
from domain.institution import Institution
from domain.principals import Role
from governance.policy import Policy
from governance.policy_file import check_policy, load_policy
from graphs.connections import read_institution, read_scope
from graphs.settings import CampusClock, Settings, settings_file
from privacy.access import check_access_file, load_access_rules
from service.doctor.check import Check, broken, note, ok

LEAST_FREE_BYTES = 1 << 30
"""Below this a nightly run may fill the disk: staging and ledger grow while it runs."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def look_at_settings(settings: Settings) -> Iterator[Check]:
    """Say which file is in force, whether others may read its secrets, and whether the clock is a moved one."""
    file = settings_file()
    yield ok("settings", f"{file} and the environment are valid." if file.exists() else "From the environment alone.")
    if file.exists() and _holds_secrets(settings) and file.stat().st_mode & _OTHERS:
        yield broken("settings", f"Other users may read {file}, which holds credentials.", f"Run: chmod 600 {file}")
    if settings.clock_offset_seconds:
        days = settings.clock_offset_seconds / 86_400
        yield note("clock", f"Campus time is {days:+.1f} days from this machine's, as in a demonstration.")


def look_at_policy(settings: Settings) -> Iterator[Check]:
    """List every fault of the policy file, or say up to which phase it goes."""
    faults = check_policy(settings.policy_file)
    for fault in faults:
        yield broken("policy", f"{fault.key}: {fault.message}", fault.fix)
    if not faults:
        phases = {rung.phase for rung in load_policy(settings.policy_file).ladder}
        yield ok("policy", f"{settings.policy_file.name} has no fault; its highest phase is {max(phases)}.")


def look_at_access(settings: Settings) -> Iterator[Check]:
    """List every fault of the access file, or say how many rules it has."""
    faults = check_access_file(settings.access_file)
    for fault in faults:
        yield broken("access", f"{fault.key}: {fault.message}", fault.fix)
    if faults:
        return
    rules = load_access_rules(settings.access_file)
    yield ok("access", f"{settings.access_file.name} has no fault; {len(rules.rules)} rules.")
    known = {role for rule in rules.approvals for role in rule.roles}
    for role in sorted(approver_roles(load_policy(settings.policy_file)) - known):
        seen = f"The policy lets {role} approve, and no approval rule says how they must stand to a student."
        yield broken("access", seen, f"Add a rule for {role} under approvals in {settings.access_file.name}.")


def look_at_scope(settings: Settings) -> Iterator[Check]:
    """Say which systems are in scope and which of their collections (S219 to S221)."""
    scope = read_scope(settings.scope_file)
    connected = {
        "banner": bool(settings.banner.url),
        "oneroster": bool(settings.oneroster.folder or settings.oneroster.sftp_host) and not settings.banner.url,
        "canvas": bool(settings.canvas.url),
    }
    for system in (name for name, used in connected.items() if used):
        collections = scope.systems.get(system)
        if collections is None:
            yield broken("scope", f"{system} is connected and not in scope.", f"Name {system} in the scope file.")
        else:
            yield ok("scope", f"{system}: {', '.join(sorted(collections))}.")


def look_at_alerts(settings: Settings) -> Iterator[Check]:
    """Say whether the alert file is whole; without one no alert is raised (S213)."""
    file = settings.alerts_file
    if not file.exists():
        yield note(
            "alerts", f"There is no alert file {file}, so early alert does not run.", "Copy provost.alerts.yaml."
        )
        return
    rows = load_alert_settings(file).routes
    yield ok("alerts", f"{file.name} has no fault; {len(rows)} routes.")


def look_at_institution(settings: Settings) -> Iterator[Check]:
    """Say which terms are live by the calendar; without one the nightly run has nothing to do."""
    institution = read_institution(settings.institution_file)
    live = _live_terms(institution, CampusClock(settings.clock_offset_seconds))
    if live:
        yield ok("institution", f"{institution.name}; live terms: {', '.join(live)}.")
    else:
        fix = "Add the calendar of the running term to the institution file."
        yield note("institution", f"{institution.name}; no published term is live today.", fix)


def approver_roles(policy: Policy) -> set[Role]:
    """Return every role that the policy names as an approver."""
    rules = {rule.approver_role for rule in policy.rules if not rule.deny}
    return rules | {policy.waiver.approver_role, policy.rollback.approver_role}


def _live_terms(institution: Institution, clock: CampusClock) -> list[str]:
    today = clock.now().astimezone(institution.zone).date()
    published = (calendar.term for calendar in institution.calendars if calendar.published)
    return [term for term in published if term_phase(term, institution, today) is not TermPhase.CLOSED]


def look_at_keys(settings: Settings) -> Iterator[Check]:
    """See that the keys exist and that nobody but their owner may read them."""
    folder = settings.home / "keys"
    if not folder.is_dir():
        yield note(
            "keys", f"There is no key folder {folder} yet.", "The first command that opens the database makes it."
        )
        return
    secrets = [path for path in folder.iterdir() if path.suffix in {".key", ".pem"}]
    exposed = [path for path in (folder, *secrets) if path.stat().st_mode & _OTHERS]
    for path in exposed:
        mode = 700 if path.is_dir() else 600
        yield broken("keys", f"Other users may read {path}.", f"Run: chmod {mode} {path}; then rotate the keys.")
    if not exposed:
        yield ok("keys", f"{len(secrets)} key files, readable by their owner only.")


def look_at_disk(settings: Settings) -> Iterator[Check]:
    """See that there is room for staging and ledger."""
    place = next(path for path in (settings.home.absolute(), *settings.home.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    seen = f"{free / (1 << 30):.1f} GiB free under {settings.home}."
    if free < LEAST_FREE_BYTES:
        yield broken("disk", seen, "Make room: a run stages both systems' rows and appends to the ledger.")
    else:
        yield ok("disk", seen)


def _holds_secrets(part: BaseModel) -> bool:
    """Tell whether any secret is set, at any depth."""
    values = [getattr(part, name) for name in type(part).model_fields]
    nested = (_holds_secrets(value) for value in values if isinstance(value, BaseModel))
    return any(nested) or any(value.get_secret_value() for value in values if isinstance(value, SecretStr))


def key_file(settings: Settings, name: str) -> Path:
    """Return the path of one file of the key folder."""
    return settings.home / "keys" / name
