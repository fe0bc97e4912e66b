"""What a graph may keep in its state: our own frozen records, and lists of them, nothing else.

A bare string or number would lie in clear in the PostgreSQL checkpoint tables, and a field of type ``Any`` is rebuilt
as whatever was stored. ``checked`` is called where a graph is built, so that such a state never compiles.
"""

from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from domain.errors import InternalError
from domain.records import Record

S = TypeVar("S", bound=type)
_CONTAINERS = (list, tuple)


def checked(schema: S) -> S:
    """Return the state schema, a TypedDict, if every channel holds records.

    Raises InternalError naming the first channel that does not.
    """
    for name, hint in get_type_hints(schema, include_extras=True).items():
        if not _holds_records(hint):
            raise InternalError(f"The state channel {name} does not hold records.", field=name)
    return schema


def _holds_records(hint: Any) -> bool:  # noqa: ANN401 a type annotation
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _holds_records(arguments[0])
    if origin in _CONTAINERS or origin in (Union, UnionType):
        return all(_holds_records(part) for part in arguments if part not in (Ellipsis, type(None)))
    return isinstance(hint, type) and issubclass(hint, Record) and not _open_field(hint)


def _open_field(model: type[BaseModel]) -> bool:
    return any(_mentions_any(field.annotation) for field in model.model_fields.values())


def _mentions_any(hint: Any) -> bool:  # noqa: ANN401 a type annotation
    if hint is Any or hint is object:
        return True
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _open_field(hint)
    return any(_mentions_any(part) for part in get_args(hint))
