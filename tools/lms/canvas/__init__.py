"""Canvas: what its REST interface and its SIS imports can tell and take; `write` is for the composition root alone."""
