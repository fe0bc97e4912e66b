"""A copy of an installation, taken while it works, and put back where there is none."""

from service.backup.manifest import Manifest
from service.backup.restoring import Restored, restore_backup
from service.backup.taking import Taken, take_backup

__all__ = ["Manifest", "Restored", "Taken", "restore_backup", "take_backup"]
