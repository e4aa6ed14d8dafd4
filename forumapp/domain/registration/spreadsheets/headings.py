"""How columns of tables with registrations are called. Pure."""

from __future__ import annotations

from forumapp.domain.people.spreadsheets.rows import PERSON_HEADINGS
from forumapp.domain.registration.spreadsheets.group_cells import GROUP_HEADINGS
from forumapp.domain.registration.spreadsheets.media_cells import MEDIA_HEADINGS

# What is headed 职务 alone is an office, as in every Chinese list of people.
ROLE_HEADINGS = (
    "role in the delegation", "delegation role", "role", "role/职务", "职务/role", "role 职务", "职务 role", "团内职务",
    "代表团职务", "团内身份", "代表团身份", "团内角色", "身份", "角色",
)  # fmt: skip
# As Eventbrite, pretix, Indico and Hi.Events head their lists, and as people in China do. What comes first is surer:
# pretix tells the buyer's address as "Email", and the attendee's as "Attendee email".
REGISTRATION_HEADINGS: dict[str, tuple[str, ...]] = {
    "type": (
        "registration type", "ticket type", "ticket name", "product", "type", "category", "ticket", "参会类型",
        "注册类型", "报名类型", "报名类别", "参会类别", "嘉宾类型", "票种", "票型", "类型", "类别",
    ),
    "status": (
        "attendee status", "registration state", "registration status", "status", "报名状态", "参会状态", "审核状态",
        "状态",
    ),
    "registered_at": (
        "registered", "registered at", "registered on", "registration date", "order date", "created date", "created at",
        "报名时间", "注册时间", "报名日期", "提交时间",
    ),
    "language": ("language", "order locale", "locale", "语言"),
    "delegation": ("delegation", "group name", "代表团", "团组", "分团"),
    "sub_delegation": (
        "sub-delegation", "subdelegation", "sub-delegation code", "part of the delegation", "sub-group", "分团代码",
        "分团编号", "分团名称", "所属分团", "小组", "组别",
    ),
    "role": ROLE_HEADINGS,
    **GROUP_HEADINGS,
    **MEDIA_HEADINGS,
    **PERSON_HEADINGS,
    "email": ("attendee email", "attendee e-mail", *PERSON_HEADINGS["email"], "电子邮件", "邮箱地址", "联系邮箱"),
    "phone": (*PERSON_HEADINGS["phone"], "phone number", "手机号码", "电话号码"),
    "title.en": (*PERSON_HEADINGS["title.en"], "job title (english)"),
    "organization.en": (*PERSON_HEADINGS["organization.en"], "affiliation"),
}  # fmt: skip
