"""How well wrong grades are found: real marks with errors put in, and hard rules beside planted violations."""
