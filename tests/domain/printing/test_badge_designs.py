"""Badge designs: their versions stay as they are, types print by them, and a print keeps which one it used."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from forumapp.core.errors import AlreadyExists, Invalid, NotFound, Stale
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.sessions.services import create_session, publish
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.cloning.services import clone_edition
from forumapp.domain.images.checking import check_picture
from forumapp.domain.printing import queries as printing
from forumapp.domain.printing.badges import json_values
from forumapp.domain.printing.badges.back_content import back_facts
from forumapp.domain.printing.designs import queries, services
from forumapp.domain.printing.designs.choices import versions_of
from forumapp.domain.printing.designs.reader import plain
from forumapp.domain.printing.designs.ready_designs import ready_designs
from forumapp.domain.printing.jobs import services as jobs
from forumapp.domain.printing.jobs.services import Finished
from forumapp.domain.printing.models import BadgeDesignVersion, Paper, PrintLine
from forumapp.domain.printing.paper.documents import BackFacts
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import RegistrationType
from tests.domain.conftest import BY, Forum
from tests.domain.forums.test_cloning import SAID, rows
from tests.domain.registering import make_type
from tests.pictures import photo
from tests.seeds import NOW, seed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.designs.queries import DesignLine

VIP: dict[str, Any] = {"code": "vip", "name": {"en": "VIP", "zh-Hans": "贵宾"}, "ready": "a6-portrait-vip"}


def with_size(line: DesignLine, size: float) -> dict[str, Any]:
    layout = copy.deepcopy(line.current.layout)
    next(box for box in layout["boxes"] if box["kind"] == "names")["fields"][0]["size"] = size
    return layout


def test_a_change_is_the_next_version_and_the_same_again_is_none(session: DbSession, forum: Forum) -> None:
    of, by = forum.edition.id, forum.by_owner
    first = services.create_design(session, of, VIP, **by)
    before = copy.deepcopy(first.current.layout)
    second = services.change_design(session, of, "vip", {"layout": with_size(first, 30)}, version=1, **by)
    same = services.change_design(session, of, "vip", {"layout": second.current.layout}, version=2, **by)
    assert (second.row.number, same.row.number, same.row.version) == (2, 2, 2)

    logo = services.set_logo(session, of, "vip", check_picture(photo()), version=2, **by)
    again = services.use_again(session, of, "vip", 1, version=3, **by)

    assert (logo.current.logo_id is not None, again.current.logo_id) == (True, None)
    found = list(queries.versions_page(session, again.row).items)
    assert [one.number for one in found] == [4, 3, 2, 1]
    assert [found[-1].layout, again.current.layout] == [before, before]
    assert {one.made_by for one in found} == {forum.owner.id}


def test_who_was_slower_changes_nothing_and_what_is_wrong_is_named(session: DbSession, forum: Forum) -> None:
    of, by = forum.edition.id, forum.by_owner
    line = services.create_design(session, of, VIP, **by)
    with pytest.raises(Invalid) as refusal:
        services.change_design(session, of, "vip", {"layout": with_size(line, 4)}, version=1, **by)
    place = next(n for n, box in enumerate(line.current.layout["boxes"]) if box["kind"] == "names")
    assert refusal.value.fields == {f"layout.boxes.{place}.fields.0.size": "too-small",
                                    f"layout.boxes.{place}.fields.0.floor": "above-size"}  # fmt: skip
    with pytest.raises(Stale):
        services.change_design(session, of, "vip", {"layout": with_size(line, 30)}, version=7, **by)
    with pytest.raises(AlreadyExists):
        services.create_design(session, of, VIP, **by)
    with pytest.raises(Invalid) as unknown:
        services.create_design(session, of, {"name": {"en": "x"}, "ready": "a5"}, **by)
    assert unknown.value.fields == {"ready": "unknown"}
    with pytest.raises(NotFound):
        queries.get_design(session, forum.other.id, "vip")
    with pytest.raises(NotFound):
        services.create_design(session, forum.other.id, VIP, **by)


@pytest.mark.parametrize("change", ["UPDATE badge_design_version SET number = 9", "DELETE FROM badge_design_version"])
def test_a_version_never_changes(session: DbSession, forum: Forum, change: str) -> None:
    services.create_design(session, forum.edition.id, VIP, **forum.by_owner)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(change))


def test_types_print_by_their_designs_where_these_fit_and_lines_keep_the_version(session: DbSession) -> None:
    forum = seed(session, 3)
    line = services.create_design(session, forum.edition.id, VIP, **BY)
    kind = session.scalars(select(RegistrationType).where(RegistrationType.code == "business")).one()
    kind.badge_design_id = line.row.id
    session.flush()

    looks = queries.looks_of(session, forum.edition.id)
    assert {code: (one.version_id, one.fits, one.design) for code, one in looks.items()} == {
        "business": (line.current.id, True, line.design)
    }
    other = queries.looks_of(session, forum.edition.id, STOCKS["us-4x3"])
    assert ([one.fits for one in other.values()], versions_of(other)) == ([False], {})

    head = printing.edition_head(session, forum.edition, Options())
    badges = printing.badge_values(session, forum.edition.id, Options())
    assert json_values.from_plain(json_values.as_plain(head, badges, looks))[2] == looks
    made = Finished("print/1/1/badges.pdf", "ab" * 32, 3, "weasyprint 70")
    by = {"actor": SYSTEM, "now": NOW}
    jobs.keep_made(
        session, forum.edition.id, Paper.BADGES, Options(), made, badges=badges, designs=versions_of(looks), **by
    )
    kept = {badge.registration_id: badge.type_code for badge in badges}
    lines = session.execute(select(PrintLine.registration_id, PrintLine.design_version_id)).all()
    assert {one.design_version_id for one in lines if kept[one.registration_id] == "business"} == {line.current.id}
    assert all(kept[one.registration_id] == "business" or one.design_version_id is None for one in lines)


def test_backs_tell_what_is_published_and_what_is_the_same_for_all(session: DbSession) -> None:
    forum = seed(session, 2)
    layout = {**plain(ready_designs()["a6-portrait-vip"]), "back": "agenda-and-emergency"}
    line = services.create_design(session, forum.edition.id, {"name": {"en": "V"}, "layout": layout}, **BY)
    kind = session.scalars(select(RegistrationType).where(RegistrationType.code == "business")).one()
    assert back_facts(session, forum.edition, queries.looks_of(session, forum.edition.id)) == BackFacts()
    kind.badge_design_id = line.row.id
    session.flush()
    looks = queries.looks_of(session, forum.edition.id)
    assert back_facts(session, forum.edition, looks).sessions == ()

    wall = [Moment(datetime(2023, 5, 22, hour), "America/Los_Angeles") for hour in (9, 10)]
    words = {"code": "open", "title": {"en": "Opening", "zh-Hans": "开幕式"}, "kind": "opening", "status": "confirmed"}
    create_session(session, forum.edition.id, words, Span(*wall), **BY)
    publish(session, forum.edition.id, label="", note={}, **BY)
    told = back_facts(session, forum.edition, looks)
    assert [(one.at, one.title) for one in told.sessions] == [("09:00", words["title"])]
    head = printing.edition_head(session, forum.edition, Options())
    assert json_values.backs_from_plain(json_values.as_plain(head, [], looks, told)["backs"]) == told


def test_the_next_edition_begins_with_the_designs_as_they_are(session: DbSession, forum: Forum) -> None:
    of, by = forum.edition.id, forum.by_owner
    line = services.create_design(session, of, VIP, **by)
    second = services.change_design(session, of, "vip", {"layout": with_size(line, 30)}, version=1, **by)
    kind = make_type(session, forum.edition.id)
    kind.badge_design_id = line.row.id
    session.flush()

    made = clone_edition(session, of, SAID, **by)

    own = queries.get_design(session, made.id, "vip")
    (version,), (copied,) = (rows(session, one, made.id) for one in (BadgeDesignVersion, RegistrationType))
    assert (version.number, version.layout) == (1, second.current.layout)
    assert copied.badge_design_id == own.row.id != line.row.id
