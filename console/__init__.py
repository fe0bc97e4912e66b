"""What an advisor sees in a browser; not built yet, `provost approvals` is the inbox until then."""
