"""Pages that organizers write: made, changed, put in order, removed and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from forumapp.core.database.db import db
from forumapp.core.errors import AlreadyExists, Invalid, NotFound, Stale
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.queries import standing
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.hosts.services import add_host
from forumapp.domain.forums.models import ContentKind, ContentPage, HostRole
from forumapp.domain.forums.pages.queries import (
    content_order,
    headings_on_site,
    list_pages,
    page_on_site,
    pages_in_program,
)
from forumapp.domain.forums.pages.services import create_page, order_pages, remove_page, update_page
from forumapp.domain.people.records.services import create_organization, create_person, set_edition_title
from forumapp.domain.printing.checks.edition_checks import edition_findings
from forumapp.domain.printing.previews.layout_findings import HERE
from forumapp.domain.proofs.restoring import restore
from tests.domain.conftest import BY, NOW, Forum

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession


def write(session: DbSession, forum: Forum, heading: str, **values: Any) -> ContentPage:
    given = {"kind": ContentKind.PRACTICAL, "title": {"en": heading}, "body": {"en": "Text"}, **values}
    return create_page(session, forum.edition.id, given, **BY)


def test_a_page_gets_its_code_of_its_title_and_stands_last(session: DbSession, forum: Forum) -> None:
    pages = [
        write(session, forum, "Getting around"),
        write(session, forum, "Getting around"),
        create_page(session, forum.edition.id, {"kind": ContentKind.WELCOME, "title": {"zh-Hans": "欢迎辞"}}, **BY),
    ]
    assert [(page.code, page.position) for page in pages] == [
        ("getting-around", 1),
        ("getting-around-2", 2),
        ("welcome", 3),
    ]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"title": {}}, {"title": "required"}),
        ({"code": "No Code"}, {"code": "not-a-slug"}),
        ({"code": "preview"}, {"code": "reserved"}),
        ({"signatory_id": 999}, {"signatory_id": "unknown"}),
    ],
)
def test_a_page_that_is_refused(
    session: DbSession, forum: Forum, changes: dict[str, Any], fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        write(session, forum, "Title", **changes)
    assert refusal.value.fields == fields


def test_a_code_is_taken_once_in_an_edition(session: DbSession, forum: Forum) -> None:
    write(session, forum, "One", code="one")
    with pytest.raises(AlreadyExists):
        write(session, forum, "Other", code="one")


def test_a_page_of_another_edition_does_not_exist(session: DbSession, forum: Forum) -> None:
    page = write(session, forum, "One")
    grant_role(session, forum.owner.id, forum.other.id, Role.OWNER, **BY)
    with pytest.raises(NotFound):
        update_page(session, forum.other.id, page.id, {"on_site": True}, version=1, **forum.by_owner)


def test_pages_are_put_in_order_and_a_stale_order_is_refused(session: DbSession, forum: Forum) -> None:
    a, b, c = (write(session, forum, title).id for title in "ABC")
    read = content_order(session, forum.edition.id).version

    assert order_pages(session, forum.edition.id, [c, a, b], version=read, **BY).ids == (c, a, b)

    assert [page.position for page in list_pages(session, forum.edition.id)] == [1, 2, 3]
    with pytest.raises(Stale):
        order_pages(session, forum.edition.id, [a, b, c], version=read, **BY)


def test_a_page_comes_back_to_its_place_or_last(session: DbSession, forum: Forum) -> None:
    a, b = (write(session, forum, title) for title in "AB")
    removal = remove_page(session, forum.edition.id, a.id, version=1, **BY)
    restore(session, forum.edition.id, removal.id, **BY)
    assert [page.code for page in list_pages(session, forum.edition.id)] == ["a", "b"]

    removal = remove_page(session, forum.edition.id, b.id, version=1, **BY)
    write(session, forum, "C")
    restore(session, forum.edition.id, removal.id, **BY)
    assert [page.code for page in list_pages(session, forum.edition.id)] == ["a", "c", "b"]


def test_the_site_and_the_book_show_what_is_meant_for_them(session: DbSession, forum: Forum) -> None:
    write(session, forum, "Both", on_site=True, in_program=True)
    write(session, forum, "Site", on_site=True)
    write(session, forum, "Book", in_program=True)
    write(session, forum, "Neither")
    of = forum.edition.id
    assert [one.code for one in headings_on_site(session, of)] == ["both", "site"]
    assert [one.code for one in pages_in_program(session, of)] == ["both", "book"]
    with pytest.raises(NotFound):
        page_on_site(session, of, "book")


def test_a_letter_names_who_signs_it_with_the_titles_of_the_edition(session: DbSession, forum: Forum) -> None:
    office = create_organization(session, {"legal": {"en": "Council", "zh-Hans": "委员会"}}, **BY)
    signs = create_person(session, {"latin_family": "Liu", "latin_given": "Chun", "native_full": "刘春"}, **BY)
    title = {"en": "Vice President", "zh-Hans": "副会长"}
    set_edition_title(session, forum.edition.id, signs.id, title=title, organization_id=office.id, **BY)
    write(session, forum, "Welcome", on_site=True, signatory_id=signs.id)

    signatory = page_on_site(session, forum.edition.id, "welcome").signatory

    assert signatory is not None
    assert (signatory.name.native_full, signatory.titles[0].title) == ("刘春", title)
    assert signatory.titles[0].organization == {"en": "Council", "zh-Hans": "委员会"}


def test_reading_them_costs_the_same_for_one_and_many(session: DbSession, forum: Forum) -> None:
    def count() -> int:
        sent: list[str] = []
        note = lambda *args: sent.append(args[2])  # noqa: E731 (SQLAlchemy's listener)
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            pages_in_program(session, forum.edition.id)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(sent)

    for number in range(6):
        person = create_person(session, {"latin_family": f"P{number}"}, **BY)
        write(session, forum, f"Page {number}", in_program=True, signatory_id=person.id)
        session.flush()
        if number == 0:
            few = count()
    assert count() == few == 2


def test_what_is_written_in_one_language_alone_is_found(session: DbSession, forum: Forum, tmp_path: Path) -> None:
    page = write(session, forum, "Taxis", title={"en": "Taxis", "zh-Hans": "出租车"})
    found = [
        one
        for one in edition_findings(session, forum.edition, tmp_path, workshop=HERE, now=NOW)
        if ("content_page", page.id) in one.parties
    ]
    assert [(one.code, one.subject, one.details, one.blocking) for one in found] == [
        ("missing-translation", "Taxis", {"part": "body", "language": "zh-Hans"}, False)
    ]


def test_kept_pages_of_the_site_are_made_anew_when_a_page_changes(session: DbSession, forum: Forum) -> None:
    update_edition(session, forum.edition.id, {"status": "open"}, version=1, **BY)
    seen = [standing(session, forum.edition.slug)]
    page = write(session, forum, "One", on_site=True)
    seen.append(standing(session, forum.edition.slug))
    update_page(session, forum.edition.id, page.id, {"title": {"en": "Two"}}, version=1, **BY)
    seen.append(standing(session, forum.edition.slug))
    remove_page(session, forum.edition.id, page.id, version=2, **BY)
    seen.append(standing(session, forum.edition.slug))
    assert len(set(seen[:3])) == 3
    assert seen[3] != seen[2]


def test_a_host_called_in_one_language_alone_is_found(session: DbSession, forum: Forum, tmp_path: Path) -> None:
    office = create_organization(session, {"legal": {"en": "Bay Area Council"}}, **BY)
    host = add_host(session, forum.edition.id, {"organization_id": office.id, "role": HostRole.HOST}, **BY)
    session.flush()
    found = [
        one
        for one in edition_findings(session, forum.edition, tmp_path, workshop=HERE, now=NOW)
        if ("edition_host", host.id) in one.parties
    ]
    assert [(one.code, one.subject, one.details) for one in found] == [
        ("missing-translation", "Bay Area Council", {"part": "name", "language": "zh-Hans"})
    ]
