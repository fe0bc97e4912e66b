"""Opens the readers of an installation: the student information system, the learning management system, the feed.

Reading only. The one module that opens a writer is ``graphs.assembly``.
"""

import re
from contextlib import ExitStack
from contextlib import closing as closed_after
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from domain.errors import ConfigurationError
from domain.institution import Institution
from domain.learning_ports import Classroom, SeatsReader, StudentRecords, TraitsReader
from domain.ports import Clock, Feed, IdentityResolver, IdentitySource, RelationshipReader, SisReader
from domain.records import HoldCategory
from domain.scope import DataScope
from domain.texts import TextReader
from graphs.rates import banner_budget, canvas_budget
from graphs.setting_groups import CanvasUse, OneRosterSettings
from graphs.settings import Settings
from tools.cases.notes_file import NotesFile
from tools.lms.canvas.classroom import CanvasClassroom
from tools.lms.canvas.file_store import FileStore
from tools.lms.canvas.read import CanvasReader
from tools.lms.canvas.student_inbox import StudentInbox
from tools.scoped import ScopedBanner, ScopedIdentities, ScopedLms, ScopedOneRoster, ScopedRelationships
from tools.scoped_classroom import ScopedClassroom
from tools.scoped_records import ScopedRecords, ScopedTraits
from tools.sis.banner.connect import connect_ethos
from tools.sis.banner.feed import EthosFeed
from tools.sis.banner.read import BannerReader
from tools.sis.banner.records.desk import Desk, open_desk
from tools.sis.banner.records.read import BannerRecords
from tools.sis.banner.records.seats import SeatOffice
from tools.sis.banner.records.traits import TraitOffice
from tools.sis.banner.settings import EthosSettings
from tools.sis.oneroster.fetched import FetchedReader
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.oneroster.settings import OneRosterSettings as OneRosterDialect
from tools.sis.oneroster.sftp import SftpServer
from tools.sis.relationships import SisRelationships
from tools.wire import (
    IN_PROCESS,
    Auth,
    CanvasOAuth,
    NoAuth,
    OAuthApp,
    RetryPolicy,
    StaticBearer,
    Timeouts,
    TlsPolicy,
    TlsWaiver,
    Turns,
    WireClient,
)

M = TypeVar("M", bound=BaseModel)

_WAIVER = re.compile(r"^(?P<host>[^:\s]+): (?P<reason>.+), approved by (?P<by>.+), until (?P<until>\d{4}-\d\d-\d\d)$")


@dataclass(frozen=True)
class Readers:
    """What can be read within the scope: the two systems, how people stand to each other, who people are, the feed.

    ``canvas`` is the reading client; ``file_store`` reads what Canvas keeps on hosts of its own. ``identities`` is
    for the privacy directory alone. ``classroom`` and ``records`` are None where the system cannot tell; ``banner`` is
    where grades that Banner holds are looked at, before and after a write; ``texts`` are where students write;
    ``seats`` tells the classes of one student, ``traits`` what is shown in numbers only.
    """

    sis: SisReader
    lms: ScopedLms
    relationships: RelationshipReader
    identities: IdentitySource
    feed: Feed | None
    canvas: WireClient
    file_store: FileStore
    classroom: Classroom | None = None
    records: StudentRecords | None = None
    banner: Desk | None = None
    texts: tuple[TextReader, ...] = ()
    seats: SeatsReader | None = None
    traits: TraitsReader | None = None


def open_readers(
    settings: Settings,
    institution: Institution,
    identities: IdentityResolver,
    clock: Clock,
    closing: ExitStack,
    *,
    turns: Turns = IN_PROCESS,
) -> Readers:
    """Open every reader that the settings name; ``closing`` closes them, ``turns`` says who keeps rates together.

    Raises ConfigurationError naming the setting that is missing, the scope file above all (S219).
    """
    scope = read_scope(settings.scope_file)
    reader, feed = _open_sis(settings, institution, clock, closing, turns)
    sis = ScopedBanner(reader, scope) if isinstance(reader, BannerReader) else ScopedOneRoster(reader, scope)
    client = open_canvas(settings, "read", closing, turns)
    lms = CanvasReader(
        client, settings.canvas.account, identities, sis=sis, clock=clock, page_size=settings.canvas.page_size
    )
    classroom = CanvasClassroom(
        client,
        settings.canvas.account,
        identities,
        zone=institution.zone,
        clock=clock,
        page_size=settings.canvas.page_size,
    )
    system = reader.capabilities().system
    known = reader.relationships() if isinstance(reader, BannerReader) else SisRelationships(reader, clock)
    desk = open_desk(reader.finder(), identities) if isinstance(reader, BannerReader) else None
    return Readers(
        sis=sis,
        lms=ScopedLms(lms, scope),
        relationships=ScopedRelationships(known, scope, system),
        identities=ScopedIdentities(reader, scope, system),
        feed=feed,
        canvas=client,
        file_store=FileStore(settings.canvas.file_hosts, tls=tls_policy(settings)),
        classroom=ScopedClassroom(classroom, scope),
        records=_scoped_records(desk, scope) if desk else None,
        banner=desk,
        texts=_open_texts(settings, client, identities, clock),
        seats=SeatOffice(desk) if desk else None,
        traits=ScopedTraits(TraitOffice(desk), scope, "banner") if desk else None,
    )


