"""A backup is taken of a working installation and put back where there is none; nothing there is ever overwritten."""

import shutil
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from domain.errors import ConfigurationError
from graphs.assembly import Provost, assemble
from graphs.settings import Settings
from service.backup import restore_backup, take_backup
from tests.graphs.conftest import postgres_url  # noqa: F401 fixtures
from tests.service.conftest import Install, Installation


def settings_of(installation: Installation, url: str = "", home: Path | None = None) -> Settings:
    written = tomllib.loads(installation.settings_file.read_text(encoding="utf-8"))
    place = home or installation.home
    files = {name: str(place / Path(written[name]).name) for name in written if name.endswith("_file")} if home else {}
    return Settings(**{**written, **files, "home": place, **({"database_url": url} if url else {})})


def facts(provost: Provost) -> dict[str, object]:
    people = [str(user.sis_id) for user in provost.lms.read_users().rows][:20]
    return {
        "runs": [(run.id, run.state) for run in provost.runs.latest(limit=100)],
        "people": {person: provost.identities.find(person) for person in people},
        "waiting": sorted(view.id for view in provost.approvals.find()),
        "head": provost.ledger.verify().entries,
    }


@pytest.fixture
def sqlite_installation(install: Install, shipped_policy: str) -> Installation:
    return install(shipped_policy)


def test_a_backup_in_one_file_comes_back_whole_and_the_ledger_verifies(
    sqlite_installation: Installation, tmp_path: Path
) -> None:
    source = sqlite_installation
    source.campus.live(3)
    with assemble(settings_of(source)) as provost:
        for event in provost.feed.read_events(5):
            provost.run_event(event)
    taken = source.run("backup", tmp_path / "night.tar.gz", "--keys", tmp_path / "keys")
    assert taken.code == 0, taken.err
    assert (tmp_path / "night.tar.gz").stat().st_mode & 0o077 == 0
    with assemble(settings_of(source)) as provost:
        before = facts(provost)
    fresh = settings_of(source, home=tmp_path / "new")
    restored = restore_backup(fresh, tmp_path / "night.tar.gz", tmp_path / "keys")
    assert (restored.ok, restored.entries) == (True, before["head"])
    with assemble(fresh) as provost:
        assert facts(provost) == before
        assert provost.recover().outcomes.applied == 0
    assert fresh.policy_file.read_bytes() == settings_of(source).policy_file.read_bytes()
    with pytest.raises(ConfigurationError, match="is there already"):
        restore_backup(fresh, tmp_path / "night.tar.gz")
    assert source.run("restore", tmp_path / "night.tar.gz").code == 1, "a living installation is never restored over"


def test_a_damaged_or_keyless_backup_restores_nothing(sqlite_installation: Installation, tmp_path: Path) -> None:
    source = sqlite_installation
    with assemble(settings_of(source)) as provost:
        take_backup(provost, tmp_path / "copy", tmp_path / "keys")
        with pytest.raises(ConfigurationError, match="exists already"):
            take_backup(provost, tmp_path / "copy")
        with pytest.raises(ConfigurationError, match="within the backup"):
            take_backup(provost, tmp_path / "other", tmp_path / "other" / "keys")
    names = {path.name for path in (tmp_path / "copy").rglob("*")}
    assert not names & {path.name for path in (source.home / "keys").iterdir()}, "the keys are not in the backup"
    home = tmp_path / "new"
    with pytest.raises(ConfigurationError, match="Without its keys"):
        restore_backup(settings_of(source, home=home), tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy" / "database" / "provost.db")) as tampered:
        tampered.execute("CREATE TABLE planted (x)")
        tampered.commit()
    with pytest.raises(ConfigurationError, match="missing, new or changed"):
        restore_backup(settings_of(source, home=home), tmp_path / "copy", tmp_path / "keys")
    with assemble(settings_of(source)) as provost:
        take_backup(provost, tmp_path / "again.tar")
    elsewhere = settings_of(source, "postgresql+psycopg://nobody@127.0.0.1/none", home)
    with pytest.raises(ConfigurationError, match="is of sqlite"):
        restore_backup(elsewhere, tmp_path / "again.tar")
    assert not home.exists()


@pytest.fixture
def two_databases(postgres_url: str) -> Iterator[tuple[str, str]]:  # noqa: F811
    """A database to back up, and an empty one to restore into."""
    plain, name = postgres_url.replace("+psycopg", "", 1), postgres_url.rsplit("/", 1)[1] + "_restored"
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    yield postgres_url, postgres_url.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
@pytest.mark.postgres
def test_a_backup_of_postgres_comes_back_in_an_empty_database(
    sqlite_installation: Installation, two_databases: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    source, (full, empty) = sqlite_installation, two_databases
    with assemble(settings_of(source, full)) as provost:
        provost.reconcile(source.term, dry_run=True)
        take_backup(provost, tmp_path / "night.tgz", tmp_path / "keys")
        before = facts(provost)
        with monkeypatch.context() as without:
            without.setenv("PATH", str(tmp_path))
            with pytest.raises(ConfigurationError, match="pg_dump is not on the PATH"):
                take_backup(provost, tmp_path / "none.tgz")
    with pytest.raises(ConfigurationError, match="is there already"):
        restore_backup(settings_of(source, full, tmp_path / "new"), tmp_path / "night.tgz", tmp_path / "keys")
    fresh = settings_of(source, empty, tmp_path / "new")
    assert restore_backup(fresh, tmp_path / "night.tgz", tmp_path / "keys").ok
    with assemble(fresh) as provost:
        assert facts(provost) == before | {"head": provost.ledger.verify().entries}
        assert provost.runs.latest()
