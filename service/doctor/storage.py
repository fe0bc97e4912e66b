"""What is kept: database, ledger, the switch that stops writes, and strict reading of checkpoints."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.findings import Severity
from graphs.settings import Settings
from service.doctor.check import Check, broken, from_finding, note, ok
from service.doctor.files import key_file
from store.database import Database, open_read_only

_FIRST = "Run provost reconcile TERM --dry-run once; it makes the database."


@contextmanager
def looking(settings: Settings) -> Iterator[Database]:
    """Open the database on connections that cannot write, for a block."""
    database = open_read_only(settings.database)
    try:
        yield database
    finally:
        database.close()


def not_made_yet(settings: Settings) -> bool:
    """Tell whether the SQLite file is still to be made."""
    url = settings.database
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()


def look_at_database(settings: Settings) -> Iterator[Check]:
    """Ask the database for its revision, its safety settings and its checkpoints (store.doctor)."""
    from store.doctor import examine_database

    if not_made_yet(settings):
        yield note("database", "There is no database file yet.", _FIRST)
        return
    with looking(settings) as database:
        findings = examine_database(database, settings.checkpoints)
    yield from (from_finding(finding, "database") for finding in findings)
    if not any(finding.severity is Severity.STOP for finding in findings):
        yield ok("database", f"{database.dialect} answers and its tables are up to date.")


def look_at_ledger(settings: Settings) -> Iterator[Check]:
    """Verify what was appended since the last checkpoint outside the database."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    from store.ledger.verify import verify_since_checkpoint

    public = key_file(settings, "ledger.pub")
    if not_made_yet(settings) or not public.exists():
        yield note("ledger", "Nothing is recorded yet.")
        return
    key = load_pem_public_key(public.read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    with looking(settings) as database:
        found = verify_since_checkpoint(database, key, settings.checkpoints)
    if not found.ok:
        fix = "Keep the database as it is and run provost ledger verify."
        yield broken("ledger", f"First bad entry: {found.first_bad}. {found.reason}", fix)
        return
    since = f"the checkpoint at {found.last_checkpoint}" if found.last_checkpoint else "its beginning"
    yield ok("ledger", f"{found.entries} entries; {found.after_checkpoint} verified since {since}.")


def look_at_switch(settings: Settings) -> Iterator[Check]:
    """Say where writes are stopped by hand, as a row or as a file."""
    from governance.kill_switch import KillSwitch
    from store.plans import Phases

    if not_made_yet(settings):
        yield ok("kill switch", "Off.")
        return
    with looking(settings) as database:
        switch = KillSwitch(Phases(database), settings.home)
        stopped = [words for target in ("canvas", "casedesk") if (words := switch.stops(target))]
    yield from (
        note("kill switch", words, "Turn it off once writing is safe again.") for words in dict.fromkeys(stopped)
    )
    if not stopped:
        yield ok("kill switch", "Off.")


def look_at_strictness(_settings: Settings) -> Iterator[Check]:
    """See that LangGraph was loaded in the mode that rebuilds only what our graphs name."""
    from graphs.checkpoints import require_strict_msgpack

    require_strict_msgpack()
    yield ok("checkpoints", "LangGraph reads checkpoints strictly.")
