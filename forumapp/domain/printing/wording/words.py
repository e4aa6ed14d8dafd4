"""The fixed words of paper in each language it is printed in. Pure.

Paper sets its languages side by side on one page, so it cannot go by the language of whoever asked for it.
"""

from __future__ import annotations

from babel import Locale

from forumapp.domain.agenda.content.snapshots import ALL_ROOMS

WORDS: dict[str, dict[str, str]] = {
    "agenda": {"en": "Agenda", "zh-Hans": "议程"},
    "and": {"en": "and", "zh-Hans": "与"},
    "badges": {"en": "Badges: %(count)d", "zh-Hans": "胸卡：%(count)d张"},
    "in-no-delegation": {"en": "In no delegation", "zh-Hans": "未加入代表团"},
    "rehearsal": {"en": "REHEARSAL", "zh-Hans": "彩排"},
    "calibration": {"en": "Calibration page.", "zh-Hans": "校准页。"},
    "calibration-how": {
        "en": "Print it at 100 %%, not fitted to the page: both rulers must be 100 mm long. Hold it against a sheet of "
        "labels and the light. Where its lines lie 1 mm too far left, move badges 1 mm to the right; too high, down.",
        "zh-Hans": "请按实际大小（100%%）打印，不要缩放：两把尺都应长100毫米。将本页叠在标签纸上对着光看："
        "线条偏左1毫米，就把胸卡向右移动1毫米；偏高，就向下移动。",
    },
    "calibration-back": {"en": "Backs.", "zh-Hans": "背面。"},
    "calibration-behind": {
        "en": "Printed on the other side, each label with its number lies behind the same one in front.",
        "zh-Hans": "双面打印时，每枚标签应落在正面同一编号的背后。",
    },
    "test-page": {"en": "Test page.", "zh-Hans": "测试页。"},
    "test-page-how": {
        "en": "Print it at 100 %%, without margins: the ruler must be %(length)d\u00a0mm long, and the frame lies "
        "%(edge)d\u00a0mm from each edge.",
        "zh-Hans": "请按实际大小（100%%）、无边距打印：尺应长%(length)d毫米，边框距各边%(edge)d毫米。",
    },
    "code": {"en": "Code", "zh-Hans": "报名编号"},
    "contents": {"en": "Contents", "zh-Hans": "目录"},
    "day": {"en": "Day %(number)d", "zh-Hans": "第%(number)d天"},
    "elapsed": {"en": "elapsed %(time)s", "zh-Hans": "历时%(time)s"},
    "channels": {"en": "Interpretation channels", "zh-Hans": "传译频道"},
    "channel-number": {"en": "Channel %(number)d", "zh-Hans": "第%(number)d频道"},
    "in-all-interpreted": {
        "en": "In every session with simultaneous interpretation",
        "zh-Hans": "所有同声传译环节",
    },
    "index": {"en": "Index of names", "zh-Hans": "人名索引"},
    "own-notes": {"en": "Notes", "zh-Hans": "笔记"},
    "hosts": {"en": "Hosts and sponsors", "zh-Hans": "主办与赞助单位"},
    "information": {"en": "Information", "zh-Hans": "与会信息"},
    "itinerary": {"en": "Itinerary", "zh-Hans": "行程手册"},
    "booklet": {"en": "Personal itinerary", "zh-Hans": "个人行程手册"},
    "for-you": {"en": "For you", "zh-Hans": "您的安排"},
    "your-coach": {"en": "You ride in:", "zh-Hans": "您乘坐："},
    "your-room": {"en": "Your room", "zh-Hans": "您的客房"},
    "plate": {"en": "plate %(plate)s", "zh-Hans": "车牌%(plate)s"},
    "driver": {"en": "driver %(driver)s", "zh-Hans": "司机%(driver)s"},
    "room-number": {"en": "room %(number)s", "zh-Hans": "%(number)s房间"},
    "groups": {"en": "Groups", "zh-Hans": "分组"},
    "hotels": {"en": "Hotel", "zh-Hans": "酒店"},
    "contacts": {"en": "Contacts", "zh-Hans": "联系人"},
    "emergency": {"en": "Emergency card", "zh-Hans": "应急卡"},
    "emergency-numbers": {"en": "In an emergency", "zh-Hans": "紧急求助"},
    "call-first": {"en": "Please call", "zh-Hans": "请联系"},
    "bring-me-here": {"en": "I stay here", "zh-Hans": "我住在"},
    "consulate": {"en": "Consulate", "zh-Hans": "领事馆"},
    "people": {"en": "%(count)d people", "zh-Hans": "%(count)d人"},
    "captain": {"en": "Captain", "zh-Hans": "组长"},
    "liaison": {"en": "Liaison", "zh-Hans": "联络员"},
    "phone": {"en": "Telephone", "zh-Hans": "电话"},
    "from-then": {"en": "from %(time)s", "zh-Hans": "%(time)s起"},
    "until-then": {"en": "until %(time)s", "zh-Hans": "至%(time)s"},
    "for-whom": {"en": "For:", "zh-Hans": "参加："},
    "without": {"en": "Without:", "zh-Hans": "不参加："},
    "leads-to": {"en": "To:", "zh-Hans": "前往："},
    "hosted-by": {"en": "Hosted by", "zh-Hans": "接待单位："},
    "dress": {"en": "Dress:", "zh-Hans": "着装："},
    "gift": {"en": "Gift:", "zh-Hans": "礼品："},
    "press": {"en": "Open to the press", "zh-Hans": "对媒体开放"},
    "terminal": {"en": "terminal %(terminal)s", "zh-Hans": "%(terminal)s航站楼"},
    "run-as": {"en": "operated as %(run)s", "zh-Hans": "实际承运%(run)s"},
    "leaves-by-now": {"en": "now expected to leave at %(time)s", "zh-Hans": "现预计%(time)s出发"},
    "arrives-by-now": {"en": "now expected to arrive at %(time)s", "zh-Hans": "现预计%(time)s抵达"},
    "legend": {"en": "Marks", "zh-Hans": "图例"},
    "local-time": {"en": "All times: %(zone)s", "zh-Hans": "所列时间均为%(zone)s"},
    "members": {"en": "Members", "zh-Hans": "代表团成员"},
    "minutes": {"en": "%(minutes)d min", "zh-Hans": "%(minutes)d分钟"},
    "min": {"en": "min", "zh-Hans": "分钟"},
    "notes": {"en": "Practical notes", "zh-Hans": "实用信息"},
    "pocket-agenda": {"en": "Pocket agenda", "zh-Hans": "袖珍议程"},
    "program-erratum": {"en": "Erratum", "zh-Hans": "勘误表"},
    "versions": {"en": "version %(since)d → %(version)d", "zh-Hans": "第%(since)d版→第%(version)d版"},
    "from-version-to": {
        "en": "Program version %(since)d → %(version)d: what has changed since it was printed.",
        "zh-Hans": "会议手册第%(since)d版→第%(version)d版：印制后的变更如下。",
    },
    "program": {"en": "Program", "zh-Hans": "会议手册"},
    "plan": {"en": "Floor plan", "zh-Hans": "平面图"},
    "printed": {"en": "printed %(time)s", "zh-Hans": "%(time)s印制"},
    "ranked-on": {"en": "order approved %(day)s", "zh-Hans": "次序核定于%(day)s"},
    "tent-cards": {"en": "Tent cards", "zh-Hans": "席卡（立式）"},
    "place-cards": {"en": "Place cards", "zh-Hans": "席位卡"},
    "seat-signs": {"en": "Signs for reserved seats", "zh-Hans": "预留席位牌"},
    "lectern-signs": {"en": "Lectern signs", "zh-Hans": "讲台名牌"},
    "sign-in-sheets": {"en": "Sign-in sheet", "zh-Hans": "签到表"},
    "fallback-pack": {"en": "Fallback pack", "zh-Hans": "应急签到册"},
    "fallback-how": {
        "en": "For when nothing else works: tick who comes, write who is not listed on the empty list, and give them a"
        " badge written by hand. Enter it all later by the codes.",
        "zh-Hans": "系统无法使用时：到场者打勾，名单外来宾写在空白表上，并手写胸卡交给本人。事后按编号补录。",
    },
    "by-name": {"en": "Everyone by name", "zh-Hans": "按拉丁字母姓氏"},
    "by-chinese-name": {"en": "Chinese names by pinyin", "zh-Hans": "按中文姓名拼音"},
    "by-delegation": {"en": "By delegation", "zh-Hans": "按代表团"},
    "by-coach": {"en": "By coach", "zh-Hans": "按车辆"},
    "goes-on": {"en": "(continued)", "zh-Hans": "（续）"},
    "runs": {"en": "%(count)d runs", "zh-Hans": "%(count)d个车次"},
    "seats": {"en": "%(count)d seats", "zh-Hans": "%(count)d座"},
    "walk-ins": {"en": "Not on the list", "zh-Hans": "名单外来宾"},
    "blank-badges": {"en": "Blank badges", "zh-Hans": "空白胸卡"},
    "type": {"en": "Type", "zh-Hans": "类别"},
    "delegation-or-organization": {"en": "Delegation, organization", "zh-Hans": "代表团、单位"},
    "let-in-by": {"en": "Let in by", "zh-Hans": "放行人"},
    "no-delegation": {"en": "In no delegation", "zh-Hans": "不属于代表团"},
    "not-confirmed": {"en": "Not confirmed", "zh-Hans": "未确认"},
    "expected": {"en": "Expected: %(count)d", "zh-Hans": "应到：%(count)d人"},
    "signed": {"en": "Signed in:", "zh-Hans": "实到："},
    "not-on-the-list": {"en": "Not on the list", "zh-Hans": "名单外来宾"},
    "name": {"en": "Name", "zh-Hans": "姓名"},
    "organization-and-title": {"en": "Organization and title", "zh-Hans": "单位与职务"},
    "signature": {"en": "Signature", "zh-Hans": "签名"},
    "reserved": {"en": "Reserved", "zh-Hans": "预留席"},
    "rooms": {"en": "Rooms", "zh-Hans": "会场"},
    "sample": {"en": "Sample", "zh-Hans": "示例数据"},
    "all-rooms": ALL_ROOMS,
    "held-in": {"en": "in %(room)s", "zh-Hans": "在%(room)s举行"},
    "cue": {"en": "What happens", "zh-Hans": "内容"},
    "department": {"en": "Department", "zh-Hans": "部门"},
    "first-calls": {"en": "Call times (first cue)", "zh-Hans": "到岗时间（首个提示）"},
    "from-start": {"en": "From start", "zh-Hans": "距开始"},
    "issued": {"en": "issued %(time)s", "zh-Hans": "%(time)s下发"},
    "organized-by": {"en": "Organized by", "zh-Hans": "承办"},
    "questions": {"en": "Contact", "zh-Hans": "联系"},
    "from-agenda": {"en": "agenda version %(version)d", "zh-Hans": "议程第%(version)d版"},
    "owner": {"en": "Owner", "zh-Hans": "负责人"},
    "room": {"en": "Room", "zh-Hans": "会场"},
    "run-of-show": {"en": "Run of show", "zh-Hans": "会务流程表"},
    "sheet": {"en": "sheet %(number)d", "zh-Hans": "第%(number)d稿"},
    "time": {"en": "Time", "zh-Hans": "时间"},
    "show": {"en": "Please show this at the entrance.", "zh-Hans": "入场时请出示。"},
    "speaker-agenda": {"en": "Speaker's agenda", "zh-Hans": "嘉宾日程"},
    "speakers": {"en": "Speakers", "zh-Hans": "演讲嘉宾"},
    "ticket": {"en": "Ticket", "zh-Hans": "电子票"},
    "venue": {"en": "Venue", "zh-Hans": "会场"},
    "version": {"en": "version %(version)d", "zh-Hans": "第%(version)d版"},
    "zone": {"en": "%(zone)s time", "zh-Hans": "%(zone)s时间"},
    "at-home": {"en": "At home (%(zone)s): %(time)s", "zh-Hans": "居住地（%(zone)s）：%(time)s"},
    "cancelled": {"en": "Cancelled", "zh-Hans": "已取消"},
    "tentative": {"en": "Tentative", "zh-Hans": "暂定"},
    "channel": {"en": "channel %(number)d: %(tongue)s", "zh-Hans": "第%(number)d频道：%(tongue)s"},
    "your-channel": {"en": "your channel: %(number)d", "zh-Hans": "您的频道：%(number)d"},
    "contact": {"en": "Contact on site", "zh-Hans": "现场联系人"},
    "in-session": {"en": "in: %(title)s, %(time)s", "zh-Hans": "所属环节：%(title)s，%(time)s"},
    "own-words": {
        "en": "of which %(minutes)d for your own words",
        "zh-Hans": "其中您本人发言%(minutes)d分钟",
    },
    "place-in-order": {"en": "%(place)d of %(places)d in order", "zh-Hans": "次序：第%(place)d位，共%(places)d位"},
    "spoken-in": {"en": "Languages: %(languages)s", "zh-Hans": "语言：%(languages)s"},
    "sound-and-screens": {"en": "A/V needs", "zh-Hans": "音响与屏幕"},
    "technical": {"en": "Technical needs", "zh-Hans": "技术需求"},
    "moderated-by": {"en": "Moderated by", "zh-Hans": "主持"},
    "with-you": {"en": "With you", "zh-Hans": "同场嘉宾"},
    "seating": {"en": "Seating plan", "zh-Hans": "座次图"},
    "foreign-affairs": {
        "en": "By foreign-affairs protocol: the second place is at the right hand of the first",
        "zh-Hans": "按外事礼仪：第二位在第一位的右手侧",
    },
    "domestic": {
        "en": "By domestic protocol in China: the second place is at the left hand of the first",
        "zh-Hans": "按国内礼仪：第二位在第一位的左手侧",
    },
    "audience": {"en": "Audience", "zh-Hans": "观众席"},
    "door": {"en": "Door", "zh-Hans": "入口"},
    "hosts-side": {"en": "Hosts", "zh-Hans": "主方"},
    "guests-side": {"en": "Guests", "zh-Hans": "客方"},
    "row-number": {"en": "Row %(number)d", "zh-Hans": "第%(number)d排"},
    "table-number": {"en": "Table %(number)d", "zh-Hans": "第%(number)d桌"},
    "your-sessions": {"en": "Your sessions", "zh-Hans": "您选择的环节"},
}

