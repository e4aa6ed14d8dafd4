"""Reading people and organizations from the rows of a table. Pure: `imports/services.py` knows what is there already.

Nothing is put right silently. A name in one cell is split where there is evidence (`name_split.py`), and a notice
shows the split for review. Without evidence it is kept whole, and the record is flagged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from forumapp.core.files.spreadsheets import LOST, is_error
from forumapp.core.values.phones import first_phone, has_country_code
from forumapp.core.values.text import (
    FORM_OF_ADDRESS,
    LINE,
    MAIL,
    MAIL_ADDRESS,
    NAME,
    PARAGRAPHS,
    PHONE,
    PRONUNCIATION,
    SCRIPTS,
    SIGNS,
    WECHAT,
    fold,
    has_line_break,
    is_latin,
    is_one_line,
    is_plain,
    is_visible,
    is_written,
    on_one_line,
)
from forumapp.domain.people.names.name_split import (
    Evidence,
    clean_spaces,
    split_name,
    split_scripts,
    split_title,
    without_blanks,
    without_commas,
)
from forumapp.domain.people.names.pinyin import proposed_name
from forumapp.domain.people.names.spellings import is_han
from forumapp.domain.people.rules import latin_faults, usual_order
from forumapp.domain.people.spreadsheets.heading_parts import heading_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.core.files.spreadsheets import TableRow

ZH = "zh-Hans"
NAME_SPLIT, NAME_WHOLE = "name-split", "name-not-split"
NAME_PROPOSED, LINES_JOINED = "name-proposed", "lines-joined"
TITLE_MOVED, BLANKS_LEFT_OUT = "title-moved", "blanks-left-out"
PHONE_NOTES = frozenset({"phone-in-part", "phone-left-out"})
UNDIVIDED, PROPOSED = "latin-name-undivided", "latin-name-proposed"  # flags of a person
_MAIL = re.compile(MAIL)
_REGION = re.compile(r"[A-Z]{2}")
_SEVERAL = re.compile(r"[;；\n]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")

# What a column may hold, and the longest that is let in.
PERSON_FIELDS: dict[str, int] = {
    "latin": NAME,
    "latin_family": NAME,
    "latin_given": NAME,
    "name_order": LINE,
    "native": NAME,
    "native_family": NAME,
    "native_given": NAME,
    "native_language": LINE,
    "call_name": NAME,
    "also_known_as": PARAGRAPHS,
    "form_of_address.en": FORM_OF_ADDRESS,
    "form_of_address.zh-Hans": FORM_OF_ADDRESS,
    "form_of_address.zh-Hant": FORM_OF_ADDRESS,
    "pronunciation": PRONUNCIATION,
    "languages": LINE,
    "title.en": LINE,
    "title.zh-Hans": LINE,
    "title.zh-Hant": LINE,
    "organization.en": LINE,
    "organization.zh-Hans": LINE,
    "organization.zh-Hant": LINE,
    "email": MAIL_ADDRESS,
    "phone": PHONE,
    "wechat": WECHAT,
    "biography.en": PARAGRAPHS,
    "biography.zh-Hans": PARAGRAPHS,
    "biography.zh-Hant": PARAGRAPHS,
}
ORGANIZATION_FIELDS: dict[str, int] = {
    "legal.en": LINE,
    "legal.zh-Hans": LINE,
    "legal.zh-Hant": LINE,
    "short.en": LINE,
    "short.zh-Hans": LINE,
    "short.zh-Hant": LINE,
    "abbreviation.en": LINE,
    "abbreviation.zh-Hans": LINE,
    "abbreviation.zh-Hant": LINE,
    "also_known_as": PARAGRAPHS,
    "country_region": 2,
    "kind": LINE,
    "code": LINE,
    "parent.en": LINE,
    "parent.zh-Hans": LINE,
    "parent.zh-Hant": LINE,
}
_CONTACTS = frozenset(map(fold, ("contact person", "contact name", "contact", "联系人", "联系人姓名")))
# What is printed of people, as the form takes it: the signs that names of organizations may have.
_NAME_PARTS = ("latin_family", "latin_given", "native_family", "native_given")
_PRINTED = {
    **dict.fromkeys(("latin", "latin_family", "latin_given", "native", "native_family", "native_given"), ""),
    **{f"{name}.{language}": SIGNS for name in ("title", "organization") for language in SCRIPTS},
}
# One line of a cell each: their values are taken from it one by one.
_LINE_BY_LINE = frozenset({"phone", "languages"})
# How the columns are called in our own files and in other people's. Folded: case, spaces and hyphens do not count.
PERSON_HEADINGS: dict[str, tuple[str, ...]] = {
    "latin": (
        "latin name",
        "name_latin",
        "name in latin letters",
        "name",
        "full name",
        "english name",
        "英文姓名",
        "英文名",
        "拼音",
        "姓名拼音",
        "attendee name",
    ),
    "latin_family": (
        "family name",
        "last name",
        "surname",
        "latin family name",
        "attendee name: family name",
        "英文姓",
        "姓（拼音）",
    ),
    "latin_given": ("given name", "first name", "latin given name", "attendee name: given name", "名（拼音）"),
    "name_order": ("order of the latin name", "name order", "姓名顺序"),
    "native": (
        "native name",
        "name_local",
        "name in its own script",
        "chinese name",
        "姓名",
        "中文名",
        "中文姓名",
        "母语姓名",
    ),
    "native_family": ("native family name", "姓", "姓氏", "母语姓名的姓"),
    "native_given": ("native given name", "名", "母语姓名的名"),
    "native_language": ("language of the native name", "native name language", "姓名语言", "母语姓名的语言"),
    "call_name": ("called", "preferred name", "称呼"),
    "also_known_as": ("also known as", "又名", "曾用名"),
    "form_of_address.en": ("form of address (english)", "form of address", "salutation", "prefix"),
    "form_of_address.zh-Hans": ("form of address (chinese)", "尊称", "称谓"),
    "form_of_address.zh-Hant": ("form of address (traditional chinese)",),
    "pronunciation": ("pronunciation", "读音"),
    "languages": ("speaks", "spoken languages", "languages", "会说的语言", "语言能力"),
    "title.en": ("title (english)", "title_en", "title", "job title", "position", "英文职务", "英文职位"),
    "title.zh-Hans": (
        "title (chinese)",
        "title_local",
        "title_zh",
        "职务",
        "职位",
        "职称",
        "中文职务",
        "job title (chinese)",
        "position (chinese)",
    ),
    "title.zh-Hant": ("title (traditional chinese)",),
    "organization.en": (
        "organization (english)",
        "org_en",
        "organization",
        "organisation",
        "company",
        "exhibitor",
        "exhibiting company",
        "英文单位",
        "英文公司",
    ),
    "organization.zh-Hans": (
        "organization (chinese)",
        "org_local",
        "org_zh",
        "单位",
        "工作单位",
        "公司",
        "机构",
        "单位名称",
        "公司名称",
        "参展商",
        "参展单位",
        "company (chinese)",
        "organisation (chinese)",
    ),
    "organization.zh-Hant": ("organization (traditional chinese)",),
    "email": ("e-mail address", "email", "e-mail", "email address", "attendee e-mail", "邮箱", "电子邮箱", "邮件"),
    "phone": ("phone", "mobile", "cell phone", "telephone", "手机", "电话", "手机号", "联系电话"),
    "wechat": ("wechat", "wechat id", "微信", "微信号"),
    "biography.en": ("biography (english)", "biography", "bio"),
    "biography.zh-Hans": ("biography (chinese)", "简介", "个人简介"),
    "biography.zh-Hant": ("biography (traditional chinese)",),
}
ORGANIZATION_HEADINGS: dict[str, tuple[str, ...]] = {
    "legal.en": ("legal name (english)", "name_en", "name", "organization", "english name", "英文名称", "英文全称"),
    "legal.zh-Hans": (
        "legal name (chinese)",
        "name_zh",
        "chinese name",
        "名称",
        "中文名称",
        "全称",
        "单位名称",
        "中文全称",
    ),
    "legal.zh-Hant": ("legal name (traditional chinese)",),
    "short.en": ("short name (english)", "short name", "英文简称"),
    "short.zh-Hans": ("short name (chinese)", "简称", "中文简称"),
    "short.zh-Hant": ("short name (traditional chinese)",),
    "abbreviation.en": ("abbreviation (english)", "abbreviation", "acronym", "缩写", "英文缩写"),
    "abbreviation.zh-Hans": ("abbreviation (chinese)", "中文缩写"),
    "abbreviation.zh-Hant": ("abbreviation (traditional chinese)",),
    "also_known_as": ("also known as", "又名", "曾用名"),
    "country_region": ("country or region", "country/region", "country", "国家或地区", "国家/地区"),
    "kind": ("kind", "type", "类型", "性质"),
    "code": ("code", "代码", "编号"),
    "parent.en": ("part of (english)", "part of", "parent", "parent organization", "英文上级单位"),
    "parent.zh-Hans": ("part of (chinese)", "上级单位", "主管单位", "隶属"),
    "parent.zh-Hant": ("part of (traditional chinese)",),
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a row, by code; `heading` is the column, "" for the row as a whole.

    `among` names what to choose from.
    """

    heading: str
    code: str
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row says. `values` are columns of Person or Organization; title and organization are a person's post, and
    an organization is another one's parent.

    `headings` are the file's, by what they mean. `notices` are for review and hinder nothing.
    """

    number: int
    values: dict[str, Any]
    title: dict[str, str] = field(default_factory=dict)
    organization: dict[str, str] = field(default_factory=dict)
    faults: tuple[RowFault, ...] = ()
    headings: dict[str, str] = field(default_factory=dict)
    notices: tuple[RowFault, ...] = ()


def guess(headings: Iterable[str], known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """By heading, the field that it is known to mean; "" where none is. No field is taken twice: of several headings
    for one, that which is known first has it.
    """
    meanings: dict[str, tuple[int, str]] = {}
    for meant, names in known.items():
        for rank, name in enumerate((*names, meant)):
            meanings.setdefault(heading_key(name), (rank, meant))
    guessed = dict.fromkeys(headings, "")
    found = [(*meanings[key], heading) for heading in guessed if (key := heading_key(heading)) in meanings]
    taken: set[str] = set()
    for _rank, meant, heading in sorted(found, key=lambda one: one[0]):
        if meant not in taken:
            guessed[heading] = meant
            taken.add(meant)
    exact = {heading_key(heading) for _rank, _meant, heading in found}
    for heading in guessed:
        if heading_key(heading) in exact:
            continue
        candidates = (meanings.get(heading_key(part), (0, ""))[1] for part in heading_parts(heading))
        guessed[heading] = next((meant for meant in candidates if meant and meant not in taken), "")
        taken.add(guessed[heading])
    return _with_contact(guessed) if "latin" in known else guessed


def _with_contact(guessed: dict[str, str]) -> dict[str, str]:
    """A contact person is who the row is about where no other column has a name, as in lists of exhibitors."""
    contact = next((one for one, meant in guessed.items() if not meant and heading_key(one) in _CONTACTS), None)
    if contact is None or not {"latin", "native", *_NAME_PARTS}.isdisjoint(guessed.values()):
        return guessed
    return {**guessed, contact: "latin"}


def heading_key(name: str) -> str:
    return fold(name.replace("_", " "))


def read_person(row: TableRow, mapping: Mapping[str, str]) -> Draft:
    said, faults, notices = _said(row, mapping, PERSON_FIELDS)
    _clean_names(said, mapping, notices)
    values: dict[str, Any] = {
        **_native_name(said),
        "call_name": said.get("call_name", ""),
        "pronunciation": said.get("pronunciation", ""),
        "also_known_as": _spellings(said, mapping, faults),
        "form_of_address": _texts(said, "form_of_address"),
        "biography": _texts(said, "biography"),
        **{name: said[name].strip() for name in ("email", "wechat") if said.get(name, "").strip()},
    }
    values |= _phone(said, mapping, notices)
    values |= _languages(said, mapping, faults)
    values |= _latin_name(said, mapping, notices)
    order, fault = _name_order(said.get("name_order", ""))
    if order or (values["native_full"] and (values["latin_family"] or values["latin_given"])):
        values["name_order"] = order or values.get("name_order") or usual_order(values["native_full"])
    if fault:
        faults.append(fault_at(mapping, "name_order", fault))
    if values.get("email") and not _MAIL.fullmatch(values["email"]):
        faults.append(fault_at(mapping, "email", "not-an-address"))
    if not any(is_visible(values[name]) for name in ("latin_family", "latin_given", "native_full")):
        faults.append(RowFault("", "no-name"))
    office = _texts(said, "organization")
    return Draft(row.number, values, _texts(said, "title"), office, tuple(faults), _by_meaning(mapping), tuple(notices))


def _clean_names(said: dict[str, str], mapping: Mapping[str, str], notices: list[RowFault]) -> None:
    """Commas around a name and double spaces never reach a badge. A cell that holds the name in both scripts is taken
    apart where the other columns of names are empty.
    """
    _move_title(said, mapping, notices)
    for name in ("latin_family", "latin_given", "native", "native_family", "native_given"):
        if name in said:
            said[name] = without_commas(said[name])
    if "latin" in said:
        said["latin"] = clean_spaces(said["latin"])
    held = [name for name in ("latin", "native") if said.get(name)]
    if len(held) == 1 and not any(said.get(name) for name in _NAME_PARTS) and (both := split_scripts(said[held[0]])):
        said["native"], said["latin"] = both
    if not is_latin(said.get("latin", "")):  # in a Latin name a comma says which part is the family name
        said["latin"] = without_commas(said["latin"])
    _leave_out_blanks(said, mapping, notices)
    _sort_by_script(said, mapping)


def _move_title(said: dict[str, str], mapping: Mapping[str, str], notices: list[RowFault]) -> None:
    """A title before a whole name, "Dr. Anna Lee", is a form of address; a column for that comes first. What stands in
    a column of given names was written so on purpose, as in our own exports.
    """
    title, name = split_title(said.get("latin", ""))
    if title:
        said["latin"] = name
        said.setdefault("form_of_address.en", title)
        notices.append(replace(fault_at(mapping, "latin", TITLE_MOVED), among=(title,)))


def _leave_out_blanks(said: dict[str, str], mapping: Mapping[str, str], notices: list[RowFault]) -> None:
    for meant in ("native", "latin"):
        name = without_blanks(said.get(meant, ""))
        if name != said.get(meant, ""):
            said[meant] = name
            notices.append(replace(fault_at(mapping, meant, BLANKS_LEFT_OUT), among=(name,)))


def _sort_by_script(said: dict[str, str], mapping: Mapping[str, str]) -> None:
    """A single column of names, as "姓名 Name", holds names in either script: the cell decides which one it is."""
    columns = [one for one in mapping.values() if one in ("latin", "native", *_NAME_PARTS)]
    if len(columns) != 1 or columns[0] not in ("latin", "native") or len(said.keys() & {"latin", "native"}) != 1:
        return
    name = said.get("latin", "") or said.get("native", "")
    letters = [one for one in name if one.isalpha()]
    if said.get("latin") and letters and all(map(is_han, letters)):
        said["native"] = said.pop("latin")
    elif said.get("native") and letters and is_latin(name):
        said["latin"] = said.pop("native")


def _native_name(said: Mapping[str, str]) -> dict[str, Any]:
    family, given = said.get("native_family", ""), said.get("native_given", "")
    return {"native_full": said.get("native", "") or family + given, "native_family": family, "native_given": given}


def _latin_name(said: dict[str, str], mapping: Mapping[str, str], notices: list[RowFault]) -> dict[str, Any]:
    """The Latin name in two parts. A name in one cell is split by evidence or kept whole; the notice says which."""
    family, given, whole = (said.get(name, "") for name in ("latin_family", "latin_given", "latin"))
    if family or given or not whole:
        return {"latin_family": family, "latin_given": given}
    if not is_latin(whole):
        return {"latin_family": "", "latin_given": whole, "flags": [UNDIVIDED]}
    split = split_name(whole, _native_name(said)["native_full"])
    at = next((heading for heading, meant in mapping.items() if meant == "latin"), "")
    at = at or next((heading for heading, meant in mapping.items() if meant == "native"), "")
    if split is None:
        notices.append(RowFault(at, NAME_WHOLE))
        return {"latin_family": "", "latin_given": without_commas(whole), "flags": [UNDIVIDED]}
    notices.append(RowFault(at, NAME_SPLIT, (split.family, split.given)))
    order = {} if split.is_family_first else {"name_order": "given-first"}
    if split.is_family_first and split.evidence is Evidence.CAPITALS:
        order = {"name_order": "family-first"}
    return {"latin_family": split.family, "latin_given": split.given, **order}


def with_proposed_name(draft: Draft, mapping: Mapping[str, str]) -> Draft:
    """With a Latin name read from the Chinese one, and a notice for review; unchanged where nothing can be proposed."""
    values = draft.values
    is_chinese = values.get("native_language", ZH).startswith("zh")
    read = proposed_name(values["native_full"], values["native_family"]) if is_chinese else None
    if read is None:
        return draft
    family, given = read
    flags = [*values.get("flags", ()), PROPOSED]
    named = {"latin_family": family, "latin_given": given, "name_order": usual_order(values["native_full"])}
    columns = ("latin", "latin_family", "latin_given", "native", "native_family", "native_given")
    at = next((meant for meant in columns if meant in mapping.values()), "")
    notice = replace(fault_at(mapping, at, NAME_PROPOSED), among=(f"{family} {given}",))
    return replace(draft, values={**values, **named, "flags": flags}, notices=(*draft.notices, notice))


def _phone(said: Mapping[str, str], mapping: Mapping[str, str], notices: list[RowFault]) -> dict[str, str]:
    """The number in the cell. Of a cell with more than a number, the first number is taken, with a notice."""
    cell = said.get("phone", "").strip()
    if not cell:
        return {}
    number = first_phone(cell)
    if number != cell:
        notices.append(fault_at(mapping, "phone", "phone-in-part" if number else "phone-left-out"))
    if number and not has_country_code(number):
        notices.append(fault_at(mapping, "phone", "phone-without-country-code"))
    return {"phone": number} if number else {}


def refuse_other_scripts(draft: Draft) -> Draft:
    """With a fault where letters of another script stand in the Latin name."""
    faults = latin_faults(draft.values)
    said = ("latin",) if UNDIVIDED in draft.values.get("flags", ()) else (*faults,)
    heading = next((draft.headings[name] for name in said if name in draft.headings), "")
    if not faults or any(one.heading == heading for one in draft.faults):
        return draft
    return replace(draft, faults=(*draft.faults, RowFault(heading, "not-latin")))


def read_organization(row: TableRow, mapping: Mapping[str, str], kinds: Iterable[str]) -> Draft:
    said, faults, notices = _said(row, mapping, ORGANIZATION_FIELDS)
    values: dict[str, Any] = {name: _texts(said, name) for name in ("legal", "short", "abbreviation")}
    values["also_known_as"] = _spellings(said, mapping, faults)
    if region := said.get("country_region", "").strip().upper():
        values["country_region"] = region
        if not _REGION.fullmatch(region):
            faults.append(fault_at(mapping, "country_region", "not-a-region"))
    if kind := said.get("kind", "").strip().lower():
        values["kind"] = kind
        if kind not in set(kinds):
            faults.append(fault_at(mapping, "kind", "not-an-option"))
    if code := said.get("code", "").strip():
        values["code"] = code
        if not _CODE.fullmatch(code):
            faults.append(fault_at(mapping, "code", "not-a-code"))
    if not (values["legal"] or values["short"]):
        faults.append(RowFault("", "no-name"))
    parent, headings = _texts(said, "parent"), _by_meaning(mapping)
    return Draft(row.number, values, {}, parent, tuple(faults), headings, tuple(notices))


def _by_meaning(mapping: Mapping[str, str]) -> dict[str, str]:
    return {meant: heading for heading, meant in mapping.items() if meant}


def _said(
    row: TableRow, mapping: Mapping[str, str], longest: Mapping[str, int]
) -> tuple[dict[str, str], list[RowFault], list[RowFault]]:
    """What stands under the headings that mean something, faults and notices. Blanks are nothing; the rest is as it was
    written, except that a field of one line has its lines joined.
    """
    faults = [RowFault("", "too-many-cells")] if row.is_too_wide else []
    notices: list[RowFault] = []
    said: dict[str, str] = {}
    for heading, meant in mapping.items():
        cell = row.cells.get(heading, "").replace("\r\n", "\n")
        if not meant or not cell.strip():
            continue
        is_line = longest[meant] <= LINE and meant not in _LINE_BY_LINE
        said[meant] = on_one_line(cell) if is_line else cell
        if is_line and has_line_break(cell):
            notices.append(RowFault(heading, LINES_JOINED, (said[meant],)))
        if fault := _cell_fault(said[meant], meant, longest[meant], is_line=is_line):
            faults.append(RowFault(heading, fault))
    return said, faults, notices


def _cell_fault(cell: str, meant: str, longest: int, *, is_line: bool) -> str:
    if not (is_one_line if is_line else is_plain)(cell):
        return "not-plain"
    if LOST in cell:
        return "undecodable"
    if is_error(cell):
        return "error-cell"
    if len(cell) > longest:
        return "too-long"
    return "not-a-letter" if meant in _PRINTED and not is_written(cell, signs=_PRINTED[meant]) else ""


def fault_at(mapping: Mapping[str, str], meant: str, code: str) -> RowFault:
    """At the column that means this, or at the row as a whole."""
    return RowFault(next((heading for heading, one in mapping.items() if one == meant), ""), code)


def _texts(said: Mapping[str, str], name: str) -> dict[str, str]:
    return {language: said[f"{name}.{language}"] for language in SCRIPTS if said.get(f"{name}.{language}")}


def _several(cell: str) -> list[str]:
    return [part.strip() for part in _SEVERAL.split(cell) if part.strip()]


def several_lines(names: Iterable[str]) -> str:
    """Names in one cell, each on a line of its own: "Inc; LLC" is one name."""
    return "".join(f"{name}\n" for name in names)


def _spellings(said: Mapping[str, str], mapping: Mapping[str, str], faults: list[RowFault]) -> list[str]:
    """Names on lines of their own; or by semicolons, where they stand on one line, as people type them."""
    cell = said.get("also_known_as", "")
    names = [name for line in cell.split("\n") if (name := line.strip())] if "\n" in cell else _several(cell)
    if any(len(name) > LINE for name in names):
        faults.append(fault_at(mapping, "also_known_as", "too-long"))
    return names


def _languages(said: Mapping[str, str], mapping: Mapping[str, str], faults: list[RowFault]) -> dict[str, Any]:
    """The language of the native name, and those that the person speaks, where they are told."""
    native, spoken = said.get("native_language", "").strip(), _several(said.get("languages", ""))
    told = {"native_language": [native] if native else [], "languages": spoken}
    faults += [
        fault_at(mapping, meant, "not-a-language")
        for meant, tags in told.items()
        if not all(map(_LANGUAGE.fullmatch, tags))
    ]
    return ({"native_language": native} if native else {}) | ({"languages": spoken} if spoken else {})


def _name_order(word: str) -> tuple[str, str]:
    """The order, and what is wrong with the word for it."""
    folded = fold(word)
    orders = {
        "": "",
        "familyfirst": "family-first",
        "givenfirst": "given-first",
        "姓在前": "family-first",
        "名在前": "given-first",
    }
    return orders.get(folded, ""), "" if folded in orders else "not-an-option"