def _scoped_records(desk: Desk, scope: DataScope) -> ScopedRecords:
    """Return Banner's student records; conduct is not even asked about where it is out of scope (R28)."""
    conduct = HoldCategory.DISCIPLINARY.value in scope.fields("banner", "holds")
    return ScopedRecords(BannerRecords(desk, conduct=conduct), scope, "banner")


def open_banner_writing(
    settings: Settings,
    closing: ExitStack,
    *,
    retry: RetryPolicy | None = None,
    timeouts: Timeouts | None = None,
    turns: Turns = IN_PROCESS,
) -> WireClient:
    """Open a client of Ethos with the writing application's key.

    Raises ConfigurationError where it is missing, or where it is the reading key (S222, S223).
    """
    banner = settings.banner
    _required(banner.url, "banner.url", "Set Banner's address.")
    key = _required(banner.write_key.get_secret_value(), "banner.write_key", "Set the writing application's key.")
    if key == banner.read_key.get_secret_value():
        fix = "Make an Ethos application of its own that may submit grades, and set its key."
        raise ConfigurationError("Banner's writing key is its reading key.", field="banner.write_key", fix=fix)
    client = connect_ethos(
        banner.url,
        banner.write_key,
        tls=tls_policy(settings),
        timeouts=timeouts,
        retry=retry,
        settings=read_dialect(settings),
        budget=banner_budget(settings, turns),
    )
    return closing.enter_context(client)


def _open_texts(
    settings: Settings, client: WireClient, identities: IdentityResolver, clock: Clock
) -> tuple[TextReader, ...]:
    """Return the places where students write: the inbox of the reading account, and a notes file where one is set."""
    inbox = StudentInbox(client, identities, clock)
    return (inbox, NotesFile(settings.notes_file, identities, clock)) if settings.notes_file else (inbox,)


def open_canvas(settings: Settings, use: CanvasUse, closing: ExitStack, turns: Turns = IN_PROCESS) -> WireClient:
    """Open a client of Canvas with the credential for one use; ConfigurationError where something is missing."""
    url = _required(settings.canvas.url, "canvas.url", "Set the base URL of Canvas.")
    auth = canvas_auth(settings, use)
    budget = canvas_budget(settings, auth, turns)
    client = WireClient(url, auth, system="canvas", tls=tls_policy(settings), budget=budget)
    return closing.enter_context(client)


def canvas_auth(settings: Settings, use: CanvasUse) -> Auth:
    """Return how a client proves who asks: a token made by hand, or a grant that renews itself.

    Raises ConfigurationError where neither is set, both are, or the grant's developer key is not.
    """
    canvas = settings.canvas
    token, refresh = canvas.credential(use)
    if not refresh.get_secret_value():
        field = f"canvas.{use}_token"
        return StaticBearer(_required(token.get_secret_value(), field, f"Set it, or canvas.{use}_refresh_token."))
    if token.get_secret_value():
        field = f"canvas.{use}_token"
        raise ConfigurationError("Canvas has two credentials for one use.", field=field, fix="Take one of them out.")
    key = _required(canvas.client_id, "canvas.client_id", "Set the id of the developer key.")
    _required(canvas.client_secret.get_secret_value(), "canvas.client_secret", "Set the secret of the developer key.")
    app = OAuthApp(client_id=key, client_secret=canvas.client_secret, refresh_token=refresh)
    return CanvasOAuth(canvas.url, app, tls=tls_policy(settings))


def tls_policy(settings: Settings) -> TlsPolicy:
    """Return the transport policy; a waiver must say host, reason, who approved it and until when (S225)."""
    if not settings.tls.waiver:
        return TlsPolicy(ca_file=settings.tls.ca_file)
    said = _WAIVER.match(settings.tls.waiver)
    if said is None:
        raise ConfigurationError(
            "The TLS waiver does not say everything it must.",
            field="tls.waiver",
            fix="Write it as: host: reason, approved by NAME, until YYYY-MM-DD",
        )
    until = date.fromisoformat(said["until"])
    waiver = TlsWaiver(host=said["host"], reason=said["reason"], approved_by=said["by"], expires_on=until)
    return TlsPolicy(ca_file=settings.tls.ca_file, waiver=waiver)


