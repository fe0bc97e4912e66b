"""The directory: every form of identifier that the SIS knows of a person, in one compact keyed index.

::

    KnownPerson ──▶ forms ──▶ Segment (sorted arrays of keyed hashes) ──▶ Directory ──▶ detect
                                 │                                          │
                                 └─ files: saved, checked, memory-mapped    └─ add, replace, remove; compact later

Nothing in it is a name or a number in clear: tokens, pairs and identifiers are 64-bit hashes under the caller's key.
"""
