"""A bare installation served on loopback: people with every role, their tokens, and a client for each."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from domain.ids import PrincipalId
from domain.principals import Principal, PrincipalKind, Role
from graphs.assembly import Provost, assemble
from graphs.settings import Settings
from graphs.web_settings import WebSettings
from service.engine import WorkQueue, engine_url
from service.web.app import create_app
from service.web.serving import open_socket, served

ROOT = Path(__file__).resolve().parents[3]
PART = "{code: full, start_on: 2026-08-24, end_on: 2026-12-11, census_on: 2026-09-14, add_drop_end_on: 2026-09-04, "
PART += "withdraw_end_on: 2026-10-30, grades_open_on: 2026-12-07, grades_close_on: 2026-12-18}"
UNHURRIED = {"port": 0, "api_per_minute": 100_000, "chat_per_minute": 100_000, "sign_in_per_minute": 1000}
TLS = ssl.create_default_context()
"""Made once: making it takes longer than what is asked with it."""
TERM = f"calendars: [{{term: '202680', published: true, parts: [{PART}]}}]\n"


def settings_in(folder: Path, **groups: Any) -> Settings:
    (folder / "institution.yaml").write_text(f"name: Test\ntime_zone: UTC\n{TERM}")
    return Settings(
        home=folder / "home",
        policy_file=ROOT / "provost.policy.yaml",
        access_file=ROOT / "provost.access.yaml",
        institution_file=folder / "institution.yaml",
        **{"web": WebSettings(**UNHURRIED, development_sign_in=True)} | groups,
    )


class Site:
    """The service at ``url`` and the installation behind it."""

    def __init__(self, provost: Provost, url: str, queue: WorkQueue, app: Any) -> None:
        self.provost, self.url, self.queue, self.app = provost, url, queue, app
        self.tokens: dict[str, str] = {}

    def add(self, name: str, role: Role, *scopes: str, demo: bool = False) -> str:
        kind = {Role.SERVICE: PrincipalKind.SERVICE, Role.AGENT: PrincipalKind.AGENT}.get(role, PrincipalKind.PERSON)
        self.tokens[name] = self.provost.principals.add(PrincipalId(name), kind, [role], scopes, demo=demo)
        return self.tokens[name]

    def who(self, name: str) -> Principal:
        return self.provost.principals.verify(self.tokens[name], loopback=True)

    def client(self, name: str = "", *, origin: str = "", **options: Any) -> httpx.Client:
        """A client that bears somebody's token, or nobody's."""
        headers = {"Authorization": f"Bearer {self.tokens[name]}"} if name else {}
        headers |= {"Origin": origin} if origin else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20, verify=TLS, trust_env=False, **options)

    @contextmanager
    def browser(self, principal: str) -> Iterator[httpx.Client]:
        """A browser in which somebody signed in; it carries a cookie and says where its pages come from."""
        with self.client(origin=self.url) as browser:
            answer = browser.post("/sign-in/development", data={"principal": principal})
            assert answer.status_code == 303, answer.text
            yield browser

    def kinds(self) -> list[str]:
        """The kinds of the ledger's entries, in order."""
        with self.provost.database.snapshot() as connection:
            return [row[0] for row in connection.exec_driver_sql("SELECT kind FROM ledger_entry ORDER BY seq")]


@contextmanager
def open_site(folder: Path, **groups: Any) -> Iterator[Site]:
    """Serve an installation that has no systems connected."""
    settings = settings_in(folder, **groups)
    with assemble(settings) as provost:
        yield from serve_provost(provost)


def serve_provost(provost: Provost) -> Iterator[Site]:
    settings = provost.settings
    queue = WorkQueue(engine_url(settings.database, settings.home))
    listening = open_socket("127.0.0.1", 0)
    try:
        app = create_app(provost, queue=queue, port=listening.getsockname()[1])
        with served(app, listening) as url:
            yield Site(provost, url, queue, app)
    finally:
        queue.close()
        listening.close()
