"""Splits headings such as "手机 Mobile", "Name (as in passport)" or "3. 您的姓名 *" into their parts.

Pure.
"""

from __future__ import annotations

import re

_SEPARATORS = re.compile(
    r"[()（）\[\]【】/／|｜,，、;；:：\n*＊]+|(?<=[\u3400-\u9fff])\s*(?=[A-Za-z])|(?<=[A-Za-z.])\s*(?=[\u3400-\u9fff])"
)
_NUMBER = re.compile(r"^\s*(?:q\s*)?\d{1,3}\s*[.、．)）:：]\s*", re.IGNORECASE)
_LEADS = re.compile(
    r"^(?:请填写|请输入|您的|你的|参会人员?|参会者|嘉宾|代表|团员|成员|人员|attendee'?s?|participant'?s?|guest'?s?|passenger'?s?|delegate'?s?|exhibitor'?s?|travell?er'?s?|your)\s*(?=.)",
    re.IGNORECASE,
)
_TAILS = re.compile(
    r"\s*(?:\b(?:exactly )?as (?:in|on|shown|per|it appears)\b.*|\b(?:no\.?|number)|号码?)$", re.IGNORECASE
)
# Such a column is about somebody else, so a part of its heading says nothing of the person.
_OF_OTHERS = re.compile(
    r"紧急|应急|助理|秘书|联系人|配偶|随行|emergency|assistant|spouse|contact person|accompan", re.IGNORECASE
)
_IN_CHINESE = re.compile(r"^(?:in )?(?:chinese|zh|cn|中文|汉字)$", re.IGNORECASE)
_IN_ENGLISH = re.compile(r"^(?:in )?(?:english|en|英文|拼音|pinyin)$", re.IGNORECASE)


def heading_parts(heading: str) -> list[str]:
    """The parts of a heading, the most telling first; none for a column about an assistant or another contact.

    A part that names a language belongs to the others: "Name (Chinese)" gives "chinese name" and "name (chinese)".
    """
    if _OF_OTHERS.search(heading):
        return []
    bare = _NUMBER.sub("", heading)
    parts = [part.strip() for part in _SEPARATORS.split(bare) if part and part.strip()]
    language = next((name for part in parts for name in _languages(part)), "")
    words = [part for part in parts if not any(_languages(part))]
    variants: list[str] = []
    for part in words:
        without_tail = _TAILS.sub("", part)
        for variant in (part, without_tail, _LEADS.sub("", part), _LEADS.sub("", without_tail)):
            if variant and variant not in variants:
                variants.append(variant)
    if not language:
        return variants
    own = "中文" if language == "chinese" else "英文"
    return [form for one in variants for form in (f"{language} {one}", f"{one} ({language})", f"{own}{one}")]


def _languages(part: str) -> list[str]:
    return ["chinese"] if _IN_CHINESE.match(part) else ["english"] if _IN_ENGLISH.match(part) else []
