"""Fields that choose one person or letter by the code printed on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.core.database.transactions import reading
from forumapp.core.errors import Invalid
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.letters.issued_letters import find_by_serial
from forumapp.domain.printing.selection import find_by_code
from forumapp.web.forms.fields import Fault, Field
from forumapp.web.organizer.kit.guard import edition, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.schemas.choices import Paper


@dataclass(frozen=True, kw_only=True)
class OneByCode(Field):
    """Choose a registration by the code on its badge."""

    def parse(self, raw: Mapping[str, Any]) -> int | None:
        typed = super().parse(raw)
        row = find_by_code(reading(), edition().id, typed, within=within(Permission.PRINT)) if typed else None
        if typed and row is None:
            raise Fault("not-a-choice")
        return row


@dataclass(frozen=True, kw_only=True)
class OneBySerial(Field):
    """A letter that is not revoked, by its serial."""

    of: Paper

    def parse(self, raw: Mapping[str, Any]) -> list[int]:
        typed = super().parse(raw)
        try:
            row = find_by_serial(reading(), edition().id, self.of, typed or "", within=within(Permission.PRINT))
        except Invalid as refusal:
            raise Fault(refusal.fields[self.name]) from refusal
        if typed and row is None:
            raise Fault("unknown")
        return [row] if row else []
