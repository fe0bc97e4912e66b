"""Banner's records and the Ellucian Ethos face over them."""
