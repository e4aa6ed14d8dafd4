"""What one delegation's liaison learns of another delegation: nothing, wherever they look."""

from __future__ import annotations

import hashlib
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Permission, Reach, Role
from forumapp.domain.forums.models import EditionHost
from forumapp.domain.registration.lifecycle.register import update_type
from tests.access.asking import PICTURES, SPAN, address, ask
from tests.access.parties import add_party
from tests.access.routes import API, LINK, ROUTES
from tests.access.walk.test_walk import LET, expected, is_row
from tests.access.words import HUBEI, JIANGSU, Words
from tests.access.world import BY, OTHER_LIAISON, TWO_ROLES, by_everyone, fingerprint, reach_for
from tests.conftest import BOTH

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.access.parties import Party
    from tests.access.world import World

# The walk asks a liaison's statements of PostgreSQL; what they let through is the same on both databases.
pytestmark = pytest.mark.one_database
HOME = "/organizer/forum/"
NOTHING = "Xqzwvk"  # which nobody is called
# What one is told of the other's, the other is told of the one's.
LIAISONS = (str(Role.DELEGATION_LIAISON), *([OTHER_LIAISON] if BOTH else []))
READ = [route for route in ROUTES if route.startswith("GET")]
# Beside each list's own address, those by which it is searched, filtered and leafed through.
QUERIES = ("search={}", "q={}", "page=2", "paper=itineraries")
LISTS = (
    "registrations",
    "people",
    "delegations",
    "forum/paper",
    "mail",
    "removed",
    "clashes",
    "itinerary-items",
    "partitions",
    "delegation-groups",
    "hotel-rooms",
    "print-jobs",
    "imports",
    "members",
)
# Whoever takes a table of people out is told of in the log, so that asking itself adds to what is asked for.
TAKEN_OUT = "/rooming-list."
# What is of no delegation, and changes from one answer to the next.
PDF = "application/pdf"
PASSING = re.compile(
    r'csrf_token" value="[^"]+"|form_key" value="[^"]+"|csrf-token" content="[^"]+"|nonce="[^"]+"|nonce" value="[^"]+"|ETag: [^\r\n]+|DTSTAMP:\S+|Date: [^\r\n]+'
    r'|/proof/[^"]+"|Set-Cookie: session=[^;]+|X-Request-Id: \w+|<code translate="no">\w{16}</code>|"request_id": ?"\w+"'
)


def sides(world: World, name: str) -> tuple[Party, Party]:
    """The delegation of this liaison, and the other one."""
    return (world.jiangsu, world.hubei) if name == Role.DELEGATION_LIAISON else (world.hubei, world.jiangsu)


def told(answer: TestResponse) -> str:
    """All that an answer says, in words."""
    text = on_paper(answer.get_data()) if answer.mimetype == PDF else answer.get_data().decode("utf-8", "replace")
    if "\\u" in text and answer.mimetype != "image/png":  # in whose bytes it stands by chance
        text = text.encode().decode("unicode_escape", "ignore") + text
    return PASSING.sub("", f"{answer.status_code} {answer.headers} {text}")


def on_paper(content: bytes) -> str:
    """What is read on a paper, but for when it was printed; what people brought as one may be none."""
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=False)
    text = (content if done.returncode else done.stdout).decode("utf-8", "replace")
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", text)


def get(world: World, name: str, path: str) -> TestResponse:
    return world.call(name, "GET", path) if path.startswith(API) else world.ask(name, "GET", path)


def addresses(world: World, name: str, party: Party, word: str) -> list[str]:
    """Everything that can be read, of one's own rows, and asked for in every way."""
    plain = [
        address(world, route, party, name)
        for route in READ
        if route not in ("GET /metrics", "GET /readyz") and ROUTES[route] != LINK
    ]
    lists = [path for path in plain if path.endswith(LISTS)]
    return plain + [f"{path}{'&' if '?' in path else '?'}{one.format(word)}" for path in lists for one in QUERIES]


