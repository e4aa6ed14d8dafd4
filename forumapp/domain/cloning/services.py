"""A new edition from an earlier one: what organizers have set up comes along, and nobody's data does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Invalid
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.edition_copies import Copying
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import record
from forumapp.domain.cloning import rules
from forumapp.domain.cloning.parts import CARRIED, OPTIONAL, PARTS
from forumapp.domain.forums.calendar.tasks import copy_calendar
from forumapp.domain.forums.editions.services import create_edition
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.capacity.options import count_all as count_choices

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition


def clone_edition(
    db: DbSession,
    source_id: int,
    values: Mapping[str, Any],
    *,
    without: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> Edition:
    """`values` are columns of Edition, of which ordinal and first day are needed (rules.values_of says the rest).

    It is a draft of the same series. `without` are keys of optional parts that stay behind. Raises what making an
    edition raises.
    """
    require(db, source_id, Permission.CREATE_EDITIONS, actor=actor)
    if not set(without) <= OPTIONAL:
        raise Invalid(fields={"without": "not-an-option"})
    source = get_edition_by_id(db, source_id)
    told = rules.values_of(
        values,
        year=source.year,
        name=source.name,
        slug=source.slug,
        starts_on=source.starts_on,
        ends_on=source.ends_on,
    )
    carried = {column: getattr(source, column) for column in CARRIED}
    made = create_edition(db, {**carried, **told}, calendar=False, actor=actor, now=now)
    copy_calendar(db, source, made, actor=actor, now=now)
    copying = Copying(db, source.id, made.id, actor, now)
    for part in PARTS:
        if part.key not in without:
            part.copy(copying)
    count_choices(db, made.id)
    said = {"cloned_from": (None, source.slug)}
    record(db, "cloned", "edition", made.id, actor=actor, now=now, edition_id=made.id, changes=said)
    return made
