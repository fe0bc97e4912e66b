"""Attacks on the stored rows with every guard removed: verification names the first bad entry each time (S37)."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.errors import LedgerBroken
from domain.ids import RecordHandle
from store.ledger import Draft, Subject
from store.ledger.checkpoints import checkpoint_path, sign_checkpoint
from tests.store.intruder import Intruder

ENTRIES = 12
CHECKPOINT = 9


def _draft(number: int) -> Draft:
    person = (Subject(RecordHandle("per_aaaaaaaaaaaaaaaa"), {"name": "x"}),) if number % 3 == 0 else ()
    return Draft("write", "gate", "run-1", {"number": number, "note": "first\nsecond ü"}, person)


@pytest.fixture
def filled(ledger):
    """Twelve entries, a checkpoint at five and at nine, a person named by every third entry."""
    drafts = [_draft(number) for number in range(1, ENTRIES + 1)]
    ledger.append_many(drafts[:5])
    ledger.checkpoint()
    ledger.append_many(drafts[5:CHECKPOINT])
    ledger.checkpoint()
    ledger.append_many(drafts[CHECKPOINT:])
    return ledger


@pytest.fixture
def intruder(filled, database):
    intruder = Intruder(database)
    yield intruder
    intruder.close()


def test_an_untouched_ledger_verifies_and_says_what_lies_after_the_last_checkpoint(filled):
    result = filled.verify()
    assert result.ok, result.reason
    assert (result.entries, result.first_bad, result.reason) == (ENTRIES, None, "")
    assert (result.last_checkpoint, result.after_checkpoint) == (CHECKPOINT, ENTRIES - CHECKPOINT)


@pytest.mark.parametrize("column", ["at", "kind", "actor", "run", "subjects", "body"])
def test_an_edit_of_any_column_is_named(filled, intruder, column):
    intruder.run(f"UPDATE ledger_entry SET {column} = {column} || 'x' WHERE seq = 4")
    result = filled.verify()
    assert not result.ok
    assert (result.first_bad, result.entries) == (4, 3)
    assert "changed" in result.reason


@pytest.mark.parametrize("column", ["prev", "hash"])
def test_an_edit_of_a_link_is_named(filled, intruder, column):
    intruder.run(f"UPDATE ledger_entry SET {column} = ? WHERE seq = 6", b"\x07" * 32)
    assert filled.verify().first_bad == 6


def test_an_edit_with_its_own_hash_made_to_fit_is_named_by_the_link_after_it(filled, intruder):
    after = intruder.run("SELECT prev, hash FROM ledger_entry WHERE seq = 5")[0]
    intruder.run("UPDATE ledger_entry SET body = '{}' WHERE seq = 4")
    intruder.relink(4)
    intruder.run("UPDATE ledger_entry SET prev = ?, hash = ? WHERE seq = 5", *after)
    result = filled.verify()
    assert (result.first_bad, "links to another" in result.reason) == (4, True)


@pytest.mark.parametrize("seq", [1, 4, 8])
def test_a_deletion_is_named(filled, intruder, seq):
    intruder.run("DELETE FROM ledger_entry WHERE seq = ?", seq)
    result = filled.verify()
    assert (result.first_bad, "missing" in result.reason) == (seq, True)


def test_a_deletion_with_the_rest_moved_up_is_named(filled, intruder):
    intruder.run("DELETE FROM ledger_entry WHERE seq = 4")
    for seq in range(5, ENTRIES + 1):
        intruder.run("UPDATE ledger_entry SET seq = ? WHERE seq = ?", seq - 1, seq)
    assert filled.verify().first_bad == 4


def test_a_swap_of_two_whole_entries_is_named(filled, intruder):
    for old, new in ((3, 99), (7, 3), (99, 7)):
        intruder.run("UPDATE ledger_entry SET seq = ? WHERE seq = ?", new, old)
    assert filled.verify().first_bad == 3


def test_a_swap_of_two_bodies_is_named(filled, intruder):
    bodies = dict(intruder.run("SELECT seq, body FROM ledger_entry WHERE seq IN (3, 7)"))
    for seq, body in ((3, bodies[7]), (7, bodies[3])):
        intruder.run("UPDATE ledger_entry SET body = ? WHERE seq = ?", body, seq)
    assert filled.verify().first_bad == 3


def test_a_truncation_before_the_last_outside_checkpoint_is_named(filled, intruder):
    intruder.run("DELETE FROM ledger_entry WHERE seq > 6")
    intruder.run("DELETE FROM ledger_subject WHERE seq > 6")
    intruder.run("DELETE FROM ledger_checkpoint WHERE seq > 6")
    result = filled.verify()
    assert (result.ok, result.first_bad, result.entries) == (False, 7, 6)
    assert "7 to 9 are gone" in result.reason


def test_a_truncation_after_the_last_outside_checkpoint_is_the_stated_limit(filled, intruder):
    intruder.run("DELETE FROM ledger_entry WHERE seq > 10")
    intruder.run("DELETE FROM ledger_subject WHERE seq > 10")
    result = filled.verify()
    assert (result.ok, result.entries, result.after_checkpoint) == (True, 10, 1)


@pytest.mark.parametrize("first", [1, 3, 6, 9])
def test_a_tail_replaced_and_linked_anew_is_named_by_the_outside_checkpoint(filled, intruder, first):
    intruder.run("UPDATE ledger_entry SET actor = 'someone else' WHERE seq = ?", first)
    intruder.relink(first)
    intruder.run("DELETE FROM ledger_checkpoint")
    result = filled.verify()
    assert (result.ok, result.first_bad) == (False, first)
    assert "contradicts" in result.reason


def test_a_replaced_tail_without_the_kept_hashes_is_named_as_a_range(filled, intruder, folder):
    intruder.run("UPDATE ledger_entry SET actor = 'someone else' WHERE seq = 8")
    intruder.relink(8)
    (folder / f"{CHECKPOINT:012d}.hashes").unlink()
    result = filled.verify()
    assert (result.first_bad, "from 6 to 9" in result.reason) == (6, True)


def test_a_whole_chain_made_anew_with_checkpoints_of_another_key_is_found(filled, intruder):
    intruder.run("UPDATE ledger_entry SET body = '{}' WHERE seq = 7")
    intruder.relink(7)
    intruder.run("DELETE FROM ledger_checkpoint")
    head = intruder.run("SELECT hash FROM ledger_entry WHERE seq = 12")[0][0]
    forged = sign_checkpoint(Ed25519PrivateKey.generate(), (12, bytes(head)), "2026-11-23T00:00:00Z", b"")
    intruder.run("INSERT INTO ledger_checkpoint (seq, note) VALUES (12, ?)", forged.note)
    assert filled.verify().first_bad == 7


@pytest.mark.parametrize("change", ["other size", "cut short", "no note"])
def test_a_forged_checkpoint_in_the_database_is_found_even_where_the_chain_is_whole(filled, intruder, change):
    note = intruder.run("SELECT note FROM ledger_checkpoint WHERE seq = 9")[0][0]
    forged = {"other size": note.replace("\n9\n", "\n8\n"), "cut short": note[:40], "no note": "no note"}[change]
    intruder.run("UPDATE ledger_checkpoint SET note = ? WHERE seq = 9", forged)
    result = filled.verify()
    assert (result.ok, result.first_bad) == (False, CHECKPOINT)
    assert "not signed" in result.reason


def test_a_checkpoint_signed_by_another_key_outside_is_found(filled, folder, database):
    other = sign_checkpoint(Ed25519PrivateKey.generate(), (11, bytes(32)), "2026-11-23T00:00:00Z", b"")
    checkpoint_path(folder, 11).write_text(other.note)
    result = filled.verify()
    assert (result.ok, result.first_bad, "outside" in result.reason) == (False, 11, True)


def test_a_checkpoint_moved_to_another_place_is_found(filled, folder):
    checkpoint_path(folder, 5).rename(checkpoint_path(folder, 4))
    assert filled.verify().first_bad == 4


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE ledger_subject SET handle = 'per_bbbbbbbbbbbbbbbb' WHERE seq = 6",
        "UPDATE ledger_subject SET sealed = sealed || 'A' WHERE seq = 6",
        "DELETE FROM ledger_subject WHERE seq = 6",
        "INSERT INTO ledger_subject (seq, position, handle, sealed) VALUES (6, 2, 'per_bbbbbbbbbbbbbbbb', '')",
    ],
)
def test_any_change_to_who_an_entry_is_about_is_named(filled, intruder, attack):
    intruder.run(attack)
    result = filled.verify()
    assert (result.ok, result.first_bad) == (False, 6)
    assert "people" in result.reason


@pytest.mark.parametrize(("seq", "first_bad"), [(4, 4), (99, 99)])
def test_a_person_added_to_an_entry_that_names_nobody_is_named(filled, intruder, seq, first_bad):
    intruder.run("INSERT INTO ledger_subject (seq, position, handle, sealed) VALUES (?, 1, 'per_b', '')", seq)
    assert filled.verify().first_bad == first_bad


def test_an_emptied_column_is_named_and_does_not_stop_verification(filled, intruder, database):
    if database.dialect == "sqlite":
        intruder.run("PRAGMA writable_schema = ON")
        intruder.run("UPDATE sqlite_master SET sql = replace(sql, 'body VARCHAR NOT NULL', 'body VARCHAR')")
        intruder.run("PRAGMA writable_schema = RESET")
    else:
        intruder.run("ALTER TABLE ledger_entry ALTER body DROP NOT NULL")
    intruder.run("UPDATE ledger_entry SET body = NULL WHERE seq = 2")
    assert filled.verify().first_bad == 2


def test_an_opened_detail_that_was_changed_is_refused(filled, intruder):
    intruder.run("UPDATE ledger_subject SET sealed = (SELECT sealed FROM ledger_subject WHERE seq = 3) WHERE seq = 6")
    with pytest.raises(LedgerBroken, match="entry 6"):
        list(filled.export(person=RecordHandle("per_aaaaaaaaaaaaaaaa")))


def test_a_checkpoint_that_contradicts_the_one_kept_outside_is_refused(filled, intruder):
    intruder.run("DELETE FROM ledger_entry WHERE seq > 8")
    intruder.run("DELETE FROM ledger_checkpoint WHERE seq > 8")
    intruder.run("DELETE FROM ledger_subject WHERE seq > 8")
    filled.append("write", "gate", "run-2", {})
    with pytest.raises(LedgerBroken, match="entry 9"):
        filled.checkpoint()
