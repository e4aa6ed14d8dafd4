"""Refusals: a use case that says no raises one of these. Edges choose the words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Refusal(Exception):
    """A refusal with an HTTP status and a stable code.

    `fields` maps a field's name to the code of its fault, `details` holds plain values for the message.
    """

    status = 409
    code = "conflict"

    def __init__(self, *, fields: dict[str, str] | None = None, **details: Any) -> None:
        super().__init__(self.code)
        self.fields = fields or {}
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        """So that one process can tell another."""
        return _restore, (type(self), self.__dict__)

    def __str__(self) -> str:
        parts = [f"{key}={value}" for key, value in (*self.fields.items(), *self.details.items())]
        return " ".join([self.code, *parts])


def _restore(kind: type[Refusal], values: dict[str, Any]) -> Refusal:
    refusal = kind.__new__(kind, kind.code)
    refusal.__dict__.update(values)
    return refusal


class NotFound(Refusal):
    status, code = 404, "not-found"


class Merged(NotFound):
    """The record, an `entity`, was merged into another with the id `into`."""


class Forbidden(Refusal):
    status, code = 403, "forbidden"


class Invalid(Refusal):
    """A value that no rule allows; `fields` says which and why."""

    status, code = 422, "invalid"


class Stale(Refusal):
    """The record changed since it was read; `details` says which one, as `entity` and `row_id`, and of one that was
    named with the other, whose version was `seen`. Edges read it again, as the caller may see it.
    """

    status, code = 412, "stale"


class LinkHasEnded(Refusal):
    """A signed link that was ended, is too old, was used, or was never ours; or what it was signed for is gone."""

    status, code = 410, "link-ended"


class AlreadyExists(Refusal):
    code = "already-exists"


class InUse(Refusal):
    """The record cannot be removed because an `entity` still refers to it."""

    code = "in-use"


def refuse_faults(faults: Mapping[str, str | None]) -> None:
    """Raise Invalid with those of the fields that have a fault."""
    present = {field: fault for field, fault in faults.items() if fault}
    if present:
        raise Invalid(fields=present)