def read_scope(path: Path) -> DataScope:
    """Read the scope file; ConfigurationError where there is none or where it is not whole (S219 to S221)."""
    if not path.is_file():
        fix = "Copy provost.scope.yaml and name the systems and fields that may be read, or set scope_file."
        raise ConfigurationError(f"There is no scope file {path}, so nothing is read.", field="scope_file", fix=fix)
    scope = _read_file(path, DataScope, "scope_file")
    fault = next(scope.faults(), None)
    if fault is not None:
        raise ConfigurationError(f"{path.name} is not usable: {fault.message}", field=fault.key, fix=fault.fix)
    return scope


def read_institution(path: Path) -> Institution:
    """Read the institution file; ConfigurationError names the first key at fault."""
    return _read_file(path, Institution, "institution_file")


def read_dialect(settings: Settings) -> EthosSettings:
    """Read how this campus spells its Ethos, or the defaults; ConfigurationError names the first key at fault."""
    return _read_file(settings.banner.dialect_file, EthosSettings, "banner.dialect_file")


def _read_file(path: Path | None, model: type[M], field: str) -> M:
    """Read a YAML file of the operator's into its model, or its defaults where no file is named."""
    import yaml

    if path is None:
        return model()
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        fix = f"Write it, or set {field}; docs/reference lists its keys."
        raise ConfigurationError(f"There is no file {path}.", field=field, fix=fix) from None
    except yaml.YAMLError as broken:
        raise ConfigurationError(f"{path} is not YAML.", field=field, fix="Correct it.") from broken
    except ValidationError as invalid:
        first = invalid.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        fix = "Correct it; docs/reference lists every key."
        raise ConfigurationError(f"{path.name} is not valid: {first['msg']}.", field=place, fix=fix) from None


def _open_sis(
    settings: Settings, institution: Institution, clock: Clock, closing: ExitStack, turns: Turns
) -> tuple[BannerReader | OneRosterReader, Feed | None]:
    banner = settings.banner
    if not banner.url:
        return open_oneroster(settings.oneroster, institution, clock, closing), None
    _required(banner.read_key.get_secret_value(), "banner.read_key", "Set the key of the reading application.")
    dialect = read_dialect(settings)
    pace = banner_budget(settings, turns)
    client = connect_ethos(banner.url, banner.read_key, tls=tls_policy(settings), settings=dialect, budget=pace)
    closing.enter_context(client)
    reader = BannerReader(client, institution, settings=dialect, clock=clock)
    return reader, EthosFeed(client, settings=dialect, clock=clock)


def open_oneroster(
    settings: OneRosterSettings, institution: Institution, clock: Clock, closing: ExitStack
) -> OneRosterReader:
    """Open a OneRoster bundle, fetched for each run where it lies on an SFTP host; ConfigurationError for none."""
    dialect = _read_file(settings.dialect_file, OneRosterDialect, "oneroster.dialect_file")
    if settings.folder is not None:
        return OneRosterReader(settings.folder, institution, settings=dialect, clock=clock)
    host = _required(settings.sftp_host, "banner.url", "Set Banner's address, or a OneRoster folder or SFTP host.")
    if settings.sftp_known_hosts is None:
        fix = "Name the file with the server's host key; it is never accepted unseen."
        raise ConfigurationError("The SFTP host key is not on record.", field="oneroster.sftp_known_hosts", fix=fix)
    server = SftpServer(
        host=host,
        port=settings.sftp_port,
        user=settings.sftp_user,
        folder=settings.sftp_path or ".",
        known_hosts=settings.sftp_known_hosts,
        key_file=settings.sftp_key_file,
    )
    return closing.enter_context(closed_after(FetchedReader(server, institution, settings=dialect, clock=clock)))


def _required(value: str, field: str, fix: str) -> str:
    if not value:
        raise ConfigurationError(f"The setting {field} is missing.", field=field, fix=fix)
    return value


def fetch_public(settings: Settings, url: str) -> bytes:
    """Return what is published at an address, such as keys to check signatures with; nothing is proven to it.

    Raises TransientError where it does not answer within a few seconds.
    """
    retry, timeouts = RetryPolicy(attempts=1, deadline=5.0), Timeouts(connect=2.0, read=3.0)
    with WireClient(url, NoAuth(), system="keys", tls=tls_policy(settings), retry=retry, timeouts=timeouts) as client:
        return client.get(url).content


def open_receiver(settings: Settings, name: str, url: str) -> WireClient:
    """Open a client of a system that is told of events; each call is signed on its own."""
    retry = RetryPolicy(attempts=2, deadline=20.0)
    return WireClient(url, NoAuth(), system=f"receiver {name}", tls=tls_policy(settings), retry=retry)
