"""Everybody in the sample forum: the opening's real speakers and the people made up around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forumapp.cli.demo import names
from forumapp.cli.demo.casting import Casting, cycle_title, rng_for
from forumapp.cli.demo.officials import OFFICIALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from random import Random

    from forumapp.cli.demo.records import Organization, Person

THEMES = ("clean-energy", "logistics", "agriculture", "trade", "culture", "zero-carbon")
DELEGATION_SIZES = {"jiangsu": 52, "hubei": 31, "shanghai": 38, "cccme-staff": 11}
CALIFORNIAN_GROUPS = {"guest": 233, "observer": 26, "media": 17}
# How many of a delegation one office registers, so that they share its mailbox.
SHARED_MAILBOX = {"hubei": ("hubei.desk@example.org", 6)}


@dataclass(frozen=True, slots=True)
class Named:
    """A delegate whose name is there because somebody's software once got it wrong."""

    native: tuple[str, str]
    latin: tuple[str, str]
    gender: str
    native_language: str = "zh-Hans"
    pronunciation: str = ""
    flags: tuple[str, ...] = ()


# By delegation: place in its roster -> who stands there.
NAMED_DELEGATES = {
    "jiangsu": {
        4: Named(("单", "立文"), ("Shan", "Liwen"), "male", pronunciation="Shàn Lìwén", flags=("polyphonic-surname",)),
        7: Named(("欧阳", "静"), ("Ouyang", "Jing"), "female", flags=("compound-surname",)),
        # U+2CB4E is in plane 2; Noto Sans CJK SC and Noto Serif CJK SC both have it.
        10: Named(("周", "子𬭎"), ("Zhou", "Zihong"), "male", pronunciation="Zhōu Zǐhóng", flags=("rare-character",)),
        13: Named(
            ("仇", "明华"), ("Qiu", "Minghua"), "male", pronunciation="Qiú Mínghuá", flags=("polyphonic-surname",)
        ),
    },
    "hubei": {
        5: Named(("解", "振波"), ("Xie", "Zhenbo"), "male", pronunciation="Xiè Zhènbō", flags=("polyphonic-surname",)),
        8: Named(("劉", "慧賢"), ("Liu", "Huixian"), "female", native_language="zh-Hant", flags=("traditional-name",)),
        11: Named(("覃", "雪"), ("Qin", "Xue"), "female", pronunciation="Qín Xuě", flags=("polyphonic-surname",)),
    },
    "shanghai": {
        4: Named(("诸葛", "明"), ("Zhuge", "Ming"), "male", flags=("compound-surname",)),
        6: Named(("曾", "丽"), ("Zeng", "Li"), "female", pronunciation="Zēng Lì", flags=("polyphonic-surname",)),
        9: Named(("吕", "丽华"), ("Lyu", "Lihua"), "female", pronunciation="Lǚ Lìhuá"),
        12: Named(("顾", "平安"), ("Gu", "Ping'an"), "male"),
        15: Named(("陳", "國華"), ("Chen", "Guohua"), "male", native_language="zh-Hant", flags=("traditional-name",)),
    },
    "cccme-staff": {
        4: Named(("上官", "云"), ("Shangguan", "Yun"), "female", flags=("compound-surname",)),
    },
}  # fmt: skip

# Of heads and deputies, whom greeters and masters of ceremonies call by name.
PRONUNCIATIONS = {
    "jiangsu-01": "Tán Bóhán",
    "jiangsu-02": "Wāng Qǐmíng",
    "jiangsu-03": "Cáo Sīyuǎn",
    "hubei-01": "Chén Mèngjié",
    "hubei-02": "Yáng Jiànfēng",
    "hubei-03": "Féng Mèngjié",
    "shanghai-01": "Cáo Zhìyuǎn",
    "shanghai-02": "Shí Wèipíng",
    "shanghai-03": "Xú Xuéjūn",
    "cccme-staff-01": "Yú Lìjuān",
    "cccme-staff-02": "Péng Xiùyīng",
}
FIRST, EVERY = 14, 5  # of a roster, those who have sent a portrait: the first ones and all after them but every fifth

