"""How a collection of Ethos is narrowed: a query parameter whose JSON has slots."""

import json
from string import Template

from pydantic import Field

from domain.setting import Setting

Params = tuple[tuple[str, str], ...]


class Query(Setting):
    """One way to ask for some rows of a collection: the name of the query and its JSON body with ``$`` slots."""

    name: str = Field(default="criteria", description="Query parameter: criteria, or a named query.")
    body: str = Field(description="JSON with slots such as $id.")

    def params(self, **values: str) -> Params:
        """Return the query parameter with the slots filled; values are escaped for JSON."""
        safe = {name: json.dumps(value)[1:-1] for name, value in values.items()}
        return ((self.name, Template(self.body).substitute(safe)),)
