"""One thing done to many registrations: each as if it were alone, once however often it is interrupted, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text, update

from forumapp.core.errors import AlreadyExists, Forbidden, Invalid, NotFound
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import create_token, find_token, revoke_token
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.members import bulk_actions
from forumapp.domain.delegations.members.services import add_member, create_delegation, remove_member
from forumapp.domain.delegations.models.delegations import BulkAction, BulkRow
from forumapp.domain.mail.models import Message, Suppressed
from forumapp.domain.mail.render import Letter, Sender, write
from forumapp.domain.mail.suppressing import key_of, suppress
from forumapp.domain.people.models import Person
from forumapp.domain.registration.lifecycle.decisions import cancel, confirm
from forumapp.domain.registration.lifecycle.type_change import change_language
from forumapp.domain.registration.lists.filters import EVERYONE, Filters
from forumapp.domain.registration.models import PlaceBlock, Registration
from forumapp.domain.registration.personal_links.allotment_holder import name_in_block
from forumapp.domain.registration.types.allotments import create_block
from tests.domain.registering import HOUSE, NOW, applicant, make_edition, make_type, sign_up, tally
from tests.domain.registration.test_registration import officer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
NEEDED = {"en": "your name in Latin letters, answers that the form requires", "zh-Hans": "拉丁字母姓名、表单的必答项"}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_actions, "BATCH", 2)


def finish(db: DbSession, run_id: int) -> dict[str, int]:
    while bulk_actions.take_batch(db, run_id, now=NOW):
        pass
    return bulk_actions.report(db, db.get_one(bulk_actions.BulkRun, run_id).edition_id, run_id, actor=HOUSE).refused


def states(db: DbSession, column: Any = Registration.status) -> list[Any]:
    return list(db.scalars(select(column).order_by(Registration.id)))


def test_many_are_confirmed_as_far_as_places_go_and_each_is_told(session: DbSession) -> None:
    edition_id = make_edition(session)
    kind = make_type(session, edition_id, quota=3, needs_approval=True)
    for number in range(5):
        sign_up(session, edition_id, applicant(number))
    session.execute(
        update(Registration).where(Registration.id == states(session, Registration.id)[0]).values(version=9)
    )
    mails = session.scalar(select(func.count(Message.id)))

    run = bulk_actions.ask(session, edition_id, BulkAction.CONFIRM, EVERYONE, **BY)
    first = session.scalars(select(BulkRow).order_by(BulkRow.id)).first()
    session.execute(update(Registration).where(Registration.id == first.registration_id).values(version=99))
    session.expire_all()
    refused = finish(session, run.id)

    assert (run.total, run.done, run.changed, refused) == (5, 5, 3, {"stale": 1, "no-places-left": 1})
    assert sorted(states(session)) == ["applied", "applied", "confirmed", "confirmed", "confirmed"]
    assert tally(session, kind.id)[:3] == tally(session, kind.id)[3:] == (3, 0, 0)
    assert session.scalar(select(func.count(Message.id))) == mails + 3
    assert session.scalar(select(func.count(Message.id)).where(Message.is_one_of_many)) == 3
    confirmed = select(func.count()).where(AuditEvent.entity == "registration", AuditEvent.action != "created")
    assert session.scalar(confirmed.where(AuditEvent.entity_id != 0)) >= 3
    # Whoever comes back after it is done does nothing again.
    assert bulk_actions.take_batch(session, run.id, now=NOW) is False
    assert session.scalar(select(func.count(Message.id))) == mails + 3
    with pytest.raises(Invalid):
        bulk_actions.undo(session, edition_id, run.id, **BY)


def test_a_type_is_changed_with_the_place_and_taken_back_but_for_whom_someone_changed_since(session: DbSession) -> None:
    edition_id = make_edition(session)
    guest = make_type(session, edition_id, quota=3)
    press = make_type(session, edition_id, "press", quota=2)
    ids = [sign_up(session, edition_id, applicant(number)).registration_id for number in range(4)]

    run = bulk_actions.ask(session, edition_id, BulkAction.TYPE, Filters(type=("guest",)), ids[:3], value="press", **BY)
    refused = finish(session, run.id)

    assert (run.changed, refused) == (2, {"no-places-left": 1})
    assert states(session, Registration.type_id) == [press.id, press.id, guest.id, guest.id]
    # Whoever waited has one of the places that became free.
    assert states(session) == ["confirmed"] * 4
    for kind in (guest, press):
        assert tally(session, kind.id)[:3] == tally(session, kind.id)[3:] == (2, 0, 0)

    session.execute(update(Registration).where(Registration.id == ids[0]).values(version=99))
    session.expire_all()
    back = bulk_actions.undo(session, edition_id, run.id, **BY)
    refused = finish(session, back.id)

    assert (back.total, back.changed, refused) == (2, 1, {"stale": 1})
    assert states(session, Registration.type_id) == [press.id, guest.id, guest.id, guest.id]
    with pytest.raises(AlreadyExists):
        bulk_actions.undo(session, edition_id, run.id, **BY)


def test_whose_place_could_not_be_given_back_keeps_their_type(session: DbSession) -> None:
    edition_id = make_edition(session)
    guest = make_type(session, edition_id, quota=1)
    make_type(session, edition_id, "press")
    block = create_block(session, edition_id, {"type_id": guest.id, "name": {"en": "Host"}, "quota": 1}, **BY)
    name_in_block(session, block.id, 1, applicant(0), language="en", **BY)
    for number in (1, 2):
        sign_up(session, edition_id, applicant(number))
    over = session.scalars(select(Registration).order_by(Registration.id.desc())).first()
    by = officer(session, edition_id)
    confirm(session, edition_id, over.id, over_capacity=True, reason="a minister", version=over.version, actor=by, now=NOW)  # fmt: skip

    run = bulk_actions.ask(session, edition_id, BulkAction.TYPE, EVERYONE, value="press", **BY)

    assert (finish(session, run.id), run.changed) == ({"place-of-its-own": 3}, 0)
    assert session.get_one(PlaceBlock, block.id, populate_existing=True).taken == 1
    session.expire_all()
    assert (over.type_id, over.over_capacity_by) == (guest.id, by.account_id)


def test_a_fault_of_ours_is_told_and_keeps_no_other_from_being_done(
    session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    ids = [sign_up(session, edition_id, applicant(number)).registration_id for number in range(3)]

    def faulty(db: DbSession, of: int, one_id: int, *rest: Any, **by: Any) -> Registration:
        done = change_language(db, of, one_id, *rest, **by)
        return done if one_id != ids[0] else db.execute(text("INSERT INTO series (id) VALUES (1)"))  # a broken rule

    monkeypatch.setitem(bulk_actions.SETS, BulkAction.LANGUAGE, faulty)
    run = bulk_actions.ask(session, edition_id, BulkAction.LANGUAGE, EVERYONE, value="zh-Hans", **BY)

    assert (finish(session, run.id), run.changed, run.status) == ({"failed": 1}, 2, "done")
    assert states(session, Registration.language) == ["en", "zh-Hans", "zh-Hans"]
    monkeypatch.undo()
    again = bulk_actions.ask(session, edition_id, BulkAction.LANGUAGE, Filters(language=("en",)), value="zh-Hans", **BY)
    assert (finish(session, again.id), again.total, again.changed) == ({}, 1, 1)


def test_a_token_is_told_of_and_what_it_asked_for_ends_with_it(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    for number in range(3):
        sign_up(session, edition_id, applicant(number))
    account = session.get_one(Account, officer(session, edition_id).account_id)
    found = find_token(session, create_token(session, account, name="sync", **BY), now=NOW)
    by: dict[str, Any] = {"actor": Actor(account.id, Via.API, found[1]), "now": NOW}
    run = bulk_actions.ask(session, edition_id, BulkAction.LANGUAGE, EVERYONE, value="zh-Hans", **by)
    bulk_actions.take_batch(session, run.id, now=NOW)
    revoke_token(session, edition_id, found[0].id, actor=Actor(account.id, Via.PAGE), now=NOW)

    assert (finish(session, run.id), run.changed, run.status) == ({"forbidden": 1}, 2, "done")
    tokens = select(AuditEvent.token_id).where(AuditEvent.entity == "registration", AuditEvent.via == Via.API)
    assert list(session.scalars(tokens)) == [found[0].id] * 2


def test_a_language_is_set_and_set_back(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    for number in range(3):
        sign_up(session, edition_id, applicant(number))
    run = bulk_actions.ask(session, edition_id, BulkAction.LANGUAGE, EVERYONE, value="zh-Hans", **BY)
    assert (finish(session, run.id), states(session, Registration.language)) == ({}, ["zh-Hans"] * 3)
    finish(session, bulk_actions.undo(session, edition_id, run.id, **BY).id)
    assert states(session, Registration.language) == ["en"] * 3
    for wrong in ({"value": None}, {"value": "en", "ids": []}):
        with pytest.raises(Invalid):
            bulk_actions.ask(session, edition_id, BulkAction.LANGUAGE, EVERYONE, **wrong, **BY)


def test_who_has_not_answered_is_written_to_once_and_nobody_else(session: DbSession) -> None:
    edition_id = make_edition(session)
    photo = {"code": "photo", "kind": "photo", "label": {"en": "Photo", "zh-Hans": "照片"}}
    make_type(session, edition_id, quota=4, offer_hours=48, questions=[photo])
    plain = make_type(session, edition_id, "plain")
    bare = {"latin_family": "", "latin_given": "", "native_full": "刘春"}
    ids = [sign_up(session, edition_id, applicant(number)).registration_id for number in range(3)]
    ids.append(sign_up(session, edition_id, applicant(3, email=None), actor=HOUSE).registration_id)
    ids.append(sign_up(session, edition_id, applicant(4)).registration_id)  # waits
    ids += [sign_up(session, edition_id, applicant(number), "plain").registration_id for number in (5, 6)]
    nameless = session.get_one(Registration, ids[6]).person_id
    session.execute(update(Person).where(Person.id == nameless).values(**bare))
    cancel(session, edition_id, ids[0], version=1, **BY)  # so that the one who waited has an offer
    suppress(session, key_of("guest1@example.org"), Suppressed.BOUNCED, now=NOW)
    size = {"code": "size", "kind": "short-text", "label": {"en": "Size"}, "required": True}
    size["when"] = [{"question": "glad", "is": ["yes"]}]
    plain.questions = [{"code": "glad", "kind": "yes-no", "label": {"en": "Glad?"}}, size]
    row = session.get_one(Registration, ids[6])
    row.answers = {"questions": [], "values": {"glad": True}}
    session.flush()
    session.expire_all()
    by: dict[str, Any] = {"actor": HOUSE, "now": NOW + timedelta(hours=13)}

    def reminded(run_id: int) -> dict[str, int]:
        while bulk_actions.take_batch(session, run_id, now=by["now"]):
            pass
        return bulk_actions.report(session, edition_id, run_id, actor=HOUSE).refused

    before = session.scalar(select(func.count(Message.id)))
    run = bulk_actions.ask(session, edition_id, BulkAction.REMIND, EVERYONE, **by)
    refused = reminded(run.id)
    sent = session.scalars(select(Message).order_by(Message.id).offset(before)).all()

    assert refused == {"takes-no-mail": 2, "nothing-to-answer": 1, "wrong-status": 1}
    assert (run.total, run.changed) == (7, 3)
    assert [(one.about_id, one.template) for one in sent] == [
        (ids[2], "registration-missing"), (ids[4], "registration-offered"), (ids[6], "registration-missing"),
    ]  # fmt: skip
    assert [one.values.get("missing", {}).get("en") for one in sent] == ["a photo", None, NEEDED["en"]]
    text = write(Letter("", sent[2].template, "", "zh-Hans", sent[2].values, "https://x"), Sender("", "")).text
    assert f"目前还缺少以下信息：{NEEDED['zh-Hans']}。" in text
    assert list(session.scalars(select(AuditEvent.entity_id).where(AuditEvent.action == "reminded"))) == [
        ids[2], ids[4], ids[6],
    ]  # fmt: skip
    # Nobody is written to twice in half a day, whoever asks.
    by["now"] += timedelta(hours=11)
    again = bulk_actions.ask(session, edition_id, BulkAction.REMIND, EVERYONE, ids, **by)
    assert reminded(again.id) == {"reminded-lately": 3, "takes-no-mail": 2, "nothing-to-answer": 1, "wrong-status": 1}
    with pytest.raises(Invalid):
        bulk_actions.undo(session, edition_id, run.id, **by)


def test_who_has_some_delegations_changes_their_members_and_counts_nobody_else(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    ids = [sign_up(session, edition_id, applicant(number)).registration_id for number in range(4)]
    groups = [create_delegation(session, edition_id, {"code": code, "name": {"en": code}}, **BY) for code in ("a", "b")]
    members = [add_member(session, groups[at], ids[at], **BY) for at in (0, 1)]
    add_member(session, groups[0], ids[2], **BY)
    mine, other = (liaison(session, edition_id, one.code) for one in groups)
    set_to: dict[str, Any] = {"value": "zh-Hans", "now": NOW}

    assert bulk_actions.count(session, edition_id, BulkAction.LANGUAGE, EVERYONE, actor=mine) == 2
    run = bulk_actions.ask(session, edition_id, BulkAction.LANGUAGE, EVERYONE, ids, actor=mine, **set_to)
    assert (run.total, finish(session, run.id), run.changed) == (2, {}, 2)
    assert states(session, Registration.language) == ["zh-Hans", "en", "zh-Hans", "en"]
    with pytest.raises(Invalid):  # none of these is theirs
        bulk_actions.ask(session, edition_id, BulkAction.LANGUAGE, EVERYONE, [ids[1], ids[3]], actor=mine, **set_to)
    for action in (BulkAction.CONFIRM, BulkAction.REMIND):
        with pytest.raises(Forbidden):
            bulk_actions.ask(session, edition_id, action, EVERYONE, actor=mine, now=NOW)
    for read in (bulk_actions.get_run, bulk_actions.report):
        with pytest.raises(NotFound):
            read(session, edition_id, run.id, actor=other)

    # Whoever has moved on meanwhile is no longer theirs: neither to be done nor to be taken back.
    later = bulk_actions.ask(
        session, edition_id, BulkAction.LANGUAGE, EVERYONE, actor=mine, **{**set_to, "value": "en"}
    )
    remove_member(session, edition_id, members[0].id, version=1, **BY)
    assert finish(session, later.id) == {"not-found": 1}
    left = {who: bulk_actions.report(session, edition_id, later.id, actor=who).left for who in (mine, HOUSE)}
    assert left[mine] == []
    assert [(one.registration_id, one.code) for one in left[HOUSE]] == [(ids[0], "not-found")]
    back = bulk_actions.undo(session, edition_id, run.id, actor=mine, now=NOW)
    assert (back.total, states(session, Registration.language)) == (1, ["zh-Hans", "en", "en", "en"])


def liaison(db: DbSession, edition_id: int, code: str) -> Actor:
    account = Account(email=f"{code}@example.org", name=code)
    db.add(account)
    db.flush()
    grant_role(db, account.id, edition_id, Role.DELEGATION_LIAISON, delegations=[code], actor=HOUSE, now=NOW)
    return Actor(account.id, Via.PAGE)
