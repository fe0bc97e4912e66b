"""Questions people ask the advising chat: what must be in the answer, what must not, and what it rests on."""
