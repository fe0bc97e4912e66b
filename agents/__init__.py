"""Who decides and words: one package per specialist, none of which can write."""
