"""Compressed answers with entity tags: as they are made, as they are sent again, and files."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.transactions import transaction
from tests.web.conftest import publish, set_up

if TYPE_CHECKING:
    from flask import Flask

PATHS = ("/forum-2023/agenda", "/forum-2023/agenda.json", "/forum-2023/speakers", "/static/app.css")
OF_BODY = ("Content-Encoding", "Content-Length", "Content-Type")
GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_compressed_and_plain_answers_share_a_weak_tag(own_app: Flask) -> None:
    with transaction() as db:
        publish(db, set_up(db).edition_id)
    client = own_app.test_client()
    for path in PATHS:
        # The second time the agenda is sent from what was stored, before the application is asked.
        for attempt in ("made", "stored"):
            case = (path, attempt)
            plain, packed = client.get(path), client.get(path, headers=GZIP)
            tag = packed.headers["ETag"]
            assert tag.startswith('W/"'), case
            assert plain.headers["ETag"] == tag, case
            assert "Content-Encoding" not in plain.headers, case
            assert gzip.decompress(packed.data) == plain.data, case
            for answer in (plain, packed):
                assert "Accept-Encoding" in answer.headers["Vary"], case
                assert int(answer.headers["Content-Length"]) == len(answer.data), case
            for headers in ({}, GZIP):
                for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
                    same = client.get(path, headers={**headers, "If-None-Match": known})
                    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag), (*case, known)
                    assert "Accept-Encoding" in same.headers["Vary"], case
                    assert not [name for name in OF_BODY if name in same.headers], (*case, known, headers)
                assert client.get(path, headers={**headers, "If-None-Match": '"other"'}).status_code == 200, case
                head, whole = client.head(path, headers=headers), client.get(path, headers=headers)
                assert head.data == b"", case
                for name in ("ETag", "Vary", *OF_BODY):
                    assert head.headers.get(name) == whole.headers.get(name), (*case, name)
        refused = client.get(path, headers={"Accept-Encoding": "gzip;q=0, identity"})
        assert "Content-Encoding" not in refused.headers, path
