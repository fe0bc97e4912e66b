"""The SIS feed of Canvas: CSV files that arrive in bulk, are diffed, applied row by row and can be undone."""