@pytest.mark.parametrize("name", LIAISONS)
def test_nothing_of_another_delegation_is_told_anywhere(world: World, name: str) -> None:
    mine, other = sides(world, name)
    word = mine.words.family

    answers = {path: told(get(world, name, path)) for path in addresses(world, name, mine, word)}

    assert [(path, secret) for path, text in answers.items() for secret in other.secrets if secret in text] == []
    assert sum(mine.words.family in text for text in answers.values()) > 20  # while one's own are told


def searched(world: World, name: str, party: Party) -> list[str]:
    """The addresses of what can be searched, up to the word."""
    lists = [
        address(world, one, party, name)
        for one in READ
        if expected(one, name) == LET and not one.endswith((">", ".png", *PICTURES))
    ]
    pages = [path for path in lists if path.startswith(HOME) and 'name="search"' in told(get(world, name, path))]
    operations = [path for path in lists if path.startswith(API) and get(world, name, f"{path}?q=x").status_code == 200]
    return [f"{path}?search=" for path in pages] + [
        f"{path}?q=" for path in operations if not path.endswith("findings")
    ]


def found(world: World, name: str, path: str, word: str) -> str:
    """What a search answers, without the word that was searched."""
    sent = get(world, name, path + word)
    if not sent.mimetype.startswith("text/") and not sent.is_json:
        return hashlib.sha256(sent.data).hexdigest()  # a picture, a workbook
    answer = sent.text.replace(word, "")
    return PASSING.sub("", answer.replace(quote(word), ""))


def open_form(world: World) -> str:
    """The address of a form that everyone may fill in."""
    with transaction() as session:
        update_type(session, world.house.edition_id, world.house.type_id, {"is_open": True}, version=2, **BY)
    return "/forum/register/guest"


@pytest.mark.parametrize("name", LIAISONS)
def test_no_search_tells_whether_another_delegation_has_such_a_thing(world: World, name: str) -> None:
    mine, other = sides(world, name)
    words = (
        other.words.family,
        other.words.native,
        other.words.phone[-4:],
        other.codes[1],
        other.words.office["en"][:5],
    )

    paths = [*searched(world, name, mine), f"{open_form(world)}/organizations?q="]
    nothing = {path: found(world, name, path, NOTHING) for path in paths}

    assert [(path, word) for path in paths for word in words if found(world, name, path, word) != nothing[path]] == []
    assert len(paths) > 5
    host = world.ask(name, "GET", f"{paths[-1]}sponsor").json["items"]
    assert [one["label"] for one in host] == ["Sponsor 0", "Sponsor 1"]  # which stand on the public page
    assert found(world, name, f"{HOME}people?search=", mine.words.family) != nothing[f"{HOME}people?search="]


