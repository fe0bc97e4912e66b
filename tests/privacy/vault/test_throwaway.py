"""A throwaway vault works like any other and leaves nothing behind, after a failure neither."""

from domain.ids import RecordHandle
from privacy.vault import Subject, new_conversation
from privacy.vault.throwaway import throwaway_vault
from privacy.vocabulary import Facet, Label

ANA = Subject(Label.STUDENT, (RecordHandle("per_ana"),), Facet.NAME, "Ana Quispe")


def test_it_gives_and_explains_codes_and_its_folder_goes(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    conversation = new_conversation()
    with throwaway_vault() as vault:
        code = vault.codes(conversation, [ANA])[0]
        assert vault.entries(conversation, [code.symbols])[code.symbols].texts == {"name": "Ana Quispe"}
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_its_folder_goes_after_a_failure_too(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    opened = throwaway_vault()
    opened.__enter__().codes(new_conversation(), [ANA])
    failure = ZeroDivisionError()
    assert not opened.__exit__(type(failure), failure, None)
    assert list(tmp_path.iterdir()) == []
