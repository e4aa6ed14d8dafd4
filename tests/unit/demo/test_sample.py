"""What the sample forum promises to whoever loads, prints or shows it."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter
from datetime import timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import pytest

from forumapp.cli.demo import sample
from forumapp.cli.demo.portraits import portrait
from forumapp.domain.agenda import models as agenda
from forumapp.domain.delegations.models import delegations
from forumapp.domain.forums import models as forums
from forumapp.domain.people import models as people
from forumapp.domain.registration import models as registration

SAMPLE = sample()
PEOPLE = {person.key: person for person in SAMPLE.people}
ORGANIZATIONS = {organization.key: organization for organization in SAMPLE.organizations}
SESSIONS = {session.key: session for session in SAMPLE.sessions}
REGISTRATIONS = {row.person: row for row in SAMPLE.registrations}
OFFICIALS = [person for person in SAMPLE.people if person.is_public_figure]


def test_it_is_the_same_each_time():
    assert sample() == SAMPLE
    one = SAMPLE.delegations[1].head
    assert portrait(one, address={}) == portrait(one, address={})


def test_every_part_has_told_what_it_can_t_eat_and_whoever_is_listed_has_a_mailbox_of_their_own():
    parts = {part.code: [REGISTRATIONS[one.person] for one in part.members] for part in SAMPLE.delegations[1:]}
    for code, rows in parts.items():
        assert sum("diet" in row.answers for row in rows) > 1, code
        assert any("food-allergies" in row.answers for row in rows), code
    listed = [PEOPLE[row.person] for row in SAMPLE.registrations if row.is_listed]
    assert len(listed) == 80
    assert [p.key for p in listed if not p.email or "shared-email" in p.flags] == []


def test_whoever_leads_has_a_portrait_and_is_named_as_it_is_said():
    leading = {one.person for part in SAMPLE.delegations for one in part.members if one.role in {"head", "deputy"}}
    assert {key for key in leading if not (PEOPLE[key].has_portrait and PEOPLE[key].pronunciation)} == set()


def test_statuses():
    assert Counter(r.status for r in SAMPLE.registrations) == {
        "confirmed": 434,
        "waitlisted": 14,
        "cancelled": 9,
        "declined": 5,
        "invited": 4,
        "applied": 3,
    }


def test_confirmed_by_type():
    confirmed = Counter(r.type for r in SAMPLE.registrations if r.status == "confirmed")
    assert confirmed == {
        "delegate": 132,
        "guest": 215,
        "staff": 26,
        "speaker": 20,
        "vip": 15,
        "media": 14,
        "observer": 12,
    }


@pytest.mark.parametrize(("code", "free"), [("guest", 35), ("observer", 0), ("media", 6), ("delegate", 3)])
def test_places_left(code, free):
    kind = next(kind for kind in SAMPLE.registration_types if kind.code == code)
    confirmed = sum(r.type == code and r.status == "confirmed" for r in SAMPLE.registrations)
    assert kind.quota - confirmed == free


def test_only_a_full_type_has_people_waiting_and_they_wait_in_order():
    waiting = [r for r in SAMPLE.registrations if r.status == "waitlisted"]
    last_place = max(r.registered_at for r in SAMPLE.registrations if r.type == "observer" and r.status == "confirmed")
    assert [(r.type, r.waitlist_position) for r in waiting] == [("observer", position) for position in range(1, 15)]
    assert waiting[0].registered_at > last_place


def test_registrations_come_one_after_another_in_2023_before_the_forum():
    moments = [r.registered_at for r in SAMPLE.registrations]
    assert all(before < after for before, after in pairwise(moments))
    assert (moments[0].year, moments[0].month) == (2023, 3)
    assert max(r.status_at for r in SAMPLE.registrations).date() < SAMPLE.edition.starts_on


def test_everybody_is_registered_once():
    assert Counter(r.person for r in SAMPLE.registrations) == dict.fromkeys(PEOPLE, 1)


def test_every_vip_has_an_officer_who_is_staff():
    vips = [r for r in SAMPLE.registrations if r.is_vip]
    assert len(vips) == 15 + 4
    assert {REGISTRATIONS[r.responsible_officer].type for r in vips} == {"staff"}


def test_delegation_sizes():
    sizes = {delegation.code: len(delegation.members) for delegation in SAMPLE.delegations}
    assert sizes == {"cccme": 0, "jiangsu": 52, "hubei": 31, "shanghai": 38, "cccme-staff": 11}
    whole, *parts = SAMPLE.delegations
    assert (whole.quota, sum(part.quota for part in parts)) == (135, 135)
    assert {part.parent for part in parts} == {"cccme"}
    assert all(len(part.members) <= part.quota for part in parts)


def test_each_part_has_one_head_and_an_interpreter_and_a_member_has_one_delegation():
    for part in SAMPLE.delegations[1:]:
        roles = Counter(member.role for member in part.members)
        assert (roles["head"], roles["interpreter"]) == (1, 1)
        assert part.members[0] == dataclasses.replace(part.members[0], person=part.head, role="head", print_order=1)
    members = [member.person for part in SAMPLE.delegations for member in part.members]
    assert len(set(members)) == len(members)
    assert {r.person for r in SAMPLE.registrations if r.delegation} == set(members)


def test_every_reference_leads_somewhere():
    rooms, types = {room.key for room in SAMPLE.rooms}, {kind.code for kind in SAMPLE.registration_types}
    codes = {delegation.code for delegation in SAMPLE.delegations}
    assert {room.venue for room in SAMPLE.rooms} == {SAMPLE.venue.key}
    assert SAMPLE.edition.series == SAMPLE.series.code
    assert {host.organization for host in SAMPLE.hosts} <= set(ORGANIZATIONS)
    assert {person.organization for person in SAMPLE.people} <= set(ORGANIZATIONS)
    assert {o.parent for o in SAMPLE.organizations if o.parent} <= set(ORGANIZATIONS)
    assert {session.room for session in SAMPLE.sessions} <= rooms
    assert {s.track for s in SAMPLE.sessions if s.track} == {track.code for track in SAMPLE.tracks}
    assert {role.person for session in SAMPLE.sessions for role in session.all_roles()} <= set(PEOPLE)
    assert {d.organization for d in SAMPLE.delegations} <= set(ORGANIZATIONS)
    assert {key for d in SAMPLE.delegations for key in (d.head, d.liaison)} <= set(PEOPLE)
    assert {d.parent for d in SAMPLE.delegations if d.parent} <= codes
    assert {item.delegation for item in SAMPLE.itinerary_items} <= codes
    assert {item.session for item in SAMPLE.itinerary_items if item.session} <= set(SESSIONS)
    ends = {end for item in SAMPLE.itinerary_items for end in (item.at, item.to) if end}
    assert ends == {place.key for place in SAMPLE.places}
    assert {entry.person for entry in SAMPLE.precedence.entries} <= set(PEOPLE)
    assert {r.type for r in SAMPLE.registrations} == types


def test_every_partition_divides_all_of_the_delegation_s_132():
    everyone = Counter(member.person for one in SAMPLE.delegations for member in one.members)
    for partition in SAMPLE.partitions:
        assert Counter(person for group in partition.groups for person in group.members) == everyone
        assert {group.captain for group in partition.groups} <= set(everyone)
    assert [[len(group.members) for group in one.groups] for one in SAMPLE.partitions] == [[52, 42, 38], [24, 108]]
    starts = {item.key: item.starts_at for item in SAMPLE.itinerary_items}
    visits = SAMPLE.partitions[1]
    assert [starts[key].isoformat() for key in (visits.split, visits.rejoin)] == [
        "2023-05-24T09:00:00", "2023-05-25T19:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "keys",
    [
        [organization.key for organization in SAMPLE.organizations],
        [person.key for person in SAMPLE.people],
        [room.key for room in SAMPLE.rooms],
        [session.key for session in SAMPLE.sessions],
        [item.key for session in SAMPLE.sessions for item in session.items],
        [item.key for item in SAMPLE.itinerary_items],
        [(host.role, host.print_order) for host in SAMPLE.hosts],
    ],
    ids=["organizations", "people", "rooms", "sessions", "items", "itinerary", "hosts"],
)
def test_keys_are_unique(keys):
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def _overlap(one, other):
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def test_no_room_and_no_person_is_in_two_sessions_at_once():
    clashes = [
        (one.key, other.key)
        for one, other in combinations(SAMPLE.sessions, 2)
        if _overlap(one, other)
        and (one.room == other.room or {r.person for r in one.all_roles()} & {r.person for r in other.all_roles()})
    ]
    parallel = [1 for one, other in combinations(SAMPLE.sessions, 2) if _overlap(one, other)]
    assert clashes == []
    assert len(parallel) == 3 + 3 + 1


def test_items_fill_no_more_than_their_session():
    for session in SAMPLE.sessions:
        assert session.ends_at > session.starts_at
        minutes = sum(item.minutes for item in session.items)
        assert session.starts_at + timedelta(minutes=minutes) <= session.ends_at, session.key


def test_the_opening_is_in_the_order_of_the_record():
    spoken = [(item.roles[0].person, item.minutes) for item in SESSIONS["opening"].items if item.roles]
    assert spoken[:4] == [("guo-shaochun", 8), ("eleni-kounalakis", 10), ("fang-wei", 10), ("liu-chun", 8)]
    assert {person for person, _ in spoken} == {person.key for person in OFFICIALS}


def test_everybody_with_a_role_is_confirmed():
    on_stage = {role.person for session in SAMPLE.sessions for role in session.all_roles()}
    assert {REGISTRATIONS[person].status for person in on_stage} == {"confirmed"}


def test_every_simultaneous_session_has_channels_and_two_interpreters_or_more():
    for session in SAMPLE.sessions:
        interpreters = [role for role in session.roles if role.role == "interpreter"]
        assert (session.interpretation == "simultaneous") == bool(session.channels)
        assert (session.interpretation == "none") == (len(interpreters) == 0)
        assert len(interpreters) != 1


def test_every_signing_has_a_party_from_each_country():
    signings = [item for item in SESSIONS["signing"].items if item.roles]
    countries = [
        [ORGANIZATIONS[PEOPLE[role.person].organization].country_region for role in item.roles] for item in signings
    ]
    assert countries == [["CN", "US"]] * 6


@pytest.mark.parametrize(
    ("code", "group"),
    [(code, "los-angeles") for code in ("jiangsu", "hubei", "shanghai", "cccme-staff")]
    + [(code, "san-francisco") for code in ("jiangsu", "shanghai", "cccme-staff")],
)
def test_a_delegations_days_do_not_overlap_and_leave_time_for_the_stage(code, group):
    spans = [
        (
            item.starts_at.replace(tzinfo=ZoneInfo(item.starts_zone)).timestamp(),
            item.ends_at.replace(tzinfo=ZoneInfo(item.ends_zone)).timestamp(),
            item.key,
        )
        for item in SAMPLE.itinerary_items
        if item.delegation in {code, "cccme"} and item.group in {group, ""} and not item.is_frame
    ]
    spans.sort()
    assert all(start < end for start, end, _ in spans)
    assert [(one[2], other[2]) for one, other in pairwise(spans) if other[0] < one[1]] == []
    for session in SAMPLE.sessions:
        start = session.starts_at.replace(tzinfo=ZoneInfo(session.timezone)).timestamp()
        end = session.ends_at.replace(tzinfo=ZoneInfo(session.timezone)).timestamp()
        others = [key for one, other, key in spans if one < end and start < other]
        assert others == ([f"forum-{session.key}"] if session.key in {"lunch", "dinner"} else [])


def test_the_journey_crosses_the_date_line():
    flights = {item.key: item for item in SAMPLE.itinerary_items if item.kind == "flight"}
    minutes = {}
    for key, item in flights.items():
        start = item.starts_at.replace(tzinfo=ZoneInfo(item.starts_zone)).timestamp()
        end = item.ends_at.replace(tzinfo=ZoneInfo(item.ends_zone)).timestamp()
        minutes[key] = (end - start) / 60
        assert item.leg.number.startswith("XX ")
        assert "(sample)" in item.title["en"]
    out, back = flights["jiangsu-outbound"], flights["jiangsu-return"]
    assert (out.ends_at < out.starts_at, minutes[out.key]) == (True, 11 * 60 + 30)
    assert ((back.ends_at.date() - back.starts_at.date()).days, minutes[back.key]) == (1, 14 * 60 + 20)
    assert [key for key in flights if key.startswith("hubei-out")] == ["hubei-outbound", "hubei-outbound-2"]


def test_precedence_is_by_hand_complete_and_sorts_by_its_keys():
    entries = SAMPLE.precedence.entries
    stage = {
        role.person
        for session in SAMPLE.sessions
        for role in session.all_roles()
        if role.role in {"speaker", "moderator", "panelist"}
    }
    assert [entry.person for entry in entries[:4]] == ["deputy-mayor", "eleni-kounalakis", "fang-wei", "guo-shaochun"]
    leading = {one.person for part in SAMPLE.delegations for one in part.members if one.role in {"head", "deputy"}}
    assert {entry.person for entry in entries} == stage | leading
    keys = [entry.sort_key for entry in entries]
    assert keys == sorted(set(keys))
    assert keys[:2] == ["a0", "a1"]
    assert all(entry.reason and entry.capacity for entry in entries)


def test_public_figures_have_only_what_a_source_attests():
    found = [(p.latin_full, p.native_full, p.title.get("zh-Hans", ""), p.flags) for p in OFFICIALS]
    unattested = ("native-name-unattested", "title-zh-unattested")
    assert found == [
        ("Guo Shaochun", "郭少春", "中国驻洛杉矶总领事", ()),
        ("Eleni Kounalakis", "康伊莲", "加州副州长", ()),
        ("Fang Wei", "方伟", "江苏省副省长", ()),
        ("Liu Chun", "", "", unattested),
        ("Erin Romaghim", "", "", (*unattested, "name-proof-needed")),
        ("Jim Wunderman", "", "", unattested),
        ("Kevin Xu", "", "", unattested),
    ]


def test_nothing_private_is_made_up_for_public_figures():
    private = [
        (p.email, p.phone, p.call_name, dict(p.form_of_address), dict(p.biography), p.has_portrait) for p in OFFICIALS
    ]
    assert private == [(None, None, "", {}, {}, False)] * 7
    assert {REGISTRATIONS[p.key].delegation for p in OFFICIALS} == {None}


def test_everybody_else_is_marked_as_a_sample():
    assert {p.is_sample for p in SAMPLE.people if not p.is_public_figure} == {True}
    for rows in (
        SAMPLE.rooms,
        SAMPLE.sessions,
        SAMPLE.delegations,
        SAMPLE.places,
        SAMPLE.itinerary_items,
        SAMPLE.registrations,
        SAMPLE.partitions,
    ):
        assert {row.is_sample for row in rows} == {True}
    assert (SAMPLE.venue.is_sample, SAMPLE.edition.flags) == (True, ("sample-theme",))
    assert all(p.biography["en"].startswith("Sample") for p in SAMPLE.people if p.biography)


def test_mail_and_phones_reach_nobody():
    mail = re.compile(r"[a-z0-9.]+@example\.(com|org|net)")
    phone = re.compile(r"\+1 \d{3} 555 01\d\d|\+86 100 0000 \d{4}")
    on_the_spot = [item.contact.split(", ")[1] for item in SAMPLE.itinerary_items if item.contact]
    others = [place.phone for place in SAMPLE.places if place.phone] + [one.driver_mobile for one in SAMPLE.vehicles]
    assert [one for one in (*on_the_spot, *others) if not phone.fullmatch(one)] == []
    assert [p.email for p in SAMPLE.people if p.email and not mail.fullmatch(p.email)] == []
    assert [p.phone for p in SAMPLE.people if p.phone and not phone.fullmatch(p.phone)] == []


def test_only_one_office_shares_its_mailbox_and_some_people_have_none():
    mails = Counter(p.email for p in SAMPLE.people if p.email)
    assert {mail: count for mail, count in mails.items() if count > 1} == {"hubei.desk@example.org": 6}
    assert [p.key for p in SAMPLE.people if p.email == "hubei.desk@example.org"] == [
        p.key for p in SAMPLE.people if "shared-email" in p.flags
    ]
    assert sum(p.email is None for p in SAMPLE.people if p.is_sample) == 5 + 2 + 4 + 1


def test_phones_are_unique():
    phones = [p.phone for p in SAMPLE.people if p.phone]
    assert len(set(phones)) == len(phones)


@pytest.mark.parametrize(
    ("key", "native", "latin_family", "language"),
    [
        ("jiangsu-04", "单立文", "Shan", "zh-Hans"),  # a library reads dan
        ("jiangsu-07", "欧阳静", "Ouyang", "zh-Hans"),  # two-character surname
        ("jiangsu-10", "周子\U0002cb4e", "Zhou", "zh-Hans"),  # plane 2
        ("jiangsu-13", "仇明华", "Qiu", "zh-Hans"),  # a library reads chou
        ("hubei-05", "解振波", "Xie", "zh-Hans"),  # a library reads jie
        ("hubei-08", "劉慧賢", "Liu", "zh-Hant"),  # stays traditional
        ("shanghai-04", "诸葛明", "Zhuge", "zh-Hans"),
        ("shanghai-06", "曾丽", "Zeng", "zh-Hans"),  # a library reads ceng
        ("shanghai-09", "吕丽华", "Lyu", "zh-Hans"),  # passport spelling of ü
        ("shanghai-12", "顾平安", "Gu", "zh-Hans"),
        ("guest-040", "克里斯托弗·安德森", "Anderson", "zh-Hans"),
    ],
)
def test_hard_names(key, native, latin_family, language):
    person = PEOPLE[key]
    assert (person.native_full, person.latin_family, person.native_language) == (native, latin_family, language)


def test_the_longest_names():
    assert max(len(p.latin_full) for p in SAMPLE.people) == len(PEOPLE["guest-020"].latin_full) == 42
    assert max(len(p.native_full) for p in SAMPLE.people) == 9


def test_names_survive_normalization_and_native_names_are_unique():
    for person in SAMPLE.people:
        for name in (person.latin_family, person.latin_given, person.native_full):
            assert name == name.strip()
            assert unicodedata.normalize("NFKC", name) == name
    natives = [p.native_full for p in SAMPLE.people if p.native_full]
    latins = [p.latin_full for p in SAMPLE.people]
    assert len(set(natives)) == len(natives)
    assert len(set(latins)) == len(latins)


def test_a_native_name_is_its_parts_in_the_order_of_its_language():
    for person in SAMPLE.people:
        parts = (person.native_family, person.native_given)
        whole = "·".join(reversed(parts)) if "·" in person.native_full else "".join(parts)
        assert person.native_full == whole


def test_every_text_is_in_the_editions_languages_and_gaps_are_flagged():
    for person in SAMPLE.people:
        for text in (person.title, person.form_of_address, person.biography):
            assert set(text) <= {"en", "zh-Hans"}
        assert ("zh-Hans" in person.title) != ("title-zh-unattested" in person.flags)
    for organization in SAMPLE.organizations:
        missing = {"name-zh-unattested", "name-zh-missing"} & set(organization.flags)
        assert ("zh-Hans" in organization.legal_name) != bool(missing)
    for session in SAMPLE.sessions:
        for text in (session.title, *[item.title for item in session.items]):
            assert set(text) == {"en", "zh-Hans"}


def _luminance(color):
    channels = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("kind", SAMPLE.registration_types, ids=lambda kind: kind.code)
def test_the_word_on_a_badges_band_can_be_read(kind):
    assert _contrast(kind.color, kind.text_color) >= 4.5


@pytest.mark.parametrize("track", SAMPLE.tracks, ids=lambda track: track.code)
def test_a_tracks_color_can_be_read_on_white(track):
    assert _contrast(track.color, "#ffffff") >= 4.5


def test_the_accent_can_be_read_on_paper_and_screen():
    assert _contrast(SAMPLE.edition.accent_color, "#ffffff") >= 4.5


@pytest.mark.parametrize(
    ("words", "used"),
    [
        (forums.HostRole, {host.role for host in SAMPLE.hosts}),
        (forums.PageSize, {SAMPLE.edition.page_size}),
        (forums.EditionStatus, {SAMPLE.edition.status}),
        (people.OrganizationKind, {organization.kind for organization in SAMPLE.organizations}),
        (people.NameOrder, {person.name_order for person in SAMPLE.people}),
        (agenda.SessionKind, {session.kind for session in SAMPLE.sessions}),
        (agenda.Press, {session.press for session in SAMPLE.sessions}),
        (agenda.Interpretation, {session.interpretation for session in SAMPLE.sessions}),
        (agenda.Interpretation, {item.interpretation for session in SAMPLE.sessions for item in session.items}),
        (agenda.ItemKind, {item.kind for session in SAMPLE.sessions for item in session.items}),
        (agenda.AssignmentRole, {role.role for session in SAMPLE.sessions for role in session.all_roles()}),
        (delegations.MemberRole, {m.role for delegation in SAMPLE.delegations for m in delegation.members}),
        (delegations.ItemKind, {item.kind for item in SAMPLE.itinerary_items}),
        (registration.RegistrationStatus, {r.status for r in SAMPLE.registrations}),
        (registration.Source, {r.source for r in SAMPLE.registrations}),
    ],
)
def test_it_speaks_the_words_of_the_product(words, used):
    assert used <= {word.value for word in words}


def test_rooms_hold_who_is_meant_to_come():
    capacity = {room.key: room.capacity for room in SAMPLE.rooms}
    confirmed = sum(r.status == "confirmed" for r in SAMPLE.registrations)
    assert capacity[SESSIONS["opening"].room] >= confirmed
    assert capacity[SESSIONS["lunch"].room] >= confirmed
