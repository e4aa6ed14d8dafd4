"""A registrant's plus-ones, as their own page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.groups.plus_ones import plus_ones_of
from forumapp.domain.registration.rules import ACTIVE

if TYPE_CHECKING:
    from forumapp.core.tokens import Links
    from forumapp.domain.registration.lists.queries import RegistrationLine
    from forumapp.domain.registration.models import Registration


@dataclass(frozen=True, slots=True)
class Guest:
    line: RegistrationLine
    link: str  # to a page of their own, to which the registrant may take them

    @property
    def is_standing(self) -> bool:
        return self.line.status in ACTIVE


def guests_of(row: Registration) -> list[Guest]:
    lines = plus_ones_of(reading(), row.edition_id, row.id)
    letters = letters_about(reading(), [line.id for line in lines])
    links: Links = current_app.extensions["forumapp.links"]
    return [
        Guest(line, links.address({"page": "r", **letters[line.id].values["link"]}, "", now=clock.now()))
        for line in lines
    ]
