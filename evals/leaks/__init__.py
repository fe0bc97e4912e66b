"""The leak suite: texts that name people in every way, and what must not be left of it at any door."""
