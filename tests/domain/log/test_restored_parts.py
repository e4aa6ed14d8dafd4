"""What a record can lose while it stays, a question or a picture, comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.errors import AlreadyExists, Invalid, NotFound
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.editing.removals import PARTS, removals_page
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import Removal
from forumapp.domain.audit.removals import AlreadyBroughtBack, BelongingGone
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.hosts.services import add_host, update_host
from forumapp.domain.forums.pages.services import create_page, update_page
from forumapp.domain.forums.venues.services import create_venue, update_venue
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.models import Image
from forumapp.domain.people.duplicates.merging import merge
from forumapp.domain.people.models import Kept, Person
from forumapp.domain.people.records.services import create_organization, create_person, update_person
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.registration.forms.questions import read_questions
from forumapp.domain.registration.lifecycle import decisions
from forumapp.domain.registration.models import AnswerFile, Registration
from forumapp.domain.registration.types import form_editor, services
from forumapp.domain.registration.uploads.replaced_files import forget_former_files
from forumapp.domain.registration.uploads.services import keep_file
from forumapp.domain.retention.purging import purge, what_would_go
from forumapp.domain.retention.rules import Kind
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_delegations import make_delegation, make_registration
from tests.domain.log.test_removals import liaison_of
from tests.domain.registering import HOUSE, applicant, make_type, sign_up
from tests.pictures import document, photo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import RegistrationType
    from tests.domain.conftest import Forum

CODES = ("first", "coach", "seat", "last")


def asking(kind: str = "short-text", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "label": {"en": "?"}, **more}


@pytest.fixture
def form(session: DbSession, forum: Forum) -> RegistrationType:
    when = [{"question": "coach", "is": ["yes"]}]
    kinds = {"coach": asking("yes-no"), "seat": asking(when=when)}
    questions = [{"code": code, **kinds.get(code, asking())} for code in CODES]
    values = {"code": "guest", "name": {"en": "Guest"}, "questions": questions}
    return services.create_type(session, forum.edition.id, values, **BY)


def codes(row: RegistrationType) -> list[str]:
    return [str(one["code"]) for one in row.questions]


def last_removal(session: DbSession) -> int:
    return session.scalar(select(func.max(Removal.id))) or 0


def test_questions_come_back_to_where_they_stood_in_whatever_order(
    session: DbSession, forum: Forum, form: RegistrationType
) -> None:
    of, before = forum.edition.id, list(form.questions)
    gone = [
        form_editor.remove_question(session, of, form.id, code, version=form.version, **BY).id
        for code in ("first", "seat", "coach")
    ]
    assert codes(form) == ["last"]
    with pytest.raises(Invalid), session.begin_nested():  # what it depends on is not back
        restore(session, of, gone[1], **BY)

    for one in (gone[2], gone[1], gone[0]):
        restore(session, of, one, **BY)

    assert form.questions == before
    with pytest.raises(AlreadyBroughtBack), session.begin_nested():
        restore(session, of, gone[0], **BY)


def test_a_form_that_is_sent_without_questions_keeps_them_and_a_code_is_given_once(
    session: DbSession, forum: Forum, form: RegistrationType
) -> None:
    of = forum.edition.id
    services.update_type(session, of, form.id, {"questions": form.questions[:1]}, version=form.version, **BY)
    kept = removals_page(session, access_to(session, of, actor=forum.by_owner["actor"]), of=("question", form.id))
    assert (kept.total, {one.entity for one in kept.items}) == (3, {"question"})
    last = kept.items[0].id
    form_editor.add_question(session, of, form.id, {"code": "last", **asking("date")}, version=form.version, **BY)

    with pytest.raises(AlreadyExists), session.begin_nested():
        restore(session, of, last, **BY)

    services.remove_type(session, of, form.id, version=form.version, **BY)
    with pytest.raises(BelongingGone), session.begin_nested():
        restore(session, of, last, **BY)


def change_photo(session: DbSession, person: Person, sample: int | None) -> int | None:
    said = {"photo": None if sample is None else check_picture(photo(sample))}
    return update_person(session, person.id, said, version=person.version, **BY).photo_id


def test_a_photo_that_was_replaced_or_taken_away_comes_back_and_the_other_one_in_its_turn(
    session: DbSession, forum: Forum
) -> None:
    of, person = forum.edition.id, create_person(session, {"latin_family": "Liu"}, **BY)
    first, second = change_photo(session, person, 1), change_photo(session, person, 2)
    replaced = last_removal(session)
    change_photo(session, person, None)
    taken = last_removal(session)

    restore(session, of, taken, **BY)
    assert person.photo_id == second
    restore(session, of, replaced, **BY)
    assert person.photo_id == first
    restore(session, of, last_removal(session), **BY)
    assert person.photo_id == second

    change_photo(session, person, None)
    other = create_person(session, {"latin_family": "Lau"}, **BY)
    merge(session, Kept.PERSON, other.id, person.id, version=1, gone_version=person.version, **BY)
    restore(session, of, last_removal(session), **BY)
    assert session.get_one(Person, other.id).photo_id == second


def test_whoever_looks_after_a_delegation_puts_back_photos_of_its_people_alone(
    session: DbSession, forum: Forum
) -> None:
    of, theirs = forum.edition.id, {}
    for code in ("jiangsu", "hubei"):
        delegation = make_delegation(session, forum, code)
        registration = make_registration(session, forum, code)
        add_member(session, delegation, registration.id, **BY)
        person = session.get_one(Person, registration.person_id)
        change_photo(session, person, 1)
        change_photo(session, person, None)
        theirs[code] = (delegation, person, last_removal(session))
    liaison = {"actor": liaison_of(session, forum, theirs["jiangsu"][0]), "now": NOW}

    listed = removals_page(session, access_to(session, of, actor=liaison["actor"])).items
    assert [one.id for one in listed] == [theirs["jiangsu"][2]]
    restore(session, of, theirs["jiangsu"][2], **liaison)
    with pytest.raises(NotFound):
        restore(session, of, theirs["hubei"][2], **liaison)
    assert [one[1].photo_id is None for one in theirs.values()] == [False, True]
    assert Role.DELEGATION_LIAISON in access_to(session, of, actor=liaison["actor"]).roles


def test_a_former_photo_goes_with_the_files_of_the_edition(session: DbSession, forum: Forum) -> None:
    of, registration = forum.edition.id, make_registration(session, forum, "Adams")
    person = session.get_one(Person, registration.person_id)
    former, stays = change_photo(session, person, 1), change_photo(session, person, 2)
    stranger = create_person(session, {"latin_family": "Liu"}, **BY)
    kept, _now = change_photo(session, stranger, 3), change_photo(session, stranger, None)
    before = what_would_go(session, of, Kind.FILES, now=NOW)

    gone = purge(session, of, Kind.FILES, now=NOW)

    assert before == gone == {"removal": 1}
    left = set(session.scalars(select(Image.id)))
    assert (former in left, {stays, kept} <= left) == (False, True)
    assert purge(session, of, Kind.FILES, now=NOW) == {}


@pytest.mark.parametrize("place", ["edition", "host", "venue", "page"])
def test_a_picture_of_an_edition_comes_back(session: DbSession, forum: Forum, place: str) -> None:
    of, picture = forum.edition.id, check_picture(photo(1))
    if place == "edition":
        row, name, update = forum.edition, "logo", lambda *said, **by: update_edition(session, of, *said, **by)
    elif place == "host":
        port = create_organization(session, {"legal": {"en": "Port"}}, **BY)
        host = add_host(session, of, {"organization_id": port.id, "role": "host"}, **BY)
        row, name, update = host, "logo", lambda *said, **by: update_host(session, of, host.id, *said, **by)
    elif place == "venue":
        venue = create_venue(session, of, {"name": {"en": "Annex"}, "zone": "UTC"}, **BY)
        row, name, update = venue, "floor_plan", lambda *said, **by: update_venue(session, of, venue.id, *said, **by)
    else:
        page = create_page(session, of, {"kind": "other", "title": {"en": "Taxis"}}, **BY)
        row, name, update = page, "picture", lambda *said, **by: update_page(session, of, page.id, *said, **by)
    update({name: picture}, version=row.version, **BY)
    shown = getattr(row, f"{name}_id")
    update({name: None}, version=row.version, **BY)
    assert getattr(row, f"{name}_id") is None

    back = restore(session, of, last_removal(session), **BY)

    assert (getattr(row, f"{name}_id"), back.entity) == (shown, "picture")
    assert back.entity in PARTS
    with pytest.raises(NotFound):
        restore(session, forum.other.id, back.id, **BY)


def test_a_file_that_was_replaced_comes_back_until_it_is_forgotten(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    cv = {"code": "cv", "kind": "file", "label": {"en": "CV"}}
    make_type(session, of, "guest", questions=[cv])

    def brought(name: str) -> str:
        return keep_file(session, of, read_questions([cv])[0], name, document(), now=NOW)

    placed = sign_up(session, of, applicant(answers={"cv": brought("old.pdf")}), "guest", actor=HOUSE)
    row = session.get_one(Registration, placed.registration_id)
    ours = make_delegation(session, forum, "jiangsu")
    add_member(session, ours, row.id, **BY)
    make_type(session, forum.other.id)
    again = sign_up(session, forum.other.id, applicant(), actor=HOUSE).registration_id
    later = create_delegation(session, forum.other.id, {"code": "hubei", "name": {"en": "Hubei"}}, **BY)
    add_member(session, later, again, **BY)

    def answered(key: Any) -> None:
        decisions.change_answers(session, of, row.id, {"cv": key}, version=row.version, **BY)

    def standing() -> tuple[str | None, list[str]]:
        answer = row.answers["values"].get("cv")
        return answer and answer["name"], sorted(session.scalars(select(AnswerFile.name)))

    def last() -> int:
        return session.scalars(select(Removal.id).order_by(Removal.id.desc()).limit(1)).one()

    answered(brought("new.pdf"))
    assert standing() == ("new.pdf", ["new.pdf", "old.pdf"])
    assert session.get_one(Removal, last()).delegation_id == ours.id
    restore(session, of, last(), **BY)
    assert standing() == ("old.pdf", ["new.pdf", "old.pdf"])
    answered(None)
    assert standing() == (None, ["new.pdf", "old.pdf"])
    restore(session, of, last(), **BY)
    assert forget_former_files(session, before=NOW + timedelta(days=1)) == 1  # old.pdf is back
    assert standing() == ("old.pdf", ["old.pdf"])
    answered(None)
    removal = last()
    purge(session, of, Kind.FILES, now=NOW)
    with pytest.raises(NotFound):
        restore(session, of, removal, **BY)
    assert standing() == (None, [])
