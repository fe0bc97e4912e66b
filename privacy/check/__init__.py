"""The second check: looks at text about to leave with other eyes than the detector's, and shares no code with it."""

from privacy.check.directory_ids import DirectoryIds
from privacy.check.second_look import SecondLook, require_clean

__all__ = ["DirectoryIds", "SecondLook", "require_clean"]