HEAD_TITLES = {
    "jiangsu": {"en": "Head, Jiangsu Business Delegation", "zh-Hans": "江苏经贸代表团团长"},
    "hubei": {"en": "Head, Hubei Business Delegation", "zh-Hans": "湖北经贸代表团团长"},
    "shanghai": {"en": "Head, Shanghai Business Delegation", "zh-Hans": "上海经贸代表团团长"},
    "cccme-staff": {"en": "Head, CCCME Delegation", "zh-Hans": "机电商会代表团团长"},
}
CCCME_TITLES = (
    ("展览部主任", "Director, Exhibitions"),
    ("国际联络部主任", "Director, International Liaison"),
    ("会员服务部副主任", "Deputy Director, Member Services"),
    ("代表团联络员", "Delegation Liaison Officer"),
    ("翻译", "Interpreter"),
    ("项目主管", "Project Officer"),
    ("会务主管", "Conference Officer"),
)
STAFF_TITLES = (
    *[("Conference Interpreter", "会议译员", "clearword")] * 10,
    ("Master of Ceremonies (English)", "英文主持人", "forum-secretariat"),
    ("Master of Ceremonies (Chinese)", "中文主持人", "forum-secretariat"),
    ("Protocol Officer", "礼宾官", "forum-secretariat"),
    ("Protocol Officer", "礼宾官", "forum-secretariat"),
    ("Secretary General of the Forum Secretariat", "论坛秘书处秘书长", "forum-secretariat"),
    ("Program Manager", "议程主管", "forum-secretariat"),
    *[("Registration Officer", "注册主管", "forum-secretariat")] * 5,
    *[("Delegation Liaison Officer", "代表团联络员", "forum-secretariat")] * 4,
    ("Media Officer", "媒体主管", "forum-secretariat"),
)
MEDIA_TITLES = (
    ("Reporter", "记者"),
    ("Photojournalist", "摄影记者"),
    ("Editor", "编辑"),
    ("Camera Operator", "摄像记者"),
)
VIP_TITLES = (
    ("President", "会长"),
    ("Vice President", "副会长"),
    ("Chair of the Board", "理事长"),
    ("Honorary President", "名誉会长"),
)
STUDENT = {"en": "Graduate Student", "zh-Hans": "研究生"}

# By place among the guests: Latin name, call name, gender, native name, flag. They try the width of a badge.
NAMED_GUESTS = {
    20: (("Villanueva-Castellanos", "Alejandra Guadalupe"), "Alejandra", "female", ("", "", ""), "long-latin-name"),
    40: (
        ("Anderson", "Christopher"),
        "Chris",
        "male",
        ("安德森", "克里斯托弗", "克里斯托弗·安德森"),
        "long-native-name",
    ),
}


def sample_people(organizations: Iterable[Organization]) -> tuple[Person, ...]:
    """All people, officials first; the same each time."""
    casting, known = Casting(), tuple(organizations)
    return (
        *OFFICIALS,
        *_delegates(casting, known),
        *_speakers(casting, known),
        *_vips(casting, known),
        *_staff(casting),
        *_californians(casting, known),
    )


def _delegates(casting: Casting, organizations: tuple[Organization, ...]) -> Iterator[Person]:
    for code, size in DELEGATION_SIZES.items():
        rng = rng_for(code)
        own = [organization.key for organization in organizations if organization.parent == code] or ["cccme"]
        mailbox, sharing = SHARED_MAILBOX.get(code, ("", 0))
        for number in range(1, size + 1):
            person = _delegate(casting, rng, code, number, own[(number - 1) % len(own)])
            if number > size - sharing:
                person = replace(person, email=mailbox, flags=(*person.flags, "shared-email"))
            elif number % 9 == 0:
                person = replace(person, email=None, flags=(*person.flags, "no-email"))
            spoken = PRONUNCIATIONS.get(person.key, person.pronunciation)
            yield replace(person, pronunciation=spoken, has_portrait=number <= FIRST or number % EVERY != 0)


def _delegate(casting: Casting, rng: Random, code: str, number: int, organization: str) -> Person:
    table = CCCME_TITLES if code == "cccme-staff" else names.CHINESE_TITLES
    title = HEAD_TITLES[code] if number == 1 else cycle_title(table, number - 2, chinese_first=True)
    key = f"{code}-{number:02d}"
    named = NAMED_DELEGATES[code].get(number)
    if named is None:
        return casting.chinese(rng, key=key, group=code, organization=organization, title=title)
    return casting.chinese_named(
        named.native,
        named.latin,
        named.gender,
        rng=rng,
        key=key,
        group=code,
        organization=organization,
        title=title,
        native_language=named.native_language,
        pronunciation=named.pronunciation,
        flags=named.flags,
    )


