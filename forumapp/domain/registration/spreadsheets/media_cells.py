"""The outlet and role of media registrants in the cells of a table. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.text import LINE, fold
from forumapp.domain.registration.rules import Media, MediaRole
from forumapp.domain.registration.spreadsheets.cells import in_its_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OUTLETS = {"outlet.en": "en", "outlet.zh-Hans": "zh-Hans"}
MEDIA_FIELDS = (*OUTLETS, "media_role")
MEDIA_HEADINGS: dict[str, tuple[str, ...]] = {
    "outlet.en": ("media outlet (English)", "media outlet", "outlet", "英文媒体名称"),
    "outlet.zh-Hans": ("media outlet (Chinese)", "媒体名称", "媒体机构", "所属媒体", "媒体单位", "中文媒体名称"),
    "media_role": ("media role", "role in the media", "媒体角色", "媒体职务", "媒体岗位", "采访身份"),
}
_R = MediaRole
_ROLES: dict[str, MediaRole] = {
    fold(word): role
    for role, words in {
        _R.REPORTER: ("reporter", "journalist", "correspondent", "记者", "文字记者"),
        _R.EDITOR: ("editor", "编辑"),
        _R.PHOTOGRAPHER: ("photographer", "photo journalist", "摄影", "摄影师", "摄影记者"),
        _R.CAMERA: ("camera", "camera operator", "cameraman", "videographer", "摄像", "摄像师", "摄像记者"),
        _R.SOUND: ("sound", "sound engineer", "sound operator", "录音", "录音师", "音响师"),
        _R.PRODUCER: ("producer", "制片", "制片人", "监制"),
        _R.PRESENTER: ("presenter", "anchor", "host", "主持人", "主播", "出镜记者"),
        _R.INTERPRETER: ("interpreter", "translator", "翻译", "口译", "译员"),
        _R.DRIVER: ("driver", "司机"),
    }.items()
    for word in words
}  # fmt: skip


def read_media(cells: Mapping[str, str], organization: Mapping[str, str]) -> Media:
    """Read outlet and role from cells by field. Without an outlet column, the outlet is the organization, as on the
    form. An unknown role becomes OTHER with the text of the cell.
    """
    named = in_its_language({code: cells[name] for name, code in OUTLETS.items() if cells.get(name)})
    written = cells.get("media_role", "")
    role = _ROLES.get(fold(written), MediaRole.OTHER) if written else None
    outlet = named or {code: text for code, text in organization.items() if code in OUTLETS.values()}
    return Media(outlet, role, written if role is MediaRole.OTHER else "")


def media_cell_faults(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The faults of cells, as pairs of field and code."""
    for name in MEDIA_FIELDS:
        cell = cells.get(name, "")
        if len(cell) > LINE:
            yield name, "too-long"
        elif name == "media_role" and fold(cell) == MediaRole.OTHER:
            yield name, "other-role"
