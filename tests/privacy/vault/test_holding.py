"""A held conversation is read once: what its holder gives is seen at once, nothing outlasts hold or erasure."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import event

from domain.ids import RecordHandle
from privacy.vault import Subject, Vault, new_conversation
from privacy.vault.memory import HeldConversations
from privacy.vocabulary import Facet, Label

ANA, BOB = RecordHandle("per_aaaaaaaaaaaaaaaa"), RecordHandle("per_bbbbbbbbbbbbbbbb")
ANA_NAME = Subject(Label.STUDENT, (ANA,), Facet.NAME, "Ana Cruz")
BOB_NAME = Subject(Label.STUDENT, (BOB,), Facet.NAME, "Bob Lee")


def test_what_was_read_of_a_held_conversation_is_not_read_again(vault, database, conversation) -> None:
    ana = vault.codes(conversation, [ANA_NAME])[0]
    asked: list[str] = []
    for engine in {database.engine, database._reader}:
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with vault.holding(conversation):
        first = (vault.people(conversation), vault.entries(conversation, [ana.symbols]))
        asked.clear()
        assert (vault.people(conversation), vault.entries(conversation, [ana.symbols])) == first
        assert asked == []
    assert vault.people(conversation) == {ANA}
    assert asked


def test_what_the_holder_gives_is_seen_at_once_and_what_is_unknown_is_asked_for_again(
    vault, database, keyring, conversation
) -> None:
    with vault.holding(conversation):
        assert vault.people(conversation) == frozenset()
        ana = vault.codes(conversation, [ANA_NAME])[0]
        assert vault.people(conversation) == {ANA}
        assert vault.entries(conversation, [ana.symbols])[ana.symbols].person == ANA
        bob = Vault(database, keyring).codes(conversation, [BOB_NAME])[0]
        assert vault.entries(conversation, [bob.symbols])[bob.symbols].person == BOB
    assert vault.people(conversation) == {ANA, BOB}


def test_s226_an_erasure_reaches_a_held_conversation_and_no_other_one_is_remembered(vault, conversation) -> None:
    other = new_conversation()
    mine, theirs = (vault.codes(each, [ANA_NAME])[0] for each in (conversation, other))
    with vault.holding(conversation):
        assert vault.entries(conversation, [mine.symbols])
        assert vault.entries(conversation, [theirs.symbols]) == {}
        vault.erase(conversation)
        assert vault.entries(conversation, [mine.symbols]) == {}
        assert vault.people(conversation) == frozenset()
    assert vault.people(other) == {ANA}


def test_what_was_read_while_a_code_was_given_is_not_kept() -> None:
    held = HeldConversations()

    def read() -> frozenset[RecordHandle]:
        held.changed("cnv_1")
        return frozenset()

    with held.holding("cnv_1"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(held.people, "cnv_1", read).result() == frozenset()
        assert held.people("cnv_1", lambda: frozenset({ANA})) == {ANA}
