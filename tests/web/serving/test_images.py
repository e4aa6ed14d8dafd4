"""Pictures are seen by those who may see what they belong to, and can do nothing by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.forums.models import ContentKind, ContentPage, Edition, EditionHost, EditionStatus, Venue
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.services import keep_picture
from forumapp.domain.people.models import Person
from tests.pictures import AI, photo
from tests.web.conftest import BY, publish, set_up
from tests.web.organizer import house as organizers
from tests.web.organizer.conftest import hubei, jiangsu

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

    from tests.web.organizer.house import Group, House

__all__ = ["hubei", "jiangsu"]
SLUG = "forum-2023"


def kept(db: DbSession, content: bytes | None = None) -> int:
    return keep_picture(db, check_picture(content or photo()), **BY).id


def show(db: DbSession, where: str, edition_id: int, image_id: int) -> None:
    """Let something of the edition show the picture."""
    if where == "logo":
        db.execute(update(Edition).where(Edition.id == edition_id).values(logo_id=image_id))
    elif where == "host":
        name = {"legal": {"en": "Port"}}
        organization = organizers.create_organization(db, name, **BY)
        host = organizers.add_host(db, edition_id, {"organization_id": organization.id, "role": "host"}, **BY)
        db.execute(update(EditionHost).where(EditionHost.id == host.id).values(logo_id=image_id))
    elif where == "floor plan":
        db.execute(update(Venue).where(Venue.edition_id == edition_id).values(floor_plan_id=image_id))
    elif where in ("speaker", "nobody"):
        family = "Liu" if where == "speaker" else "Nobody"
        if where == "nobody":
            organizers.create_person(db, {"latin_family": family}, **BY)
        db.execute(update(Person).where(Person.latin_family == family).values(photo_id=image_id))
    else:
        signatory = organizers.create_person(db, {"latin_family": "Host"}, **BY)
        own = {"picture_id": image_id} if where == "page" else {"signatory_id": signatory.id}
        signatory.photo_id = image_id if where in ("signatory", "hidden signatory") else None
        page = {
            "code": "welcome",
            "kind": ContentKind.WELCOME,
            "position": 1,
            "on_site": not where.startswith("hidden"),
        }
        if where == "hidden page":
            own = {"picture_id": image_id}
        db.add(ContentPage(edition_id=edition_id, **page, **own))
    db.flush()


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("logo", 200),
        ("host", 200),
        ("floor plan", 200),
        ("speaker", 200),
        ("page", 200),
        ("signatory", 200),
        ("nobody", 404),
        ("hidden page", 404),
        ("hidden signatory", 404),
        ("nothing", 404),
    ],
)
def test_what_the_public_sees(app: Flask, client: FlaskClient, where: str, status: int) -> None:
    with transaction() as db:
        forum = set_up(db)
        publish(db, forum.edition_id)
        image_id = kept(db)
        if where != "nothing":
            show(db, where, forum.edition_id, image_id)
    address = f"/{SLUG}/images/{image_id}"
    assert client.get(address).status_code == status
    assert client.get(f"/{SLUG}/images/{image_id + 1}").status_code == 404
    with transaction() as db:  # of a draft, nobody sees anything
        db.execute(update(Edition).where(Edition.id == forum.edition_id).values(status=EditionStatus.DRAFT))
    assert client.get(address).status_code == 404


def test_a_photo_of_a_speaker_who_is_not_announced_yet_is_not_there(app: Flask, client: FlaskClient) -> None:
    with transaction() as db:
        forum = set_up(db)
        image_id = kept(db)
        show(db, "speaker", forum.edition_id, image_id)
    assert client.get(f"/{SLUG}/images/{image_id}").status_code == 404
    with transaction() as db:
        publish(db, forum.edition_id)
    assert client.get(f"/{SLUG}/images/{image_id}").status_code == 200


@pytest.mark.parametrize(("content", "kind"), [(photo(), "image/jpeg"), (AI.encode(), "image/svg+xml")])
def test_a_picture_can_do_nothing_and_is_asked_for_once(
    app: Flask, client: FlaskClient, content: bytes, kind: str
) -> None:
    with transaction() as db:
        forum = set_up(db)
        image_id = kept(db, content)
        show(db, "logo", forum.edition_id, image_id)
    answer = client.get(f"/{SLUG}/images/{image_id}")
    assert answer.content_type == kind
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; img-src data:; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=604800, immutable"
    again = client.get(f"/{SLUG}/images/{image_id}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.fixture
def house(app: Flask) -> House:
    with transaction() as session:
        return organizers.set_up(session, app)


WHOLE = (Role.OWNER, Role.PROGRAM_MANAGER, Role.REGISTRATION_DESK)


@pytest.mark.parametrize(
    ("where", "seen_by"),
    [
        ("host", tuple(Role)),
        ("hidden page", tuple(Role)),
        ("nobody", (Role.OWNER, Role.SECRETARIAT, Role.PROGRAM_MANAGER, Role.PROTOCOL_OFFICER, Role.REGISTRATION_DESK)),
        ("nothing", ()),
    ],
)
def test_what_organizers_see(house: House, where: str, seen_by: tuple[Role, ...]) -> None:
    with transaction() as db:
        image_id = kept(db)
        if where != "nothing":
            show(db, where, house.edition_id, image_id)
    for role in set(Role) - {Role.CHECK_IN_VOLUNTEER}:  # who has the station alone
        bound = (house.delegation_id,) if role is Role.DELEGATION_LIAISON else ()
        browser = organizers.browser_as(house, role, delegations=bound)
        answer = browser.get(f"/organizer/forum/images/{image_id}")
        assert (role, answer.status_code) == (role, 200 if role in seen_by else 404)
        if role in seen_by:
            assert answer.headers["Cache-Control"].startswith("private")
    stranger = house.browser()
    stranger.sign_in("stranger@forum.example")
    assert stranger.get(f"/organizer/forum/images/{image_id}").status_code == 404
    assert stranger.get(f"/organizer/other/images/{image_id}").status_code == (200 if where == "nobody" else 404)
    assert house.browser().get(f"/organizer/forum/images/{image_id}").status_code == 302


def test_a_liaison_sees_the_photos_of_their_own_members(house: House, jiangsu: Group, hubei: Group) -> None:
    with transaction() as db:
        image_id = kept(db)
        db.execute(update(Person).where(Person.id == jiangsu.person_id).values(photo_id=image_id))
    address = f"/organizer/forum/images/{image_id}"
    assert (jiangsu.liaison.get(address).status_code, hubei.liaison.get(address).status_code) == (200, 404)


def test_who_looks_asks_few_questions(app: Flask, client: FlaskClient) -> None:
    with transaction() as db:
        forum = set_up(db)
        image_id = kept(db)
        show(db, "host", forum.edition_id, image_id)
    with organizers.queries() as sent:
        client.get(f"/{SLUG}/images/{image_id}")
    assert len(sent) == 3
