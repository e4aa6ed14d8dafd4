"""The fixed words of working papers. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLES: dict[str, dict[str, str]] = {
    "arrivals": {"en": "Arrival list", "zh-Hans": "抵达名单"},
    "departures": {"en": "Departure list", "zh-Hans": "离开名单"},
    "face-sheet": {"en": "VIP face sheet", "zh-Hans": "贵宾接机识别表"},
    "contact-list": {"en": "Contact list", "zh-Hans": "通讯录"},
    "head-days": {"en": "Head of delegation: the day", "zh-Hans": "团长一日安排"},
    "rooming-list": {"en": "Rooming list", "zh-Hans": "住房分配表"},
    "manifests": {"en": "Coach manifest", "zh-Hans": "乘车名单"},
    "coach-signs": {"en": "Coach sign", "zh-Hans": "车牌"},
    "airport-signs": {"en": "Airport sign", "zh-Hans": "接站牌"},
    "diet-sheet": {"en": "Diet sheet", "zh-Hans": "餐饮需求单"},
    "errata": {"en": "Corrections", "zh-Hans": "更正单"},
}
# Papers that are no lists, as a correction names them.
PAPERS: dict[str, dict[str, str]] = {
    "itineraries": {"en": "Itinerary booklet", "zh-Hans": "行程手册"},
    "booklets": {"en": "Personal booklet", "zh-Hans": "个人行程手册"},
    "rooming-list": {"en": "Rooming list", "zh-Hans": "住房分配表"},
    "manifests": {"en": "Coach manifests", "zh-Hans": "乘车名单"},
    "coach-signs": {"en": "Coach signs", "zh-Hans": "车牌"},
    "airport-signs": {"en": "Airport signs", "zh-Hans": "接站牌"},
}
NOTHING = "—"
# The heads of columns, and what the parts of a heading are called where a change of one is told.
COLUMNS: dict[str, dict[str, str]] = {
    "absent": {"en": "Absent", "zh-Hans": "缺席"},
    "boarded": {"en": "Boarded", "zh-Hans": "已上车"},
    "captain": {"en": "Captain", "zh-Hans": "车长"},
    "coach": {"en": "Coach", "zh-Hans": "车辆"},
    "parts": {"en": "Parts", "zh-Hans": "分团"},
    "order": {"en": "Place in the list", "zh-Hans": "名单位次"},
    "without": {"en": "Without", "zh-Hans": "不参加"},
    "for-whom": {"en": "For", "zh-Hans": "参加"},
    "arrives": {"en": "Arrives", "zh-Hans": "抵达"},
    "count": {"en": "People", "zh-Hans": "人数"},
    "diet": {"en": "Food needs", "zh-Hans": "饮食要求"},
    "driver": {"en": "Driver", "zh-Hans": "司机"},
    "email": {"en": "E-mail", "zh-Hans": "电子邮箱"},
    "phone": {"en": "Phone", "zh-Hans": "电话"},
    "host": {"en": "Host", "zh-Hans": "接待单位"},
    "names": {"en": "Names", "zh-Hans": "姓名"},
    "spoken": {"en": "How it is said", "zh-Hans": "读法与称呼"},
    "vehicle": {"en": "Vehicle", "zh-Hans": "车辆"},
    "what": {"en": "What", "zh-Hans": "事项"},
    "hotel": {"en": "Hotel", "zh-Hans": "酒店"},
    "nights": {"en": "Nights and meals", "zh-Hans": "住宿日期与餐食"},
    "requests": {"en": "Requests", "zh-Hans": "特殊要求"},
    "room": {"en": "Room", "zh-Hans": "房间"},
    "rooms": {"en": "Rooms", "zh-Hans": "房间数"},
    "sharers": {"en": "Who sleeps there", "zh-Hans": "入住人员"},
    "address": {"en": "Address", "zh-Hans": "地址"},
    "car": {"en": "Car", "zh-Hans": "接送车辆"},
    "contact": {"en": "Contact", "zh-Hans": "联系人"},
    "delegation": {"en": "Delegation", "zh-Hans": "代表团"},
    "day": {"en": "Day", "zh-Hans": "日期"},
    "flight": {"en": "Flight or train", "zh-Hans": "航班/车次"},
    "here": {"en": "Here", "zh-Hans": "已到"},
    "name": {"en": "Name", "zh-Hans": "姓名"},
    "notes": {"en": "Dress, gift, words", "zh-Hans": "着装、礼品与致辞"},
    "with": {"en": "With", "zh-Hans": "接待单位与同行"},
    "note": {"en": "Note", "zh-Hans": "备注"},
    "organization": {"en": "Organization", "zh-Hans": "单位"},
    "people": {"en": "People", "zh-Hans": "人数"},
    "photo": {"en": "Photo", "zh-Hans": "照片"},
    "plate": {"en": "Plate", "zh-Hans": "车牌号"},
    "place": {"en": "Place", "zh-Hans": "地点"},
    "role": {"en": "Role", "zh-Hans": "职责"},
    "route": {"en": "Route", "zh-Hans": "航程"},
    "expected": {"en": "Expected", "zh-Hans": "预计时间"},
    "terminal": {"en": "Terminal", "zh-Hans": "航站楼"},
    "time": {"en": "Time", "zh-Hans": "时间"},
    "title": {"en": "Title", "zh-Hans": "职务"},
    "days": {"en": "Own days", "zh-Hans": "个人日程"},
    "groups": {"en": "Groups", "zh-Hans": "分组"},
    "hotels": {"en": "Hotels", "zh-Hans": "酒店"},
    "own": {"en": "Coach and room", "zh-Hans": "乘车与住房"},
    "contacts": {"en": "Contacts", "zh-Hans": "联系人"},
    "emergency": {"en": "Emergency card", "zh-Hans": "应急卡"},
    "leads-to": {"en": "To", "zh-Hans": "目的地"},
    "dress": {"en": "Dress", "zh-Hans": "着装"},
    "gift": {"en": "Gift", "zh-Hans": "礼品"},
    "press": {"en": "Open to the press", "zh-Hans": "对媒体开放"},
    "status": {"en": "Status", "zh-Hans": "状态"},
    "was": {"en": "It was", "zh-Hans": "原为"},
    "now": {"en": "It is now", "zh-Hans": "现为"},
    "whom": {"en": "Whom it concerns", "zh-Hans": "涉及人员"},
}
WORDS: dict[str, dict[str, str]] = {
    "stamp": {"en": "Version %(version)d · %(time)s", "zh-Hans": "第%(version)d版 · %(time)s"},
    "ranked-on": {"en": "order approved %(day)s", "zh-Hans": "次序核定于%(day)s"},
    "pages": {"en": "page", "zh-Hans": "页"},
    "expected": {"en": "expected %(time)s", "zh-Hans": "预计%(time)s"},
    "not-admitted": {"en": "not confirmed", "zh-Hans": "尚未确认参会"},
    "people": {"en": "%(count)d people", "zh-Hans": "%(count)d人"},
    "person": {"en": "1 person", "zh-Hans": "1人"},
    "dress": {"en": "Dress: %(said)s", "zh-Hans": "着装：%(said)s"},
    "gift": {"en": "Gift: %(said)s", "zh-Hans": "礼品：%(said)s"},
    "open-to-press": {"en": "Open to the press", "zh-Hans": "对媒体开放"},
    "part": {"en": "%(role)s: %(title)s", "zh-Hans": "%(role)s：%(title)s"},
    "ranked": {"en": "Ranked as: %(capacity)s", "zh-Hans": "礼宾身份：%(capacity)s"},
    "speaks": {"en": "%(minutes)d min of own words", "zh-Hans": "本人发言%(minutes)d分钟"},
    "whole-delegation": {"en": "The whole delegation", "zh-Hans": "全团"},
    "rooms": {"en": "%(rooms)d rooms · %(people)d people", "zh-Hans": "%(rooms)d间 · %(people)d人"},
    "night": {"en": "1 night", "zh-Hans": "1晚"},
    "nights": {"en": "%(count)d nights", "zh-Hans": "%(count)d晚"},
    "no-sharers": {"en": "Held, nobody yet", "zh-Hans": "预留，尚未安排"},
    "absent-count": {"en": "Absent: ____", "zh-Hans": "缺席：____"},
    "boarded-count": {"en": "Boarded: ____", "zh-Hans": "已上车：____"},
    "no-seat": {"en": "No seat yet", "zh-Hans": "尚无座位"},
    "no-needs": {"en": "No needs told", "zh-Hans": "未提出要求"},
    "agreed": {
        "en": "Those who agreed to be listed. Not to be passed on.",
        "zh-Hans": "仅列入同意者，请勿外传。",
    },
    "call-name": {"en": "called %(name)s", "zh-Hans": "常称%(name)s"},
    "no-car": {"en": "No car: needs one", "zh-Hans": "无车：需要安排"},
    "car-missed": {
        "en": "%(car)s leaves at %(time)s, before they arrive",
        "zh-Hans": "%(car)s于%(time)s发车，早于抵达",
    },
    "zone": {"en": "%(zone)s time", "zh-Hans": "%(zone)s时间"},
    "operated": {"en": "operated by %(flight)s", "zh-Hans": "由%(flight)s承运"},
    "errata": {
        "en": "Please insert this into the papers that it names: what they say of the following no longer holds.",
        "zh-Hans": "请将本单夹入以下材料：其中下列内容已有变更，以本单为准。",
    },
    "not-yet": {"en": "Not on the paper", "zh-Hans": "原材料未列"},
    "no-longer": {"en": "No longer on the paper", "zh-Hans": "本材料不再列出"},
    "everyone": {"en": "Everyone", "zh-Hans": "全体人员"},
    "other": {"en": "Other details", "zh-Hans": "其他信息"},
    "terminal": {"en": "terminal %(terminal)s", "zh-Hans": "%(terminal)s航站楼"},
}

ROOM_KINDS: dict[str, dict[str, str]] = {
    "single": {"en": "Single", "zh-Hans": "单人间"},
    "twin": {"en": "Twin", "zh-Hans": "双床间"},
    "double": {"en": "Double", "zh-Hans": "大床间"},
    "suite": {"en": "Suite", "zh-Hans": "套房"},
}
MEALS: dict[str, dict[str, str]] = {
    "room-only": {"en": "No meals", "zh-Hans": "不含餐"},
    "breakfast": {"en": "Breakfast", "zh-Hans": "含早餐"},
    "half-board": {"en": "Half board", "zh-Hans": "含早晚餐"},
    "full-board": {"en": "Full board", "zh-Hans": "含三餐"},
}
DIETS: dict[str, dict[str, str]] = {
    "halal": {"en": "Halal", "zh-Hans": "清真"},
    "vegetarian": {"en": "Vegetarian", "zh-Hans": "素食"},
    "vegan": {"en": "Vegan", "zh-Hans": "纯素"},
    "no-pork": {"en": "No pork", "zh-Hans": "不吃猪肉"},
    "no-beef": {"en": "No beef", "zh-Hans": "不吃牛肉"},
    "no-seafood": {"en": "No seafood", "zh-Hans": "不吃海鲜"},
    "no-alcohol": {"en": "No alcohol", "zh-Hans": "不含酒精"},
    "gluten-free": {"en": "Gluten-free", "zh-Hans": "无麸质"},
    "nut-free": {"en": "No nuts", "zh-Hans": "无坚果"},
}


def word(key: str, language: str, /, **values: object) -> str:
    """The word `key` in `language`, or in English where paper has no such language."""
    forms = WORDS[key]
    return forms.get(language, forms["en"]) % values


def both(key: str, /, **values: object) -> dict[str, str]:
    """The word `key` as a text in every language that paper has."""
    return {language: form % values for language, form in WORDS[key].items()}


def people(count: int) -> Mapping[str, str]:
    return both("person") if count == 1 else both("people", count=count)
