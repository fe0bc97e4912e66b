"""The migrations build exactly the tables that the models describe, on both databases."""

import multiprocessing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from store.database import open_database
from store.migrations import downgrade, latest_revision, read_revision, upgrade
from store.tables import store_metadata


def test_models_and_migrations_agree(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, store_metadata()) == []


def test_upgrade_brings_an_empty_database_to_the_newest_revision_and_again_changes_nothing(empty_url):
    database = open_database(empty_url)
    assert read_revision(database) is None
    upgrade(database)
    upgrade(database)
    assert read_revision(database) == latest_revision() == "0016"
    database.close()


def test_downgrade_takes_everything_away_and_upgrade_brings_it_back(database):
    downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    upgrade(database)
    assert set(store_metadata().tables) <= set(inspect(database.engine).get_table_names())


def upgrade_at(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    database.close()


@pytest.mark.slow
def test_processes_that_start_together_upgrade_once(empty_url):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=upgrade_at, args=(empty_url,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    database = open_database(empty_url)
    assert read_revision(database) == latest_revision()
    database.close()
