"""The vocabulary of registrars and the rules they live by; no input or output, and nothing of ours is imported here."""