HOST_ROLES: dict[str, dict[str, str]] = {
    "host": {"en": "Host", "zh-Hans": "主办单位"},
    "co-host": {"en": "Co-host", "zh-Hans": "联合主办单位"},
    "organizer": {"en": "Organizer", "zh-Hans": "承办单位"},
    "supporter": {"en": "Supporter", "zh-Hans": "支持单位"},
    "guest-of-honor": {"en": "Guest of honor", "zh-Hans": "主宾"},
    "sponsor": {"en": "Sponsor", "zh-Hans": "赞助单位"},
    "media": {"en": "Media partner", "zh-Hans": "合作媒体"},
}

SEVERAL_HOSTS = {
    "host": "Hosts", "co-host": "Co-hosts", "organizer": "Organizers", "supporter": "Supporters",
    "guest-of-honor": "Guests of honor", "sponsor": "Sponsors", "media": "Media partners",
}  # fmt: skip


def host_role(role: str, language: str, count: int) -> str:
    """What the hosts of a role are called, one or several."""
    several = language == "en" and count > 1
    return SEVERAL_HOSTS[role] if several else HOST_ROLES[role][language]


PERSON_ROLES: dict[str, dict[str, str]] = {
    "speaker": {"en": "Speaker", "zh-Hans": "演讲"},
    "keynote": {"en": "Keynote speaker", "zh-Hans": "主旨演讲"},
    "chair": {"en": "Chair", "zh-Hans": "主席"},
    "moderator": {"en": "Moderator", "zh-Hans": "主持人"},
    "panelist": {"en": "Panelist", "zh-Hans": "对话嘉宾"},
    "signatory": {"en": "Signatory", "zh-Hans": "签约代表"},
    "interpreter": {"en": "Interpreter", "zh-Hans": "口译"},
    "mc": {"en": "Master of ceremonies", "zh-Hans": "司仪"},
    "head": {"en": "Head of delegation", "zh-Hans": "团长"},
    "deputy": {"en": "Deputy head", "zh-Hans": "副团长"},
    "staff": {"en": "Staff", "zh-Hans": "工作人员"},
}

