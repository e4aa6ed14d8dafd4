"""400 people want 250 places in the same minute, from real processes on real databases, and a server is killed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.registration.emails import LINK_PURPOSE
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.groups.services import add_to_group, register_group
from forumapp.domain.registration.lifecycle.decisions import cancel
from forumapp.domain.registration.models import EditionPlaces, Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import Contact, RegistrationStatus, Source
from tests.conftest import config_for
from tests.crowds import PATIENCE, gather
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type
from tests.journeys import crowd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from flask import Flask

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
PLACES, REQUESTS, CLIENTS = 250, 400, 50
PROCESSES, THREADS = 2, 16
# The places, the requests, the clients that send them and the kills of a server that dies while they come.
BRIEFLY, FULLY = (40, 80, 20, 1), (PLACES, REQUESTS, CLIENTS, 4)


def open_forum(app: Flask, quota: int, folder: Path, **values: Any) -> crowd.Forum:
    with app.app_context():
        with transaction() as session:
            edition_id = make_edition(session)
            make_type(session, edition_id, quota=quota, **values)
        db.session.remove()
    return crowd.Forum(app.config["SQLALCHEMY_DATABASE_URI"], folder, edition_id)


def shares(people: list[int], among: int) -> list[list[int]]:
    return [people[place::among] for place in range(among)]


def let_in(
    crowds: list[list[list[int]]], target: Callable[..., None], forum: crowd.Forum, others: int = 0
) -> Counter[str]:
    """Run each crowd in a process of its own; how many got which status. `others` are threads that register nobody."""
    threads = sum(len(one) for one in crowds)
    told: Counter[str] = Counter()
    for statuses in gather(target, [(forum, one) for one in crowds], threads, threads + others):
        assert isinstance(statuses, list), statuses
        told.update(statuses)
    return told


def by_arrival(app: Flask) -> list[tuple[str, int | None]]:
    """Status and number in the queue of everyone, in the order in which they were written."""
    with app.app_context():
        rows = db.session.execute(
            select(Registration.status, Registration.queue_number).order_by(Registration.id)
        ).all()
        db.session.remove()
    return [(status.value, number) for status, number in rows]


def in_order(confirmed: int, waiting: int) -> list[tuple[str, int | None]]:
    return [("confirmed", None)] * confirmed + [("waitlisted", number) for number in range(1, waiting + 1)]


def test_exactly_as_many_are_confirmed_as_there_are_places(own_app: Flask, tmp_path: Path) -> None:
    forum = open_forum(own_app, PLACES, tmp_path, offer_hours=48)
    crowds = [shares(mine, THREADS) for mine in shares(list(range(REQUESTS)), PROCESSES)]

    told = let_in(crowds, crowd.take_part, forum)

    assert told == {"confirmed": PLACES, "waitlisted": REQUESTS - PLACES}
    assert by_arrival(own_app) == in_order(PLACES, REQUESTS - PLACES)
    cancel_some(own_app, forum.edition_id, 3)
    rows = offers(own_app)
    assert [(number, ends) for _, number, ends in rows] == [(place, NOW + timedelta(hours=48)) for place in (1, 2, 3)]
    open_links(own_app, [row_id for row_id, _, _ in rows])
    assert offers(own_app) == rows


def cancel_some(app: Flask, edition_id: int, count: int) -> None:
    with app.app_context():
        confirmed = select(Registration.id).where(Registration.status == RegistrationStatus.CONFIRMED)
        ids = list(db.session.scalars(confirmed.limit(count)))
        for one in ids:
            with transaction() as session:
                cancel(session, edition_id, one, version=1, actor=HOUSE, now=NOW)
        db.session.remove()


def offers(app: Flask) -> list[tuple[int, int | None, datetime | None]]:
    with app.app_context():
        offered = select(Registration.id, Registration.queue_number, Registration.offer_ends_at)
        offered = offered.where(Registration.status == RegistrationStatus.OFFERED).order_by(Registration.queue_number)
        rows = [tuple(row) for row in db.session.execute(offered)]
        db.session.remove()
    return rows


def open_links(app: Flask, ids: list[int]) -> None:
    """As a scanner of mail does."""
    links = app.extensions["forumapp.links"]
    for one in ids:
        token = links.sign(LINK_PURPOSE, [one, 1], ends=clock.now() + timedelta(days=1))
        assert app.test_client().get(f"/r/{token}").status_code == 200


def test_the_places_of_the_whole_edition_are_exact_even_if_limited_meanwhile(own_app: Flask, tmp_path: Path) -> None:
    forum = open_forum(own_app, 70, tmp_path)._replace(codes=("guest", "media"))
    with own_app.app_context(), transaction() as session:
        make_type(session, forum.edition_id, "media")
    crowds = [shares(mine, THREADS) for mine in shares(list(range(240)), PROCESSES)]

    told = let_in(crowds, crowd.take_part_while_limited, forum, others=1)

    assert told == {"confirmed": 150, "waitlisted": 90}
    with own_app.app_context():
        row = db.session.scalars(select(EditionPlaces)).one()
        types = db.session.scalars(select(RegistrationType)).all()
    assert (row.taken, sum(one.taken for one in types), sum(one.waiting for one in types)) == (150, 150, 90)


def test_without_the_guard_there_would_be_too_many(own_app: Flask, tmp_path: Path) -> None:
    forum = open_forum(own_app, 3, tmp_path)
    crowds = [[[0], [1], [2], [3]], [[4], [5], [6], [7]]]

    told = let_in(crowds, crowd.take_part_unguarded, forum)

    assert told == {"confirmed": 8}  # for three places


def test_one_person_who_clicks_many_times_is_registered_once(own_app: Flask, tmp_path: Path) -> None:
    forum = open_forum(own_app, PLACES, tmp_path)

    told = let_in([[[7]] * 6, [[7]] * 6], crowd.take_part, forum)

    assert told == {"confirmed": 12}
    with own_app.app_context():
        counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Person, Registration)]
    assert counts == [1, 1]


@dataclass
class Crowd:
    """What the clients were told, and how often they had to ask again."""

    told: dict[str, str] = field(default_factory=dict)
    retries: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask_for_all(self, port: int, edition: str, numbers: list[int]) -> None:
        for number in numbers:
            self.ask(port, edition, number)
            time.sleep(0.4)  # so that several workers are killed before everyone is in

    def ask(self, port: int, edition: str, number: int) -> None:
        """Register one person, with the same key again and again until there is an answer."""
        email = f"guest{number}@example.org"
        body = {
            "type": "guest",
            "latin_family": f"Guest{number}",
            "latin_given": "Ann",
            "native_full": "安",
            "email": email,
            "organization": {"en": "Bay Trading"},
            "consent": True,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"crowd-{number}"}
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status, answer = _post(port, f"/api/v1/editions/{edition}/registrations", json.dumps(body), headers)
            if status == http.client.CREATED:
                with self.lock:
                    self.told[email] = json.loads(answer)["status"]
                return
            if status is not None:
                with self.lock:
                    self.faults.append(f"{status} {answer[:300]!r}")
                return
            with self.lock:
                self.retries += 1
            time.sleep(0.05)


def _post(port: int, path: str, body: str, headers: dict[str, str]) -> tuple[int | None, bytes]:
    """Without a status when the connection broke, as it does when its worker dies."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None, b""
    finally:
        connection.close()


