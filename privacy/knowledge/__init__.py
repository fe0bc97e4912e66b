"""The door to the vector store: course materials, policies, answers and scrubbed notes, found with their sources.

::

    source ──▶ sections ──▶ cleaning (scrub, generic labels, two checks) ──▶ chunks ──▶ sealed text in the database
                                                                                 └──▶ ids and vectors in Chroma
    question ──▶ access filter ──▶ vectors + keywords ──▶ ranks fused ──▶ access filter again ──▶ passages

Chroma holds opaque ids and vectors, never a text: what it is given it keeps after a delete, in clear, in its log and
its index files (chroma-core/chroma issues 3793, 7659, 7662). The text lies sealed in the database, where deletion is
true, and a Chroma folder from which something was deleted is copied without it and dropped.
"""
