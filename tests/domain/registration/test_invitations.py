"""Invitations: made, sent, answered once by their own link, taken back, and over on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.mail.models import Message, Suppressed
from forumapp.domain.mail.render import Letter, Sender, render
from forumapp.domain.mail.suppressing import key_of, suppress
from forumapp.domain.mail.wording import Wording
from forumapp.domain.registration.errors import InvitationEnded, RegistrationClosed
from forumapp.domain.registration.invitations import services
from forumapp.domain.registration.invitations.emails import message
from forumapp.domain.registration.invitations.pasted_rows import read_people
from forumapp.domain.registration.invitations.queries import count_unanswered, invitations_page, state_of
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.personal_links.invitation_replies import accept_invitation, decline_invitation
from forumapp.domain.registration.types.services import update_type
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Invitation

BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
ANSWER: dict[str, Any] = {"language": "en", "actor": STRANGER, "now": NOW}


@pytest.fixture
def edition_id(session: DbSession) -> int:
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=1, is_open=False, by_invitation=True, needs_approval=True)
    return edition_id


def kind_of(db: DbSession) -> RegistrationType:
    return db.scalars(select(RegistrationType)).one()


def invite(db: DbSession, edition_id: int, **values: Any) -> Invitation:
    known = {"type_id": kind_of(db).id, "latin_family": "Liu", "latin_given": "Chun", "native_full": "刘春"}
    return services.create_invitation(db, edition_id, {**known, "email": "Liu@Guests.example", **values}, **BY)


def test_who_is_invited_gets_a_place_once_and_only_by_answering(session: DbSession, edition_id: int) -> None:
    row = invite(session, edition_id)
    with pytest.raises(RegistrationClosed):
        sign_up(session, edition_id, applicant(1))
    assert (kind_of(session).taken, row.email, row.name.shown("zh-Hans")) == (0, "liu@guests.example", "刘春")

    placed = accept_invitation(session, row.id, 1, applicant(1), **ANSWER)

    with pytest.raises(InvitationEnded):
        accept_invitation(session, row.id, 1, applicant(2), **ANSWER)
    session.expire_all()
    assert (placed.status, kind_of(session).taken, row.state, row.registration_id) == (
        "confirmed", 1, "accepted", placed.registration_id,
    )  # fmt: skip
    assert session.get_one(Registration, placed.registration_id).source == "invitation"
    second = accept_invitation(session, invite(session, edition_id, email=None).id, 1, applicant(2), **ANSWER)
    assert second.status == "waitlisted"  # a place is not held by having been invited


def test_who_stands_on_the_list_already_reads_a_newcomers_answer(session: DbSession, edition_id: int) -> None:
    accept_invitation(session, invite(session, edition_id).id, 1, applicant(1), **ANSWER)
    again = invite(session, edition_id)

    placed = accept_invitation(session, again.id, 1, applicant(1), **ANSWER)

    assert (placed.status, placed.registration_id, again.registration_id) == ("waitlisted", None, None)
    assert again.state == "accepted"


def test_what_is_declined_revoked_or_over_opens_nothing(session: DbSession, edition_id: int) -> None:
    declined = invite(session, edition_id)
    decline_invitation(session, declined.id, 1, actor=STRANGER, now=NOW)
    revoked = invite(session, edition_id)
    services.revoke_invitation(session, edition_id, revoked.id, version=1, **BY)
    today = NOW.date()
    over, last_day = (invite(session, edition_id, answer_by=today) for _ in range(2))
    over.answer_by = today - timedelta(days=2)
    session.flush()
    late = {"answer_by": today - timedelta(days=2)}
    for setting in (
        lambda: invite(session, edition_id, **late),
        lambda: services.update_invitation(session, edition_id, last_day.id, late, version=last_day.version, **BY),
    ):
        with pytest.raises(Invalid) as refused:
            setting()
        assert refused.value.fields == {"answer_by": "day-over"}

    states = [state_of(session, row, now=NOW) for row in (declined, revoked, over, last_day)]

    assert states == ["declined", "revoked", "expired", "made"]
    for row in (declined, revoked, over):
        with pytest.raises(InvitationEnded):
            accept_invitation(session, row.id, 1, applicant(3), **ANSWER)
        with pytest.raises(InvitationEnded):
            services.send_invitation(session, edition_id, row.id, version=row.version, **BY)
    services.restore_invitation(session, edition_id, revoked.id, version=revoked.version, **BY)
    assert state_of(session, revoked, now=NOW) == "made"
    found = {
        state: [one.row.id for one in invitations_page(session, edition_id, now=NOW, state=state).items]
        for state in ("expired", "made", "declined")
    }
    assert found == {"expired": [over.id], "made": [last_day.id, revoked.id], "declined": [declined.id]}


def test_who_has_not_answered_is_reminded_twice_a_day_at_most(session: DbSession, edition_id: int) -> None:
    rows = [
        invite(session, edition_id, email=f"{name}@guests.example")
        for name in ("waits", "bounced", "declined", "expired", "unsent", "late")
    ]
    rows[3].answer_by = date(2023, 4, 1)
    for row in (*rows[:4], rows[5]):
        at = NOW if row is not rows[5] else NOW + timedelta(hours=10)
        services.send_invitation(session, edition_id, row.id, version=row.version, actor=HOUSE, now=at)
    decline_invitation(session, rows[2].id, 1, actor=STRANGER, now=NOW)
    suppress(session, key_of("bounced@guests.example"), Suppressed.BOUNCED, now=NOW)

    def remind(hours: int) -> list[str | None]:
        by: dict[str, Any] = {"actor": HOUSE, "now": NOW + timedelta(hours=hours)}
        counted = count_unanswered(session, edition_id, now=by["now"])
        sent = [one.email for one in services.remind_invited(session, edition_id, **by)]
        assert counted == len(sent)
        return sent

    assert [remind(hours) for hours in (12, 20, 23, 31)] == [[], ["waits@guests.example"], ["late@guests.example"], []]
    mails = select(Message.recipient).where(Message.about_id == rows[0].id)
    assert list(session.scalars(mails)) == ["waits@guests.example"] * 2


@pytest.mark.one_database
def test_all_who_are_invited_are_written_to_however_many(
    session: DbSession, edition_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    for number in range(5):
        invite(session, edition_id, email=f"guest{number}@guests.example")
    assert len(services.send_unsent(session, edition_id, **BY)) == 5
    later = {"actor": HOUSE, "now": NOW + timedelta(hours=13)}
    assert len(services.remind_invited(session, edition_id, **later)) == 5
    assert services.remind_invited(session, edition_id, **later) == []


def test_they_go_out_by_mail_each_once_and_again_when_asked(session: DbSession, edition_id: int) -> None:
    rows = [invite(session, edition_id, greeting="As agreed.\nWe await you.", answer_by=date(2023, 5, 1))]
    rows.append(invite(session, edition_id, email=None, latin_family="Wang"))

    sent = services.send_unsent(session, edition_id, **BY)
    nobody = services.send_unsent(session, edition_id, **BY)
    services.send_invitation(
        session, edition_id, rows[0].id, version=rows[0].version, actor=HOUSE, now=NOW + timedelta(hours=1)
    )

    assert ([one.id for one in sent], nobody) == ([rows[0].id], [])
    mails = list(session.scalars(select(Message).order_by(Message.id)))
    assert [one.about_id for one in mails] == [rows[0].id] * 2
    texts = [
        render(
            Letter("k", mails[0].template, "a@x.example", one, mails[0].values, "https://x.example/i/1"),
            Sender("f@x.example", "https://x.example"),
            now=NOW,
        ).get_body(("plain",)).get_content().replace("\r\n", "\n")
        for one in ("en", "zh-Hans")
    ]  # fmt: skip
    assert all("As agreed.\nWe await you." in text and "https://x.example/i/1" in text for text in texts)
    assert ("Please answer by May 1, 2023." in texts[0], "请于2023年5月1日前（含当日）答复" in texts[1]) == (True, True)
    with pytest.raises(Invalid):
        services.send_invitation(session, edition_id, rows[1].id, version=1, **BY)
    edition = get_edition_by_id(session, edition_id)
    both = message(session, rows[1], edition, "https://x.example/i/2", {}, base_url="https://x.example")
    assert both.count("https://x.example/i/2") == 2
    assert "Dear Chun Wang" in both or "Dear Wang Chun" in both
    assert "谨邀请您参加" in both
    own = {(edition_id, "registration-invitation"): {"en": Wording("", "Come to us: {link}")}}
    worded = message(session, rows[1], edition, "https://x.example/i/2", own, base_url="https://x.example")
    assert worded.startswith("Come to us: https://x.example/i/2\n")


def test_the_same_list_again_invites_nobody_twice(session: DbSession, edition_id: int) -> None:
    common = {"type_id": kind_of(session).id, "language": "zh-Hans"}
    pasted = read_people("Liu\tChun\t刘春\tliu@guests.example\n\nShan\tLiwen\t单立文\t\n")

    made = [len(services.create_invitations(session, edition_id, pasted.people, common, **BY)) for _twice in range(2)]

    assert made == [2, 0]
    page = invitations_page(session, edition_id, now=NOW, search="shan 单")
    assert [(one.row.latin_family, one.row.name_order.value) for one in page.items] == [("Shan", "family-first")]


@pytest.mark.parametrize(
    ("text", "people", "faults"),
    [
        ("Name,E-mail\nAnn Lee,a@x.example", [{"latin_given": "Ann Lee", "email": "a@x.example"}], []),
        ("Name\nDr. Anna Lee", [{"latin_given": "Dr. Anna Lee"}], []),
        ("Name\nProf. ZHANG  Haitao", [{"latin_given": "Prof. ZHANG Haitao", "name_order": "family-first"}], []),
        ("姓名；邮箱".replace("；", ";") + "\n刘春;", [{"native_full": "刘春"}], []),
        ("a@x.example\nb@x.example", [{"email": "a@x.example"}, {"email": "b@x.example"}], []),
        ("Lee,Ann,a@x", [{"latin_family": "Lee", "latin_given": "Ann", "email": "a@x"}], []),
        ("Lee,Ann,a@x.example\nLee,Bo,no mail", None, [(2, "not-an-address")]),
        ("Lee,Ann,a@x.example\nLee,Bo,b@x.example,more", None, [(2, "too-many-cells")]),
    ],
    ids=["headings", "title", "title before capitals", "semicolons", "addresses alone", "no headings", "bad address", "a cell too many"],
)  # fmt: skip
def test_pasted_rows_are_read_as_people_write_them(text: str, people: Any, faults: list[tuple[int, str]]) -> None:
    pasted = read_people(text)

    assert [(number, fault.code) for number, fault in pasted.faults] == faults
    if people is not None:
        assert list(pasted.people) == people


def test_a_type_by_invitation_is_never_open(session: DbSession, edition_id: int) -> None:
    kind = kind_of(session)
    with pytest.raises(Invalid) as refused:
        update_type(session, edition_id, kind.id, {"is_open": True}, version=kind.version, **BY)
    assert refused.value.fields == {"by_invitation": "by-invitation"}
    with pytest.raises((Invalid, AlreadyExists)):
        invite(session, edition_id, email=None, latin_family="", latin_given="", native_full=" ")
