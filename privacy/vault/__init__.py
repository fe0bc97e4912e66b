"""The vault: which code stands for whom in which conversation, sealed, expiring, and never sent anywhere (S230)."""

from privacy.vault.entries import Code, Entry, Subject, facet_of, new_conversation
from privacy.vault.vault import Vault

__all__ = ["Code", "Entry", "Subject", "Vault", "facet_of", "new_conversation"]