@pytest.mark.parametrize("name", LIAISONS)
def test_numbers_stay_the_same_whatever_is_added_to_another_delegation(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = clock.now()  # some pages tell the minute
    monkeypatch.setattr(clock, "now", lambda: standing)
    mine, other = sides(world, name)
    paths = [path for path in addresses(world, name, mine, mine.words.family) if TAKEN_OUT not in path]
    before = {path: told(get(world, name, path)) for path in paths}

    with transaction() as session:
        add_party(session, world.house, another(other.words))

    changed = [path for path in paths if told(get(world, name, path)) != before[path]]
    assert changed == []


def another(words: Words) -> Words:
    """Another delegation like this one, so that all that is counted is more."""
    return replace(words, code=f"{words.code}-2", family=f"{words.family}x", left=f"{words.left}x")


@pytest.mark.parametrize("name", LIAISONS)
def test_a_row_of_another_delegation_does_not_exist(world: World, name: str) -> None:
    _mine, other = sides(world, name)
    asked = [route for route in ROUTES if is_row(ROUTES[route])]
    before = fingerprint()

    answers = {route: ask(world, name, route, other) for route in asked}

    after = fingerprint()
    wrong = {route: answer.status_code for route, answer in answers.items() if answer.status_code != 404}
    assert (len(asked) > 30, wrong) == (True, {})
    secrets = [word for word in other.secrets if word != other.code]  # which stands in the address
    assert [(route, word) for route, answer in answers.items() for word in secrets if word in told(answer)] == []
    assert [table for table in before if before[table] != after[table]] == []


def strange(mine: Party, other: Party) -> dict[str, Any]:
    """Addresses of one's own that are given rows of the other delegation."""
    edition, own = f"{API}/editions/forum", f"{API}/editions/forum/delegations/{mine.code}"
    item = {"kind": "meal", "title": {"en": "Made"}, **SPAN}
    return {
        f"GET {own}/members/{other.member_id}": None,
        f"POST {own}/members": {"registration_id": other.registration_id},
        f"POST {edition}/itinerary-items": {"delegation": other.code, **item},
        f"POST {edition}/print-jobs": {"paper": "badges", "options": {"delegation": other.code}},
        f"POST {edition}/print-jobs#one": {"paper": "badges", "options": {"registration": other.registration_id}},
        f"POST {edition}/print-jobs#both": {
            "paper": "badges", "options": {"delegation": mine.code, "registration": other.registration_id},
        },
        f"POST {edition}/print-jobs#book": {"paper": "itineraries", "options": {"delegation": other.code}},
        f"POST {edition}/print-jobs#working": {"paper": "arrivals", "options": {"delegation": other.code}},
        f"POST {edition}/print-jobs#all": {"paper": "badges", "options": {}},
        f"POST {edition}/people/{mine.person_id}/titles": {"title": {"en": "Made"}, "organization_id": other.organization_id},
        f"POST {API}/people/{mine.person_id}/affiliations": {"title": {"en": "M"}, "organization_id": other.organization_id},
        f"POST {edition}/itinerary-items#host": {"delegation": mine.code, "host_id": other.organization_id, **item},
        f"POST {edition}/partitions": {"delegation": other.code, "kind": "coach", "name": {"en": "Made"}},
        f"PATCH {edition}/partitions/{mine.partition_id}": {"rejoin_item_id": other.item_id},
        f"POST {edition}/delegation-groups": {"partition_id": other.partition_id, "name": {"en": "Made"}},
        f"PATCH {edition}/delegation-groups/{mine.group_id}": {"captain_id": other.registration_id},
        f"POST {edition}/delegation-groups/{mine.group_id}/members": {"registration_id": other.registration_id},
        f"POST {edition}/hotel-rooms": {
            "delegation": other.code, "place_id": mine.hotel_id, "kind": "single",
            "check_in": "2023-05-20", "check_out": "2023-05-22",
        },
        f"POST {edition}/hotel-rooms/{mine.hotel_room_id}/stays": {"registration_id": other.registration_id},
        f"GET {edition}/hotel-rooms/{mine.hotel_room_id}/stays/{other.stay_id}": None,
        f"PATCH {own}": {"lead_organization_id": other.organization_id},
        f"PATCH {edition}/itinerary-items/{mine.item_id}": {"host_id": other.organization_id},
    }  # fmt: skip


@pytest.mark.parametrize("name", LIAISONS)
def test_nothing_of_another_delegation_can_be_named(world: World, name: str) -> None:
    mine, other = sides(world, name)
    before = fingerprint()

    answers = {}
    for asked, body in strange(mine, other).items():
        method, path = asked.split("#", maxsplit=1)[0].split(" ", 1)
        tag = {"If_Match": world.call(name, "GET", path).headers["ETag"]} if method == "PATCH" else {}
        answers[asked] = world.call(name, method, path, body, **tag)

    after = fingerprint()
    wrong = {asked: one.status_code for asked, one in answers.items() if one.status_code not in (404, 422)}
    assert wrong == {}
    assert [table for table in before if before[table] != after[table]] == []


@pytest.mark.parametrize("name", LIAISONS)
def test_an_organization_that_one_sees_can_be_named(world: World, name: str) -> None:
    mine, _other = sides(world, name)
    edition = f"{API}/editions/forum"
    own, item = f"{edition}/delegations/{mine.code}", f"{edition}/itinerary-items/{mine.item_id}"
    with transaction() as session:
        host_id = session.get_one(EditionHost, world.ids["host_id"]).organization_id

    for path, body in (
        (item, {"host_id": mine.organization_id}),
        (item, {"host_id": host_id}),
        (own, {"lead_organization_id": host_id}),
        (own, {"lead_organization_id": mine.organization_id, "origin": {"en": "Here"}}),
        (own, {"lead_organization_id": None}),
    ):
        tag = world.call(name, "GET", path).headers["ETag"]
        answer = world.call(name, "PATCH", path, body, If_Match=tag)
        assert (body, answer.status_code) == (body, 200)
    nowhere = world.call(
        Role.OWNER,
        "PATCH",
        own,
        {"lead_organization_id": 99999},
        If_Match=world.call(Role.OWNER, "GET", own).headers["ETag"],
    )
    assert (nowhere.status_code, nowhere.json["errors"]) == (422, {"lead_organization_id": ["unknown"]})


# Those who may not see everything of the delegations that they see.
LIMITED = (Role.PROGRAM_MANAGER, Role.REGISTRATION_DESK, Role.PRINT_STAFF, Role.VIEWER)


def secrets_by_permission(party: Party) -> dict[Permission, tuple[str, ...]]:
    words = party.words
    return {
        Permission.SEE_ANSWERS: words.contacts,
        Permission.SEE_ITINERARIES: (*words.dinner.values(), words.flight, words.allowed),
        Permission.SEE_PRECEDENCE: (words.rank,),
        Permission.SEE_LOG: (words.reason,),
        Permission.SEE_MAIL: (words.reason,),
        Permission.SEE_PROOFS: (words.wish,),
        Permission.EDIT_DELEGATIONS: tuple(words.gone.values()),
    }


def theirs(world: World, name: str) -> Party:
    """A delegation that is not this caller's own; the liaisons of two roles look after Jiangsu."""
    return world.hubei if name in TWO_ROLES else world.jiangsu


def of_all(name: str, permission: Permission) -> bool:
    return reach_for(name, permission) is Reach.ALL


@by_everyone([*LIMITED, *TWO_ROLES], in_every_run={str(Role.REGISTRATION_DESK), *TWO_ROLES})
def test_a_role_is_told_only_what_it_may_see(world: World, name: str) -> None:
    party = theirs(world, name)
    secrets = secrets_by_permission(party)
    hidden = {word for permission, words in secrets.items() if not of_all(name, permission) for word in words}
    hidden -= {word for permission, words in secrets.items() if of_all(name, permission) for word in words}

    answers = {path: told(get(world, name, path)) for path in addresses(world, name, party, party.words.family)}

    assert [(path, word) for path, text in answers.items() for word in hidden if word in text] == []
    assert len(hidden) > 2


@by_everyone(TWO_ROLES)
def test_who_has_a_second_role_is_told_all_of_their_own_delegation(world: World, name: str) -> None:
    mine = world.jiangsu
    secrets = secrets_by_permission(mine)
    secrets[Permission.SEE_ANSWERS] = (mine.words.phone, mine.words.email, mine.words.needs)
    open_to_them = {word for permission, words in secrets.items() if reach_for(name, permission) for word in words}

    answers = [told(get(world, name, path)) for path in addresses(world, name, mine, mine.words.family)]

    assert [word for word in open_to_them if not any(word in text for text in answers)] == []
    registration = world.call(name, "GET", f"{API}/editions/forum/registrations/{mine.registration_id}").json
    assert (registration["phone"], registration["answers"]["access"]) == (mine.words.phone, mine.words.needs)
    assert world.ask(name, "GET", f"{HOME}paper/jobs/{mine.book_id}/file").status_code == 200


@by_everyone(TWO_ROLES)
def test_a_second_role_does_nothing_to_another_delegation_that_it_could_not_alone(world: World, name: str) -> None:
    asked = {route: what for route, what in ROUTES.items() if is_row(what) and not of_all(name, what.permission)}
    before = fingerprint()

    answers = {route: ask(world, name, route, world.hubei) for route in asked}

    after = fingerprint()
    wrong = {route: answer.status_code for route, answer in answers.items() if answer.status_code != 404}
    assert (len(asked) > 10, wrong) == (True, {})
    assert [table for table in before if before[table] != after[table]] == []


BOOKS = [name for name in (*LIMITED, *TWO_ROLES) if not of_all(name, Permission.SEE_ITINERARIES)]


@pytest.mark.parametrize("name", [name for name in BOOKS if reach_for(name, Permission.PRINT)])
def test_nobody_prints_or_fetches_a_booklet_that_they_could_not_read(world: World, name: str) -> None:
    other, jobs = theirs(world, name), f"{API}/editions/forum/print-jobs"
    before = fingerprint()

    answers = [
        world.call(name, "POST", jobs, {"paper": "itineraries", "options": {"delegation": other.code}}),
        world.call(name, "POST", jobs, {"paper": "itineraries", "options": {}}),
        world.call(name, "GET", f"{jobs}/{other.book_id}/file"),
        world.ask(name, "GET", f"{HOME}paper/jobs/{other.book_id}/file"),
        world.ask(name, "GET", f"{HOME}paper/check?paper=itineraries&delegation={other.code}"),
        world.ask(name, "POST", f"{HOME}paper/jobs", {"paper": "itineraries", "delegation": other.code}),
        world.ask(name, "POST", f"{HOME}paper/jobs", {"paper": "itineraries"}),
    ]

    assert [one.status_code for one in answers if one.status_code not in (403, 404, 422)] == []
    assert [word for one in answers for word in other.words.days if word in told(one)] == []
    job = world.call(name, "GET", f"{jobs}/{other.book_id}")
    assert (job.status_code, job.json.get("findings")) in ((200, []), (404, None))
    assert fingerprint() == before


NUMBERLESS = [one for one in (*map(str, Role), *TWO_ROLES) if reach_for(one, Permission.SEE_REGISTRATIONS) is Reach.ALL]


@by_everyone(
    [one for one in NUMBERLESS if not of_all(one, Permission.SEE_ANSWERS)], on_both=(), in_every_run={str(Role.VIEWER)}
)
def test_nobody_finds_by_a_number_whom_they_may_not_call(world: World, name: str) -> None:
    party = theirs(world, name)
    words = party.words
    numbers = (words.phone[-4:], words.phone.replace(" ", "")[-6:], f"{words.code}.example", words.needs)

    paths = searched(world, name, party)
    nothing = {path: found(world, name, path, NOTHING) for path in paths}

    # A page may show the same digits elsewhere, as those of a flight.
    said = {(path, word): nothing[path].replace(word, "") for path in paths for word in numbers}
    assert [asked for asked, nobody in said.items() if found(world, name, *asked) != nobody] == []


def test_who_may_call_finds_by_the_number(world: World) -> None:
    words = world.jiangsu.words

    for number in (words.phone[-4:], words.phone.replace(" ", "")[-6:], words.email):
        assert words.family in world.ask(Role.REGISTRATION_DESK, "GET", f"{HOME}people?search={number}").text
        assert words.family in world.ask(Role.REGISTRATION_DESK, "GET", f"{HOME}registrations?search={number}").text


def test_the_words_of_one_delegation_are_none_of_the_other() -> None:
    whole = " ".join(HUBEI.all)

    assert [word for word in JIANGSU.all if word in whole] == []


def guesses(words: Words) -> tuple[tuple[str, str, str], ...]:
    """By field, what stands and what does not, of which either might be sent."""
    return (
        ("phone", words.phone, "+86 27 5550 9429"),
        ("email", words.email, "other@else.example"),
        ("wechat", f"{words.needs}-wechat", "other-wechat"),
    )


def test_a_refused_change_tells_no_number_and_confirms_none(world: World) -> None:
    words, path = world.jiangsu.words, f"{API}/people/{world.jiangsu.person_id}"
    tag = world.call(Role.OWNER, "GET", path).headers["ETag"]
    before = fingerprint()

    tries = [
        world.call(Role.PROGRAM_MANAGER, "PATCH", path, {field: guess}, If_Match=match)
        for field, right, wrong in guesses(words)
        for guess in (right, wrong)
        for match in (tag, '"9-000000000000"')
    ]

    assert [word for answer in tries for word in words.contacts if word in told(answer)] == []
    assert {answer.status_code for answer in tries} == {403}
    assert fingerprint() == before
