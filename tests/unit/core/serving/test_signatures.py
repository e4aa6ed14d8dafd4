"""What is sealed opens with the same key and about the same thing, and not otherwise."""

from __future__ import annotations

import pytest

from forumapp.core.sealed_fields import Seals

SEALS = Seals("a key that is only used in tests, and long enough")


def test_a_seal_opens_again_and_hides_its_text() -> None:
    sealed = SEALS.seal("JBSWY3DPEHPK3PXP", about="totp:1")

    assert SEALS.open(sealed, about="totp:1") == "JBSWY3DPEHPK3PXP"
    assert "JBSWY3DP" not in sealed
    assert sealed != SEALS.seal("JBSWY3DPEHPK3PXP", about="totp:1")


@pytest.mark.parametrize("sealed", ["", "x", "not base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ü"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    assert SEALS.open(sealed, about="totp:1") is None


def test_another_row_another_key_and_a_changed_seal_do_not_open() -> None:
    sealed = SEALS.seal("secret", about="totp:1")
    changed = sealed[:-5] + ("A" if sealed[-5] != "A" else "B") + sealed[-4:]

    assert SEALS.open(sealed, about="totp:2") is None
    assert Seals("another key that is long enough for this").open(sealed, about="totp:1") is None
    assert SEALS.open(changed, about="totp:1") is None


def test_a_fingerprint_is_the_same_for_the_same_thing_alone() -> None:
    other = Seals("another key that is long enough for this")

    assert SEALS.fingerprint("address", "203.0.113.7") == SEALS.fingerprint("address", "203.0.113.7")
    assert len({
        SEALS.fingerprint("address", "203.0.113.7"), SEALS.fingerprint("address", "203.0.113.8"),
        SEALS.fingerprint("account", "203.0.113.7"), other.fingerprint("address", "203.0.113.7"),
    }) == 4  # fmt: skip
