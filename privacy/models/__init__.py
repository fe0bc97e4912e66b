"""The door to models: the only place that builds a chat or embedding client, and the only way text reaches one.

::

    request ──▶ scrub ──▶ policy (R22) ──▶ look again ──▶ ledger ──▶ provider ──▶ reply, still in codes
                                             │                           │
                                             └── LeakStopped, nothing    └── failure of our own tree, without its text
                                                 was sent

``crossing`` says for whom and what a request is; ``door`` is the chat model that graphs use, ``embedding_door`` the
same for vectors; ``clients`` builds what stands behind them; ``offline`` answers where no model is configured. Nothing
is imported here: langchain is heavy.
"""