ITEM_KINDS: dict[str, dict[str, str]] = {
    "flight": {"en": "Flight", "zh-Hans": "航班"},
    "train": {"en": "Train", "zh-Hans": "火车"},
    "transfer": {"en": "Transfer", "zh-Hans": "交通"},
    "hotel": {"en": "Hotel", "zh-Hans": "酒店"},
    "meal": {"en": "Meal", "zh-Hans": "用餐"},
    "visit": {"en": "Visit", "zh-Hans": "参访"},
    "meeting": {"en": "Meeting", "zh-Hans": "会见"},
    "ceremony": {"en": "Ceremony", "zh-Hans": "仪式"},
    "session": {"en": "Forum", "zh-Hans": "论坛"},
    "free": {"en": "Free", "zh-Hans": "自由活动"},
}

ROOM_KINDS: dict[str, dict[str, str]] = {
    "single": {"en": "single room", "zh-Hans": "单人间"},
    "twin": {"en": "twin room", "zh-Hans": "双床间"},
    "double": {"en": "double room", "zh-Hans": "大床间"},
    "suite": {"en": "suite", "zh-Hans": "套房"},
}

DEPARTMENTS: dict[str, dict[str, str]] = {
    "stage": {"en": "Stage", "zh-Hans": "舞台"},
    "sound": {"en": "Sound", "zh-Hans": "音响"},
    "light": {"en": "Light", "zh-Hans": "灯光"},
    "video": {"en": "Video", "zh-Hans": "视频"},
    "interpretation": {"en": "Interpretation", "zh-Hans": "口译"},
    "mc": {"en": "MC", "zh-Hans": "司仪"},
    "protocol": {"en": "Protocol", "zh-Hans": "礼宾"},
    "press": {"en": "Press", "zh-Hans": "媒体"},
    "catering": {"en": "Catering", "zh-Hans": "餐饮"},
    "security": {"en": "Security", "zh-Hans": "安保"},
    "other": {"en": "Other", "zh-Hans": "其他"},
}