@contextmanager
def served(url: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Two workers on a free port; the port, and the id of the process that keeps them."""
    config = config_for(url, folder)
    environment = {
        **os.environ,
        "FORUMAPP_DATABASE_URL": url,
        "FORUMAPP_SECRET_KEY": config.secret_key,
        "FORUMAPP_DATA_DIR": str(folder),
    }
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    words = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "32"]
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *words, "--graceful-timeout", "4", "--no-control-socket", "wsgi:app"],
        cwd=ROOT, env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)  # gunicorn waits thirty seconds for one that was told so while it began
        log.close()


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError("the server did not start")


def kill_a_worker(keeper: int) -> int:
    """With -9, one that answers; how many were killed. Those that are still starting are left to it."""
    children = Path(f"/proc/{keeper}/task/{keeper}/children").read_text(encoding="ascii").split()
    answering = [one for one in children if _connections(one) > 1]
    for one in answering[:1]:
        os.kill(int(one), signal.SIGKILL)
    return len(answering[:1])


def _connections(process: str) -> int:
    """The sockets of a process, of which one listens."""
    try:
        return sum(str(one.readlink()).startswith("socket:") for one in Path(f"/proc/{process}/fd").iterdir())
    except FileNotFoundError:  # it has ended, or closed one just now
        return 0


@pytest.mark.parametrize(
    ("places", "requests", "among", "kills"),
    [pytest.param(*BRIEFLY, id="once"), pytest.param(*FULLY, id="every half second", marks=pytest.mark.long)],
)
def test_a_server_that_is_killed_loses_nobody_and_gives_no_place_twice(
    own_app: Flask, own_database: str, tmp_path: Path, places: int, requests: int, among: int, kills: int
) -> None:
    open_forum(own_app, places, tmp_path)
    found = Crowd()
    with served(own_database, tmp_path) as (port, keeper):
        clients = [
            threading.Thread(target=found.ask_for_all, args=(port, "forum-2023", mine))
            for mine in shares(list(range(requests)), among)
        ]
        for client in clients:
            client.start()
        killed = 0
        while killed < kills and any(client.is_alive() for client in clients):
            # A single kill comes as soon as a worker answers, before the few requests are over.
            time.sleep(0.5 if kills > 1 else 0.02)
            killed += kill_a_worker(keeper)
        for client in clients:
            client.join(PATIENCE)

    assert found.faults == []
    assert len(found.told) == requests
    assert killed == kills
    assert found.retries > 0, "nobody was asking when a worker died"
    assert Counter(found.told.values()) == {"confirmed": places, "waitlisted": requests - places}
    assert by_arrival(own_app) == in_order(places, requests - places)
    with own_app.app_context():
        session = db.session
        kept = session.execute(
            select(Person.email, Registration.status).join(Person, Person.id == Registration.person_id)
        ).all()
        assert {email: status.value for email, status in kept} == found.told
        kind = session.scalars(select(RegistrationType)).one()
        assert (kind.taken, kind.waiting, kind.next_in_queue) == (places, requests - places, requests - places + 1)
        for table in (TicketCode, Message, Person):
            assert session.scalar(select(func.count()).select_from(table)) == requests


def test_groups_never_oversell_and_never_wait_for_each_other(own_app: Flask, tmp_path: Path) -> None:
    forum = open_forum(own_app, 37, tmp_path)
    groups = list(range(16))  # of five, by eight threads of two processes

    told = let_in([shares(mine, 4) for mine in shares(groups, 2)], crowd.take_groups, forum)

    assert told == {"confirmed": 37, "waitlisted": 43}
    with own_app.app_context():
        numbers = select(Registration.queue_number).where(Registration.status == RegistrationStatus.WAITLISTED)
        assert sorted(db.session.scalars(numbers)) == list(range(1, 44))
        of_groups = select(Registration.group_id, func.count()).group_by(Registration.group_id)
        assert sorted(count for _group, count in db.session.execute(of_groups)) == [5] * 16


def test_whoever_adds_to_one_group_at_once_is_not_told_that_it_was_changed(own_app: Flask, tmp_path: Path) -> None:
    forum, contact = open_forum(own_app, 9, tmp_path), Contact(name="Sue", email="office@example.org")
    by: dict[str, Any] = {"actor": STRANGER, "now": NOW}
    with own_app.app_context():
        with transaction() as session:
            first = [replace(applicant(0), email=None)]
            said: dict[str, Any] = {"source": Source.FORM, **by}
            group_id = register_group(session, forum.edition_id, "guest", contact, first, **said)[0].id
        db.session.remove()
    ready = threading.Barrier(6)

    def add(number: int) -> str:
        with own_app.app_context():
            ready.wait(PATIENCE)
            with transaction() as session:
                return add_to_group(session, group_id, 1, applicant(number), **by).status.value

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(add, range(1, 7))) == ["confirmed"] * 6
    with own_app.app_context():
        assert db.session.scalars(select(RegistrationGroup.apart)).one() == 6
