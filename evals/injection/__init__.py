"""Instructions hidden in what systems return: what an obedient model can be made to do, and whether it still helps."""
