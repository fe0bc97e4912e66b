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
from domain.ports import Clock, Feed, IdentityResolver, IdentitySource, RelationshipReader, SisReader
from domain.scope import DataScope
from graphs.setting_groups import CanvasUse, OneRosterSettings
from graphs.settings import Settings
from tools.lms.canvas.file_store import FileStore
from tools.lms.canvas.read import CanvasReader
from tools.scoped import ScopedBanner, ScopedIdentities, ScopedLms, ScopedOneRoster, ScopedRelationships
from tools.sis.banner.connect import connect_ethos
from tools.sis.banner.feed import EthosFeed
from tools.sis.banner.read import BannerReader
from tools.sis.banner.settings import EthosSettings
from tools.sis.oneroster.fetched import FetchedReader
from tools.sis.oneroster.read import OneRosterReader
from tools.sis.oneroster.settings import OneRosterSettings as OneRosterDialect
from tools.sis.oneroster.sftp import SftpServer
from tools.sis.relationships import SisRelationships
from tools.wire import (
    Auth,
    CanvasOAuth,
    CostBudget,
    OAuthApp,
    StaticBearer,
    TlsPolicy,
    TlsWaiver,
    WireClient,
)

M = TypeVar("M", bound=BaseModel)

_WAIVER = re.compile(r"^(?P<host>[^:\s]+): (?P<reason>.+), approved by (?P<by>.+), until (?P<until>\d{4}-\d\d-\d\d)$")


@dataclass(frozen=True)
class Readers:
    """What can be read within the scope: the two systems, how people stand to each other, who people are, the feed.

    ``canvas`` is the reading client; ``file_store`` reads what Canvas keeps on hosts of its own. ``identities`` is
    for the privacy directory alone.
    """

    sis: SisReader
    lms: ScopedLms
    relationships: RelationshipReader
    identities: IdentitySource
    feed: Feed | None
    canvas: WireClient
    file_store: FileStore


def open_readers(
    settings: Settings, institution: Institution, identities: IdentityResolver, clock: Clock, closing: ExitStack
) -> Readers:
    """Open every reader that the settings name; ``closing`` closes them.

    Raises ConfigurationError naming the setting that is missing, the scope file above all (S219).
    """
    scope = read_scope(settings.scope_file)
    reader, feed = _open_sis(settings, institution, clock, closing)
    sis = ScopedBanner(reader, scope) if isinstance(reader, BannerReader) else ScopedOneRoster(reader, scope)
    client = open_canvas(settings, "read", closing)
    lms = CanvasReader(
        client, settings.canvas.account, identities, sis=sis, clock=clock, page_size=settings.canvas.page_size
    )
    system = reader.capabilities().system
    known = reader.relationships() if isinstance(reader, BannerReader) else SisRelationships(reader, clock)
    return Readers(
        sis=sis,
        lms=ScopedLms(lms, scope),
        relationships=ScopedRelationships(known, scope, system),
        identities=ScopedIdentities(reader, scope, system),
        feed=feed,
        canvas=client,
        file_store=FileStore(settings.canvas.file_hosts, tls=tls_policy(settings)),
    )


def open_canvas(settings: Settings, use: CanvasUse, closing: ExitStack) -> WireClient:
    """Open a client of Canvas with the credential for one use; ConfigurationError where something is missing."""
    url = _required(settings.canvas.url, "canvas.url", "Set the base URL of Canvas.")
    auth = canvas_auth(settings, use)
    client = WireClient(url, auth, system="canvas", tls=tls_policy(settings), budget=CostBudget())
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
    settings: Settings, institution: Institution, clock: Clock, closing: ExitStack
) -> tuple[BannerReader | OneRosterReader, Feed | None]:
    banner = settings.banner
    if not banner.url:
        return open_oneroster(settings.oneroster, institution, clock, closing), None
    _required(banner.read_key.get_secret_value(), "banner.read_key", "Set the key of the reading application.")
    dialect = read_dialect(settings)
    client = connect_ethos(banner.url, banner.read_key, tls=tls_policy(settings), settings=dialect)
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
