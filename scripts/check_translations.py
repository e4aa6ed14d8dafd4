"""Compares the messages of code and templates with the Chinese catalog; `--update` brings new ones into it.

The catalog is right when every message is there, translated, not fuzzy, with the same placeholders and in
Chinese, calls one thing by one word, and nothing is left over.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po
from kept_words import has_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

ROOT = Path(__file__).resolve().parents[1]
LOCALE = "zh_Hans"
CATALOG = Path("translations") / LOCALE / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*[a-zA-Z]")
HAN = re.compile(r"[\u3400-\u9fff]")
# Chinese words and these stand apart by a space. Other placeholders may be Chinese themselves.
COUNTED = r"%\((?:num|number|count|hours|minutes|email)\)s"
GLUED = re.compile(rf"[\u3400-\u9fff](?:{COUNTED}|[A-Za-z])|(?:{COUNTED}|[A-Za-z])[\u3400-\u9fff]")
# One word for one thing: what stands right is the word of the catalog for what the left would call otherwise.
OTHER_WORDS = {
    "胸牌": "胸卡",  # a badge; 证件 is an identity document alone
    "工牌": "胸卡",
    "编码": "编号",  # the code of a registration; a device signs in by a 登录码
    "报名码": "报名编号",
    "签到码": "报名编号",
    "票码": "报名编号",
    "注册类": "报名类别",
    "报名类型": "报名类别",
    "参会类型": "报名类别",
    "登记类": "报名类别",
    "演练": "彩排",
    "站点": "签到工位",
    "接待台": "签到台",
    "缺失": "缺项",
}
# Besides Babel's own: the lazy twins of flask_babel, whose first argument is the message or its context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}


def extracted(root: Path) -> Catalog:
    """The messages of forumapp/ and templates/, as babel.cfg tells how to read them."""
    with (root / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel types it only in part
    catalog = Catalog(locale=LOCALE, project="forumapp", charset="utf-8")
    found = extract_from_dir(root, methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True)
    for filename, _line, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
        # files without lines: a catalog that changes only when its messages do
        catalog.add(message, None, [(filename, 0)], auto_comments=comments, context=context)
    return catalog


def faults_of(wanted: Catalog, given: Catalog) -> Iterator[str]:
    """One line for each thing wrong with the `given` catalog."""
    for message in wanted:
        if message.id:
            present = given.get(message.id, message.context)
            yield from [f"not in the catalog: {said(message)}"] if present is None else faults_of_one(present, given)
    for message in given:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"no longer used: {said(message)}"
    for message in given.obsolete.values():
        yield f"obsolete: {said(message)}"


def faults_of_one(message: Message, catalog: Catalog) -> Iterator[str]:
    sources, translations = forms(message.id), forms(message.string)
    if not is_translated(message):
        yield f"not translated: {said(message)}"
        return
    if message.fuzzy:
        yield f"fuzzy: {said(message)}"
    wanted = placeholders(sources[-1])  # the plural form names all of them; Chinese has no other
    others = [translation for translation in translations if placeholders(translation) != wanted]
    for translation in others:
        yield f"other placeholders: {said(message)} -> {translation!r}"
    if not others:
        yield from (f"{error}: {said(message)}" for error in message.check(catalog))
    for translation in translations:
        if has_words(PLACEHOLDER.sub("", sources[0])) and not HAN.search(translation):
            yield f"not in Chinese: {said(message)} -> {translation!r}"
        if GLUED.search(re.sub(rf"(?!{COUNTED}){PLACEHOLDER.pattern}", "%", translation)):
            yield f"no space between Chinese and other letters: {said(message)} -> {translation!r}"
        for other, word in OTHER_WORDS.items():
            if other in translation:
                yield f"{other} is called {word}: {said(message)} -> {translation!r}"


def is_translated(message: Message) -> bool:
    translations = forms(message.string)
    return bool(translations) and all(translations)


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    if isinstance(text, str):
        return [text]
    return list(text or ())


def placeholders(text: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(text))


def said(message: Message) -> str:
    where = ", ".join(sorted({filename for filename, _line in message.locations}))
    return f"{forms(message.id)[0]!r}" + (f" ({where})" if where else "")


def read(root: Path) -> Catalog:
    """The catalog as it stands, or an empty one."""
    path = root / CATALOG
    if not path.exists():
        return Catalog(
            locale=LOCALE,
            header_comment="# The Simplified Chinese of forumapp. English is the key: see docs/development.md.",
            project="forumapp",
            version="1",
            msgid_bugs_address="see README.md",
            last_translator="the makers of forumapp",
            language_team="Simplified Chinese",
            fuzzy=False,
        )
    return read_po(io.BytesIO(path.read_bytes()), locale=LOCALE)


def update(root: Path) -> int:
    """Adds what is new, drops what is gone. Nothing is guessed: a new message waits with an empty translation."""
    given = read(root)
    created = given.creation_date
    given.update(extracted(root), no_fuzzy_matching=True)
    given.creation_date = created  # else two branches that touch the catalog always conflict here
    given.obsolete.clear()
    path = root / CATALOG
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, given, width=110, sort_by_file=True)
    waiting = sum(1 for message in given if message.id and not is_translated(message))
    print(f"{CATALOG}: {len(given)} messages, without translation: {waiting}")
    return 0


def check(root: Path) -> int:
    wanted = extracted(root)
    faults = list(faults_of(wanted, read(root)))
    for fault in faults:
        print(f"{CATALOG}: {fault}", file=sys.stderr)
    print(f"Translations: {len(wanted)} messages, faults: {len(faults)}")
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="write new messages into the catalog, drop unused ones")
    return update(ROOT) if parser.parse_args().update else check(ROOT)


if __name__ == "__main__":
    sys.exit(main())
