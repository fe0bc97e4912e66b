"""Ethos persons as the privacy directory needs them: every identifying property, read for nothing else (S229).

Rosters read ``PersonWire``, which has none of these. What a tenant withholds or does not have stays empty.
"""

from pydantic import Field

from tools.sis.banner.wire import Credential, Email, Name, Privacy, Ref, Resource, Text, Wire


class FullName(Name):
    """One name with its middle part."""

    middle_name: str | None = None


class Phone(Wire):
    """One phone number of a person."""

    number: Text = ""


class RoleOf(Wire):
    """One role of a person at the institution."""

    role: Text = ""


class AddressOf(Wire):
    """A reference to a postal address."""

    address: Ref | None = None


class IdentityWire(Resource):
    """``persons`` v12, read for identifiers."""

    names: tuple[FullName, ...] | None = None
    emails: tuple[Email, ...] | None = None
    credentials: tuple[Credential, ...] | None = None
    alternative_credentials: tuple[Credential, ...] | None = None
    phones: tuple[Phone, ...] | None = None
    addresses: tuple[AddressOf, ...] | None = None
    roles: tuple[RoleOf, ...] | None = None
    date_of_birth: str | None = None
    privacy_status: Privacy | str | None = None


class Country(Wire):
    """The part of an address below the street."""

    locality: Text = ""
    postal_code: Text = ""


class Place(Wire):
    """Where an address lies."""

    country: Country | None = None


class AddressWire(Resource):
    """``addresses`` v11: street lines and the town they lie in."""

    address_lines: tuple[Text, ...] = Field(default=())
    place: Place | None = None

    @property
    def text(self) -> str:
        """The address as it stands on an envelope."""
        town = self.place.country if self.place else None
        parts = (*self.address_lines, *((town.locality, town.postal_code) if town else ()))
        return ", ".join(part for part in parts if part)
