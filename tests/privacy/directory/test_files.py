"""A saved directory names nobody, refuses another key, and loads as it was saved (S226, S227)."""

import stat

import pytest

from domain.errors import ConfigurationError
from privacy.detect.matcher import Matcher
from privacy.directory.files import load_directory, save_directory
from privacy.directory.index import Directory
from tests.privacy.people import ANA, EVERYONE, KEY, ROBERT, ROSTER, directory


@pytest.fixture
def file(tmp_path):
    saved = tmp_path / "people.directory"
    save_directory(directory(), saved, KEY)
    return saved


def test_it_loads_as_it_was_saved(file):
    text = "Robert Nguyen (A00123456), Will, 王小明, priya raman, bobby.skates@example.com"
    loaded = load_directory(file, KEY)
    assert Matcher(loaded).find(text, ROSTER) == Matcher(directory()).find(text, ROSTER) != ()


def test_the_removed_stay_removed(tmp_path):
    saved = tmp_path / "people.directory"
    save_directory(directory().with_changes([ANA], removed=[ROBERT.handle]), saved, KEY)
    loaded = load_directory(saved, KEY)
    assert loaded.size == len(EVERYONE) - 1
    assert not Matcher(loaded).find("A00123456", ROSTER)


def test_the_file_holds_no_name_number_or_address(file):
    content = file.read_bytes().lower()
    for known in EVERYONE:
        identity = known.identity
        texts = [*identity.logins, *identity.emails, *identity.phones, *identity.national_ids, *identity.addresses]
        texts += [identity.sis_id, *(part for name in identity.names for part in (name.first, name.last))]
        for text in texts:
            if len(text) > 3:
                assert text.lower().encode() not in content


def test_only_the_owner_may_read_it(file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_arrays_are_mapped_not_copied(file):
    tokens = load_directory(file, KEY).segments[0].tokens
    assert not tokens.flags.owndata
    assert not tokens.flags.writeable


@pytest.mark.parametrize("place", [3, 40, -40, -1])
def test_a_changed_byte_is_noticed(file, place):
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(ConfigurationError):
        load_directory(file, KEY)


def test_another_key_is_refused(file):
    with pytest.raises(ConfigurationError, match="another key"):
        load_directory(file, KEY[::-1])


def test_a_missing_or_foreign_file_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_directory(tmp_path / "none", KEY)
    (tmp_path / "other").write_bytes(b"something else entirely, and long enough to have a header and a seal of its own")
    with pytest.raises(ConfigurationError, match="not a directory file"):
        load_directory(tmp_path / "other", KEY)


def test_readers_keep_what_they_mapped_when_it_is_written_anew(file):
    loaded = load_directory(file, KEY)
    save_directory(Directory.build([], KEY), file, KEY)
    assert Matcher(loaded).find("Robert Nguyen", ROSTER)
    assert not Matcher(load_directory(file, KEY)).find("Robert Nguyen", ROSTER)