def _speakers(casting: Casting, organizations: tuple[Organization, ...]) -> Iterator[Person]:
    """Three Californians for each panel theme, and two more on trade for the session of the guest of honor."""
    rng, number = rng_for("speaker"), 0
    for theme in (*THEMES, "trade"):
        own = [org.key for org in organizations if org.theme == theme and org.country_region == "US"]
        for index in range(2 if number >= 3 * len(THEMES) else 3):
            number += 1
            title = cycle_title(names.CALIFORNIAN_TITLES, number, chinese_first=False)
            key, organization = f"speaker-{number:02d}", own[index % len(own)]
            if number % 5 == 0:
                yield _chinese_californian(
                    casting, rng, number // 5 - 1, key=key, group="speaker", organization=organization, title=title
                )
            else:
                yield casting.californian(rng, key=key, group="speaker", organization=organization, title=title)


def _chinese_californian(
    casting: Casting, rng: Random, index: int, *, key: str, group: str, organization: str, title: Mapping[str, str]
) -> Person:
    family, given, call_name, native_family, native_given, language, gender = names.CHINESE_CALIFORNIANS[index]
    return casting.western_named(
        (family, given),
        call_name,
        gender,
        rng=rng,
        key=key,
        group=group,
        organization=organization,
        title=title,
        native=(native_family, native_given, native_family + native_given),
        native_language=language,
    )


def _vips(casting: Casting, organizations: tuple[Organization, ...]) -> Iterator[Person]:
    rng = rng_for("vip")
    own = [organization.key for organization in organizations if organization.kind == "association"]
    own = [key for key in own if key not in {"cccme", "bay-area-council"}]
    for number in range(1, 9):
        title = cycle_title(VIP_TITLES, (number - 1) // len(own), chinese_first=False)
        organization = own[(number - 1) % len(own)]
        yield casting.californian(rng, key=f"vip-{number:02d}", group="vip", organization=organization, title=title)


def _staff(casting: Casting) -> Iterator[Person]:
    """Interpreters and masters of ceremonies come from both countries; the secretariat is mixed."""
    rng = rng_for("staff")
    for number, (english, chinese, organization) in enumerate(STAFF_TITLES, start=1):
        draw: Callable[..., Person] = casting.chinese if number % 2 == 0 else casting.californian
        title = {"en": english, "zh-Hans": chinese}
        person = draw(rng, key=f"staff-{number:02d}", group="staff", organization=organization, title=title)
        yield replace(person, languages=("en", "zh-Hans"))


def _californians(casting: Casting, organizations: tuple[Organization, ...]) -> Iterator[Person]:
    press = [organization.key for organization in organizations if organization.kind == "media"]
    business = [
        organization.key
        for organization in organizations
        if organization.country_region == "US"
        and organization.is_sample
        and organization.kind != "media"
        and organization.key not in {"forum-secretariat", "clearword"}
    ]
    for group, count in CALIFORNIAN_GROUPS.items():
        rng = rng_for(group)
        for number in range(1, count + 1):
            key = f"{group}-{number:03d}"
            if group == "media":
                title = cycle_title(MEDIA_TITLES, number - 1, chinese_first=False)
                person = casting.californian(
                    rng, key=key, group=group, organization=press[number % len(press)], title=title
                )
            elif group == "observer":
                draw: Callable[..., Person] = casting.chinese if number % 3 == 0 else casting.californian
                person = draw(rng, key=key, group=group, organization="westlake-college", title=STUDENT)
            else:
                person = _guest(casting, rng, number, key, business[number % len(business)])
            yield person


def _guest(casting: Casting, rng: Random, number: int, key: str, organization: str) -> Person:
    """Every seventeenth guest has a Chinese name of their own, as long as the table lasts; every fifth is Chinese."""
    title = cycle_title(names.CALIFORNIAN_TITLES, number, chinese_first=False)
    if number in NAMED_GUESTS:
        latin, call_name, gender, native, flag = NAMED_GUESTS[number]
        return casting.western_named(
            latin, call_name, gender, rng=rng, key=key, group="guest", organization=organization, title=title,
            native=native, native_language="zh-Hans" if native[2] else "", flags=(flag,),
        )  # fmt: skip
    # The first four Chinese Californians of the table are speakers.
    own_name = 4 + number // 17 - 1
    if number % 17 == 0 and own_name < len(names.CHINESE_CALIFORNIANS):
        return _chinese_californian(
            casting, rng, own_name, key=key, group="guest", organization=organization, title=title
        )
    draw: Callable[..., Person] = casting.chinese if number % 5 == 0 else casting.californian
    return draw(rng, key=key, group="guest", organization=organization, title=title)
