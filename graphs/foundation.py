"""What every command stands on: database, keys, ledger, policy and governance, opened once from the settings.

Nothing here reaches another system; an installation without any connector can still verify its ledger or list what
waits for a person.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from domain.errors import ConfigurationError
from domain.institution import Institution
from domain.ports import RelationshipReader
from governance.approvals import Approvals
from governance.context import ContextReader
from governance.decision_log import DecisionLog
from governance.kill_switch import KillSwitch
from governance.policy import Policy
from governance.policy_file import load_policy
from governance.principals import PrincipalRegistry
from graphs.connections import read_institution
from graphs.draining import Draining
from graphs.locks import Locks, locks_for
from graphs.settings import CampusClock, Settings
from graphs.tracing import Tracing, open_tracing
from privacy.access import Access, load_access_rules
from privacy.access.relations import Relations
from store.casedesk import LocalCaseDesk
from store.database import Database, open_database
from store.drops import DropRecords
from store.grading import Grading, open_grading
from store.handles import Handles
from store.keys import KeyRing
from store.ledger import Ledger
from store.migrations import upgrade
from store.outbox import Outbox
from store.plans import Leases, Notices, Phases, Plans, Runs
from store.turns import WorkerTurns
from tools.wire import IN_PROCESS, Turns


class RelationshipSource:
    """Where relationships are read once a connector is open; before that there is none, and none means no."""

    def __init__(self) -> None:
        self._opening: Callable[[], RelationshipReader] | None = None

    def connect(self, opening: Callable[[], RelationshipReader]) -> None:
        """Say how the reader is opened when first needed."""
        self._opening = opening

    def open(self) -> RelationshipReader:
        """Return the reader; ConfigurationError where no system is connected."""
        if self._opening is None:
            raise ConfigurationError("No student system is connected.", field="banner.url", fix="Connect one.")
        return self._opening()


@dataclass(frozen=True)
class Foundation:
    """The parts of an installation that need no other system."""

    settings: Settings
    clock: CampusClock
    database: Database
    keyring: KeyRing
    ledger: Ledger
    policy: Policy
    institution: Institution
    identities: Handles
    casedesk: LocalCaseDesk
    grading: Grading
    plans: Plans
    runs: Runs
    outbox: Outbox
    notices: Notices
    drops: DropRecords
    access: Access
    connect_relationships: Callable[[Callable[[], RelationshipReader]], None]
    leases: Leases
    approvals: Approvals
    decisions: DecisionLog
    contexts: ContextReader
    principals: PrincipalRegistry
    kill_switch: KillSwitch
    locks: Locks
    draining: Draining
    turns: Turns
    tracing: Tracing


def lay_foundation(settings: Settings, closing: ExitStack) -> Foundation:
    """Open everything, bringing the database up to date; ``closing`` closes it.

    Raises ConfigurationError naming the setting, file or key at fault.
    """
    clock = CampusClock(settings.clock_offset_seconds)
    rules = load_access_rules(settings.access_file)
    policy = load_policy(settings.policy_file)
    institution = read_institution(settings.institution_file)
    database = open_database(settings.database)
    closing.callback(database.close)
    upgrade(database)
    locks = locks_for(settings.database, settings.home)
    closing.callback(locks.close)
    keyring = KeyRing.open(settings.home / "keys")
    ledger = Ledger(database, keyring, settings.checkpoints, clock=clock)
    identities, grading = Handles(database, keyring), open_grading(database, keyring, clock)
    source = RelationshipSource()
    access = Access(rules, Relations(source.open, identities, rules.relationships, clock=clock), ledger)
    return Foundation(
        settings=settings,
        clock=clock,
        database=database,
        keyring=keyring,
        ledger=ledger,
        policy=policy,
        institution=institution,
        identities=identities,
        casedesk=LocalCaseDesk(database, holds=grading.holds, clock=clock),
        grading=grading,
        plans=Plans(database),
        runs=Runs(database, clock=clock),
        outbox=Outbox(database, clock=clock),
        notices=Notices(database, clock=clock),
        drops=DropRecords(database, keyring, clock=clock),
        leases=Leases(database, clock=clock),
        access=access,
        connect_relationships=source.connect,
        approvals=Approvals(database, ledger, policy, clock=clock, access=access),
        decisions=DecisionLog(database, ledger, policy, clock=clock),
        contexts=ContextReader(database, clock=clock),
        principals=PrincipalRegistry(database, keyring, clock=clock),
        kill_switch=KillSwitch(Phases(database, clock=clock), settings.home),
        locks=locks,
        draining=Draining(),
        tracing=open_tracing(settings.operations.otlp_endpoint, closing),
        turns=IN_PROCESS if settings.database.startswith("sqlite") else WorkerTurns(database),
    )
