"""Failures of a request that reached us over the network: whoever sent it must send another, or sign in.

::

    RequestError              the caller: the request cannot be taken as it is
    ├── UnknownAddress        nothing is here, or nothing that the caller may see
    ├── RequestUnreadable     the body or a parameter is not what the interface describes
    ├── KeyReused             an idempotency key came with another request
    ├── RequestUnderWay       the first request with an idempotency key is not done yet
    ├── TooManyRequests       more than the limit of one principal or address
    ├── SignInNeeded          nobody is signed in, or the sign-in was refused
    ├── RequestForged         the token of the form or the origin is not ours
    ├── SignatureRefused      a webhook whose signature, time or sender does not count
    ├── LaunchRefused         a launch from the LMS that does not hold
    ├── BodyTooLarge          more bytes than are taken
    └── RouteDenied           the role or scope does not open this route
"""

from domain.errors import ProvostError


class RequestError(ProvostError):
    """The request cannot be taken as it is; send another."""

    code = "PV800"


class UnknownAddress(RequestError):
    """Nothing is at this address, or nothing that the caller may see."""

    code = "PV801"


class RequestUnreadable(RequestError):
    """The body or a parameter is not what the interface describes."""

    code = "PV802"


class KeyReused(RequestError):
    """The idempotency key came with another request before."""

    code = "PV803"


class TooManyRequests(RequestError):
    """The limit of one principal or address is reached; wait and send again."""

    code = "PV804"


class SignInNeeded(RequestError):
    """Nobody is signed in, the token does not count, or the sign-in was refused."""

    code = "PV805"


class RequestForged(RequestError):
    """The form's token or the origin is not ours, so another site may have sent it."""

    code = "PV806"


class SignatureRefused(RequestError):
    """The webhook's signature, time or sender does not count; nothing was kept."""

    code = "PV807"


class BodyTooLarge(RequestError):
    """The body has more bytes than are taken."""

    code = "PV808"


class RouteDenied(RequestError):
    """The caller's role or scope does not open this route."""

    code = "PV809"


class RequestUnderWay(RequestError):
    """The first request with this idempotency key is still under way; ask again shortly."""

    code = "PV810"


class LaunchRefused(RequestError):
    """The launch from the LMS does not hold: not signed by it, not for us, too old, or used before."""

    code = "PV811"
