"""Images: what a record looked like before a change and what it must look like after, without personal data.

Values that would name a person (a display name, a login) stand in an image only as a keyed digest, made by
the connector that holds the key; equality is all that the gate needs.
"""

from pydantic import Field

from domain.records import Record


class Image(Record):
    """A flat picture of one record: ``exists`` and its compared fields.

    Values are short codes, dates in ISO form or keyed digests; never names, ids of people or addresses.
    """

    exists: bool = True
    fields: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def absent(cls) -> "Image":
        """The image of a record that does not exist."""
        return cls(exists=False)

    def satisfies(self, wanted: "Image") -> bool:
        """Tell whether this image shows everything that ``wanted`` asks for; extra fields do not matter.

        A record that is wanted absent is also satisfied by one whose ``state`` is ``deleted``. Fields that an absent
        record names, such as the ``from_state`` of the row a person leaves, must hold too.
        """
        present = self.exists if wanted.exists else not self.exists or self.fields.get("state") == "deleted"
        return present and all(self.fields.get(name) == value for name, value in wanted.fields.items())