# A mark of one or two letters stands beside a session; the legend on the same page says what it means.
MARKS: dict[str, tuple[str, dict[str, str]]] = {
    "simultaneous": ("SI", {"en": "simultaneous interpretation", "zh-Hans": "同声传译"}),
    "consecutive": ("CI", {"en": "consecutive interpretation", "zh-Hans": "交替传译"}),
    "invited": ("PI", {"en": "press by invitation", "zh-Hans": "限受邀媒体"}),
    "closed": ("PC", {"en": "closed to the press", "zh-Hans": "不对媒体开放"}),
}

LANGUAGE_NAMES: dict[str, dict[str, str]] = {
    "en": {"en": "English", "zh-Hans": "英语"},
    "zh-Hans": {"en": "Chinese", "zh-Hans": "中文"},
    "zh-Hant": {"en": "Traditional Chinese", "zh-Hans": "繁体中文"},
}

ZONES: dict[str, dict[str, str]] = {
    "America/Los_Angeles": {"en": "Los Angeles", "zh-Hans": "洛杉矶"},
    "America/New_York": {"en": "New York", "zh-Hans": "纽约"},
    "Asia/Shanghai": {"en": "Beijing", "zh-Hans": "北京"},
    "Asia/Hong_Kong": {"en": "Hong Kong", "zh-Hans": "香港"},
}


def word(key: str, language: str, **values: object) -> str:
    """The word `key` in `language`, or in English where paper has no such language."""
    forms = WORDS[key]
    return forms.get(language, forms["en"]) % values


def language_name(code: str, language: str) -> str:
    """A language that is spoken; one that neither paper nor Unicode has a word for stands by its code."""
    known = LANGUAGE_NAMES.get(code, {}).get(language)
    return known or str(Locale.parse(language, sep="-").languages.get(code.replace("-", "_"), code))


def zone_name(zone: str, language: str) -> str:
    """A zone as readers know it: by its city."""
    return ZONES.get(zone, {}).get(language) or zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
