"""Hard rules of grade passback (R76 to R98): each blocks with reason and fix, certain by construction (S85, S201)."""
