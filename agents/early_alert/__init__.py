"""Early alert: who may be about to fail or leave, said with its reasons, from daily roll-ups of both systems."""
