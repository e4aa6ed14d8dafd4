"""New passwords, and the common ones that nobody may choose."""

from __future__ import annotations

import pytest

from forumapp.domain.accounts.common_passwords import common_passwords, folded, is_common
from forumapp.domain.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, password_fault

LINES_IN_LIST = 484


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "too-short"),
        ("password", "too-short"),
        ("eleven char", "too-short"),
        ("twelve chars", None),
        ("a password of some length", None),
        ("一二三四五六七八九十甲乙", None),
        ("peanutbutter", "too-common"),
        ("PeanutButter", "too-common"),
        ("ｐｅａｎｕｔｂｕｔｔｅｒ", "too-common"),
        ("peanutbutters", None),
        (" peanutbutter", None),
        ("aaaaaaaaaaaa", "too-common"),
        ("~~~~~~~~~~~~~~~~~", "too-common"),
        ("aAaAaAaAaAaAaAaA", "too-common"),
        ("你你你你你你你你你你你你", "too-common"),
        ("            ", "too-common"),
        ("aaaaaaaaaaaaaab", None),
        ("Own.Address@forum.example", "too-common"),
        ("xy" * (LONGEST_PASSWORD // 2), None),
        ("x" * (LONGEST_PASSWORD + 1), "too-long"),
    ],
)
def test_what_is_wrong_with_a_new_password(password: str, fault: str | None) -> None:
    assert password_fault(password, "own.address@forum.example") == fault


# Drawn from the whole list by place: near its head, its middle and its end, as they are written there.
SAMPLE = [
    "q1w2e3r4t5y6", "123qweasdzxc", "1qaz2wsx3edc", "1q2w3e4r5t6y", "Sojdlg123aljg", "zQjphsyf6ctifgu",
    "PolniyPizdec0211", "Mailcreated5240", "1234567890qwerty", "qwerty123456", "philadelphia", "transformers",
    "dragonslayer", "schoolgirlie", "sleepyhollow", "cosmopolitan", "thecakeisalie", "ilovemyfamily", "gfhjkmgfhjkm",
    "zxcvbnmzxcvbnm", "1234567887654321", "q1w2e3r4t5y6u7i8o9p0", "Rfnthbyf1988", "123456789101112",
    "1234567899876543", "198719871987", "159753258456", "277rte87hryloitru", "193711101994a", "1302alex1994",
    "newt7899onrs",
]  # fmt: skip


@pytest.mark.parametrize("password", SAMPLE)
def test_a_common_password_is_refused_as_the_list_writes_it(password: str) -> None:
    assert is_common(password)


def test_the_list_is_whole_folded_and_long_enough_to_matter() -> None:
    passwords = common_passwords()

    assert len(passwords) == LINES_IN_LIST
    assert sorted(word for word in passwords if len(word) < SHORTEST_PASSWORD or word != folded(word)) == []
