"""Short lives for the people on stage who were made up; each says that it is a sample."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.cli.demo.records import Organization, Person, Session

STAGE_ROLES = frozenset({"speaker", "moderator", "panelist"})

# By track of the session; three endings, so that neighbors on a page differ.
WORK = {
    "clean-energy": ("solar power and storage projects", "光伏与储能项目开发"),
    "logistics": ("freight, warehousing and port services", "货运、仓储与港口服务"),
    "agriculture": ("growing, processing and the cold chain", "种植、加工与冷链业务"),
    "trade": ("import and export with smaller companies", "中小企业进出口业务"),
    "culture": ("exchanges on stage, in museums and in travel", "演艺、博物馆与旅游交流"),
    "zero-carbon": ("cutting emissions from ports and buildings", "港口与建筑减排工作"),
    "jiangsu": ("cooperation between Jiangsu and California", "江苏与加州的合作项目"),
}
ENDINGS = (
    ("Before that, fifteen years in engineering and sales.", "此前从事工程技术与市场工作十五年。"),
    ("A regular guest at trade fairs on both sides of the Pacific.", "长期活跃于太平洋两岸的各类展会。"),
    ("Also teaches young managers who start in this field.", "同时为初入行的青年管理者授课。"),
)


def with_biographies(
    people: Iterable[Person], sessions: Iterable[Session], organizations: Iterable[Organization]
) -> tuple[Person, ...]:
    """The same people; whoever was made up and stands on a stage now has a biography."""
    theme_of = {
        role.person: session.track
        for session in sessions
        if session.track
        for role in session.all_roles()
        if role.role in STAGE_ROLES
    }
    named = {organization.key: organization.short_name for organization in organizations}
    return tuple(
        replace(person, biography=_biography(theme_of[person.key], named[person.organization], index))
        if person.key in theme_of and person.is_sample
        else person
        for index, person in enumerate(people)
    )


def _biography(theme: str, organization: Mapping[str, str], index: int) -> dict[str, str]:
    english, chinese = WORK[theme]
    english_end, chinese_end = ENDINGS[index % len(ENDINGS)]
    return {
        "en": f"Sample biography. Leads work on {english} at {organization['en']}. {english_end}",
        "zh-Hans": f"示例简介。现于{organization['zh-Hans']}负责{chinese}。{chinese_end}",
    }
