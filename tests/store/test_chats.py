"""Conversations on both databases: what nobody can open is in no list, and only its rows go."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert
from sqlmodel import col

from domain.ids import PrincipalId
from store.chats import Chats
from store.conversations import ConversationRow
from store.database import Database

ANN = PrincipalId("ann")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Fixed:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


def begin(chats: Chats, name: str, lasts: timedelta) -> None:
    with chats.beginning(name, ANN) as connection:
        row = {"conversation": name, "sealed_key": "k", "opened_at": NOW, "expires_at": NOW + lasts}
        connection.execute(insert(ConversationRow), row)
    chats.add(name, NOW, "sealed")


def test_s226_what_is_over_or_was_erased_is_listed_nowhere_and_goes_alone(database: Database) -> None:
    chats = Chats(database, clock=Fixed())
    for name, days in (("cnv_lasts", 1), ("cnv_over", -1), ("cnv_erased", 1)):
        begin(chats, name, timedelta(days=days))
    with database.transaction() as connection:
        connection.execute(delete(ConversationRow).where(col(ConversationRow.conversation) == "cnv_erased"))
    assert [row.conversation for row in chats.of(ANN)] == ["cnv_lasts"]
    assert sorted(chats.over()) == ["cnv_erased", "cnv_over"]
    chats.forget(chats.over())
    assert (chats.over(), chats.turns("cnv_over"), len(chats.turns("cnv_lasts"))) == ([], [], 1)
