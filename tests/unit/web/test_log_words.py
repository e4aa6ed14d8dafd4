"""Every table, column, choice and action of which the log may tell has its word, in both languages."""

from __future__ import annotations

import ast
import re
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask_babel import Babel

from forumapp.core.database.columns import UNLOGGED
from forumapp.core.database.db import Base
from forumapp.core.paths import ROOT
from forumapp.domain.audit.telling import KEPT_BY_THE_HOUSE
from forumapp.domain.log import naming, values
from forumapp.schemas.choices import RetentionKind, Via
from forumapp.web.organizer.history import log_words
from forumapp.web.organizer.history.log import PAGES
from forumapp.web.wording import labels
from forumapp.web.wording.choice_words import LABELS
from forumapp.web.wording.language import OWN_NAMES
from tests.forgotten import NOT_BY_PEOPLE, PART_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Table

# Of what stands in no table of people's changes, the log tells that it was done.
DONE_TO = {"message"}
# A column that both languages call the same.
SAME = {"WeChat", "VIP", "PNG", "JPEG", "SVG", "API"}
PAIR = 2
HAN = re.compile(r"[\u4e00-\u9fff]")
DOMAIN = [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in (ROOT / "forumapp/domain").rglob("*.py")]


def tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in {*NOT_BY_PEOPLE, *PART_OF}]


def columns() -> list[Column[Any]]:
    quiet = {*KEPT_BY_THE_HOUSE, "edition_id"}
    return [
        column for table in tables() for column in table.c if column.name not in quiet and UNLOGGED not in column.info
    ]


def words_of(node: ast.expr | None, module: ast.Module) -> Iterator[str]:
    """The texts that an expression may be: itself, either side of a choice, or what a name was set to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from chain(words_of(node.body, module), words_of(node.orelse, module))
    elif isinstance(node, ast.Name):
        for one in ast.walk(module):
            if isinstance(one, ast.Assign) and any(isinstance(to, ast.Name) and to.id == node.id for to in one.targets):
                yield from words_of(one.value, module)


def actions() -> set[str]:
    found: set[str] = set()
    for _path, module in DOMAIN:
        for node in ast.walk(module):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id == "record" and len(node.args) > 1:
                found |= set(words_of(node.args[1], module))
            found |= {word for one in node.keywords if one.arg == "action" for word in words_of(one.value, module)}
    return found


def told_by_hand() -> set[str]:
    """The fields in dicts of values before and after, as services write them that tell the log themselves."""
    found: set[str] = set()
    for _path, module in DOMAIN:
        if "record(" not in ast.unparse(module):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.Dict):
                pairs = [
                    key.value
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant) and isinstance(value, ast.Tuple) and len(value.elts) == PAIR
                ]
                found |= set(pairs)
    return found


@pytest.fixture
def chinese() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "zh_Hans", default_translation_directories=str(ROOT / "translations"))
    with app.test_request_context("/?lang=zh-Hans"):
        yield


def test_every_table_has_a_word() -> None:
    assert sorted({table.name for table in tables()} - set(log_words.RECORDS)) == []
    assert sorted(DONE_TO - set(log_words.RECORDS)) == []


def test_every_column_has_a_word_or_tells_people_nothing() -> None:
    without = [
        f"{column.table.name}.{column.name}"
        for column in columns()
        if (column.table.name, column.name) not in log_words.OF_TABLE
        and column.name not in log_words.FIELDS
        and column.name not in log_words.SILENT
    ]
    assert without == []


def test_no_word_stands_for_a_field_that_is_none() -> None:
    there = {column.name for column in columns()} | told_by_hand() | {kind.value for kind in RetentionKind}
    assert sorted((set(log_words.FIELDS) | log_words.SILENT) - there) == []
    assert sorted(set(log_words.OF_TABLE) - {(column.table.name, column.name) for column in columns()}) == []


def test_every_field_told_by_hand_has_a_word() -> None:
    told = told_by_hand()
    assert {"device", "roles", "delegations", "scopes", "revoked_at"} <= told
    assert sorted(told - set(log_words.FIELDS) - KEPT_BY_THE_HOUSE) == []
    assert sorted({kind.value for kind in RetentionKind} - set(log_words.FIELDS)) == []


def test_every_action_has_a_word() -> None:
    done = actions()
    assert {"created", "restored", "unapproved", "deactivated", "purged", "cancelled"} <= done
    assert sorted(done - {*log_words.ACTIONS, *log_words.ACCOUNT_ACTIONS}) == []


def test_every_choice_has_words() -> None:
    kinds = {values.held_in(column.table.name, column.name).choice for column in columns()} - {None}
    assert sorted(kind.__name__ for kind in {*kinds, Via} - set(LABELS) if kind) == []


def test_every_kind_that_values_refer_to_has_a_name() -> None:
    referred = {values.held_in(column.table.name, column.name).table for column in columns()} - {""}
    without_name = {"image"}  # pictures are told as such
    assert sorted(referred - set(naming.KINDS) - without_name) == []


def test_pages_are_of_records_that_have_a_name() -> None:
    assert sorted(set(PAGES) - set(naming.KINDS)) == []


@pytest.mark.usefixtures("chinese")
def test_every_word_is_chinese_for_chinese_readers() -> None:
    dicts = (log_words.RECORDS, log_words.FIELDS, log_words.OF_TABLE, log_words.ACTIONS, log_words.ACCOUNT_ACTIONS)
    said = [str(words) for one in dicts for words in one.values()]
    said += [str(words) for words in labels.LETTERS.values()]
    assert [words for words in said if not HAN.search(words) and words not in SAME] == []
    assert OWN_NAMES["zh-Hans"] in str(labels.LANGUAGES["zh-Hans"])
