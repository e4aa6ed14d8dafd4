"""Eight stations scan each of some badges at the same time, from real processes: each badge passes exactly once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.checkin.models import Admission, Scan
from forumapp.domain.checkin.scanning.offline_signatures import called
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.checkin.setup.devices import add_device, pair
from forumapp.domain.checkin.setup.stations import station_of_device
from forumapp.domain.delegations.members.leaving import substitute_registration
from forumapp.domain.registration.capacity.statements import add_code
from forumapp.domain.registration.models import TicketCode
from forumapp.domain.registration.rules import Applicant, Source
from tests.domain.conftest import BY, NOW, make_forum
from tests.domain.delegations.test_delegations import make_registration
from tests.journeys import crowd, scanners
from tests.journeys.at_once.test_capacity import let_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

pytestmark = pytest.mark.slow
STATIONS, BADGES, SUBSTITUTES = 8, 5, 24


def open_door(app: Flask, folder: Path, badges: int) -> tuple[crowd.Forum, list[list[list[scanners.Badge]]]]:
    """Two processes of four stations, who all scan every badge, and each one of theirs twice."""
    with app.app_context():
        with transaction() as session:
            forum = make_forum(session)
            of, by = forum.edition.id, forum.by_owner
            door = create_checkpoint(session, of, {"kind": "door", "name": {"en": "Door"}}, **by)
            secrets = []
            for number in range(STATIONS):
                _row, code = add_device(session, of, {"checkpoint_id": door.id, "name": f"{number}"}, **by)
                secrets.append(pair(session, of, code, **BY)[1])
            people = [make_registration(session, forum, f"Guest{number}").id for number in range(badges)]
            codes = [add_code(session, of, one) for one in people]
        db.session.remove()
    mine = [[(secret, code, f"n{n}") for n, code in enumerate(codes)] for secret in secrets]
    half = STATIONS // 2
    return crowd.Forum(app.config["SQLALCHEMY_DATABASE_URI"], folder, of), [mine[:half], mine[half:]]


def test_each_badge_passes_once_and_what_is_sent_again_changes_nothing(own_app: Flask, tmp_path: Path) -> None:
    forum, crowds = open_door(own_app, tmp_path, BADGES)
    twice = [[[one for badge in mine for one in (badge, badge)] for mine in some] for some in crowds]

    told = let_in(twice, scanners.scan_all, forum)

    assert told == {"passed": 2 * BADGES, "already-in": 2 * BADGES * (STATIONS - 1)}
    with own_app.app_context():
        kept = select(Scan.result, func.count()).group_by(Scan.result)
        counts = {result.value: count for result, count in db.session.execute(kept)}
        assert counts == {"passed": BADGES, "already-in": BADGES * (STATIONS - 1)}
        assert db.session.scalar(select(func.count(Admission.id))) == BADGES
        db.session.remove()


def test_what_a_device_has_kept_is_kept_once_whoever_sends_it_and_when(own_app: Flask, tmp_path: Path) -> None:
    """The device itself while its first try is still under way, and those that are paired in its browser after it."""
    forum, crowds = open_door(own_app, tmp_path, BADGES)
    first = crowds[0][0]
    with own_app.app_context():
        station = station_of_device(db.session(), first[0][0], now=NOW)
        made_by = called(scanners.LINKS, station, now=NOW)
        db.session.remove()
    crowds = [[[(secret, *rest, made_by) for secret, *rest in mine] for mine in some] for some in crowds]
    crowds[0][0] = first

    told = let_in(crowds, scanners.scan_all, forum)

    assert told == {"passed": STATIONS * BADGES}
    with own_app.app_context():
        kept = db.session.execute(
            select(Scan.device_id, Scan.result, Scan.counts_at, Admission.first_at).join(
                Admission, Admission.registration_id == Scan.registration_id
            )
        ).all()
        assert [(one.device_id, one.result.value) for one in kept] == [(station.device_id, "passed")] * BADGES
        assert [one for one in kept if one.counts_at != one.first_at] == []  # or it would be told as a second one
        db.session.remove()


@pytest.mark.parametrize("guards", [True, False], ids=["guarded", "without the guard"])
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_without_the_guard_each_badge_would_pass_at_every_station(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guards: bool
) -> None:
    """All stations have looked at a badge before any of them lets it in."""
    _forum, (some, others) = open_door(own_app, tmp_path, BADGES)
    with own_app.app_context():
        if not guards:
            scanners.leave_out_the_guard(monkeypatch)

    told = Counter(scanners.scan_abreast(own_app, some + others, monkeypatch))

    with own_app.app_context():
        admitted = db.session.scalar(select(func.count(Admission.id)))
        db.session.remove()
    once = {"passed": BADGES, "already-in": BADGES * (STATIONS - 1)}
    assert (told, admitted) == ((once, BADGES) if guards else ({"passed": BADGES * STATIONS}, BADGES * STATIONS))


def test_a_substitute_is_let_in_or_the_place_goes_back_and_never_both(own_app: Flask, tmp_path: Path) -> None:
    """Stations scan the codes of substitutes, while the desk gives their places back to whoever had them."""
    with own_app.app_context():
        with transaction() as session:
            forum = make_forum(session)
            of, by = forum.edition.id, forum.by_owner
            door = create_checkpoint(session, of, {"kind": "door", "name": {"en": "Door"}}, **by)
            secrets = []
            for number in range(STATIONS // 2):
                _row, code = add_device(session, of, {"checkpoint_id": door.id, "name": f"{number}"}, **by)
                secrets.append(pair(session, of, code, **BY)[1])
            substitutes = [substituted(session, forum, number) for number in range(SUBSTITUTES)]
            owner_id = forum.owner.id
        db.session.remove()
    crowds = crowd.Forum(own_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, of)
    parts = [substitutes[at :: STATIONS // 2] for at in range(STATIONS // 2)]
    scans = [[(secret, code, f"{one}") for one, code in mine] for secret, mine in zip(secrets, parts, strict=True)]
    gives = [[(owner_id, one, 1, f"{one}") for one, _code in mine] for mine in parts]

    told = let_in([scans, gives], scanners.scan_or_give_back, crowds)

    for one, _code in substitutes:
        said = {what.split()[1] for what in told if what.split()[0] == str(one)}
        assert said in ({"passed", "have-come"}, {"given-back", "replaced"}, {"given-back", "old-code"}), said
    with own_app.app_context():
        inside = set(db.session.scalars(select(Admission.registration_id)))
        live = set(db.session.scalars(select(TicketCode.registration_id).where(TicketCode.revoked_at.is_(None))))
        assert inside == {one for one, _code in substitutes} & live
        assert len(live) == SUBSTITUTES
        db.session.remove()


def substituted(session: DbSession, forum: Forum, number: int) -> tuple[int, str]:
    """Somebody in another one's place, and their code."""
    first = make_registration(session, forum, f"First{number}")
    add_code(session, forum.edition.id, first.id)
    said: Any = {"source": Source.MANUAL, "language": "en", "version": first.version, **forum.by_owner}
    instead = Applicant(latin_family=f"Second{number}")
    row = substitute_registration(session, forum.edition.id, first.id, instead, **said)
    return row.id, session.scalars(select(TicketCode.code).where(TicketCode.registration_id == row.id)).one()
