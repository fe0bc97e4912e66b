"""What a registrar knows, as pure functions; every function cites its rule id."""
