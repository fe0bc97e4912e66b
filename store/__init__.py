"""What Provost keeps: tables, keys, handles, the ledger, the outbox and everything around a plan."""
