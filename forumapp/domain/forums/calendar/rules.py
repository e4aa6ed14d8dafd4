"""The calendar of a forum's jobs: what is to be done, by whom, and how long before or after. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from forumapp.domain.accounts.permissions import Role

WEEK = 7
SOON = WEEK  # days in which a task counts as due


class TaskState(enum.StrEnum):
    OVERDUE = "overdue"
    DUE = "due"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day of a forum."""

    first: date
    last: date

    def offset(self, day: date) -> int:
        """Days from the forum: negative before it, 0 while it lasts, positive after it."""
        if day > self.last:
            return (day - self.last).days
        return min((day - self.first).days, 0)

    def at(self, offset: int) -> date:
        """The day that is so far off: before the first day, or after the last one."""
        return (self.last if offset > 0 else self.first) + timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the field: `offset` in days, as Days counts them."""

    code: str
    role: Role
    offset: int
    en: str
    zh: str

    @property
    def title(self) -> dict[str, str]:
        return {"en": self.en, "zh-Hans": self.zh}


def state_of(due_on: date, *, done: bool, today: date) -> TaskState:
    if done:
        return TaskState.DONE
    if due_on < today:
        return TaskState.OVERDUE
    return TaskState.DUE if due_on < today + timedelta(days=SOON) else TaskState.LATER


def following(due_on: date, before: Days, after: Days) -> date:
    """Where a task stands when its forum has moved: what was due by the last day goes with the first one, and what was
    due later with the last one. What was due while it lasted does not fall behind it when it gets shorter.
    """
    if due_on > before.last:
        return due_on + (after.last - before.last)
    moved = due_on + (after.first - before.first)
    return min(moved, after.last) if due_on >= before.first else moved


def in_weeks(offset: int) -> int:
    """How many weeks so many days are, to the nearest; 0 for what is better said in days."""
    return round(abs(offset) / WEEK) if abs(offset) >= 2 * WEEK else 0


# Where the parts of the calendar end, in days from the forum; each begins after the one above it.
PARTS = (-20 * WEEK, -14 * WEEK, -8 * WEEK, -4 * WEEK, -WEEK, -1, 0, WEEK)


def part_of(offset: int) -> int:
    """Which part of the calendar a day is in, as a place in PARTS; after all of them, their number."""
    return next((place for place, end in enumerate(PARTS) if offset <= end), len(PARTS))


_S, _M, _P, _L, _D = (
    Role.SECRETARIAT,
    Role.PROGRAM_MANAGER,
    Role.PROTOCOL_OFFICER,
    Role.DELEGATION_LIAISON,
    Role.REGISTRATION_DESK,
)
# fmt: off
JOBS = (
    # Half a year before
    Job("fix-date", _S, -26 * WEEK, "Fix the date, clear of both countries' holidays", "确定会期，避开两国节假日"),
    Job("hold-venue", _S, -25 * WEEK, "Put a hold on the venue", "预留场地"),
    Job("agree-hosts", _S, -24 * WEEK, "Get the agreement of all hosts", "取得各主办方同意"),
    Job("choose-themes", _M, -24 * WEEK, "Choose the themes and tracks", "确定主题与板块"),
    Job("list-delegations", _P, -22 * WEEK, "Get the list of delegations and their heads", "取得各代表团及团长名单"),
    Job("settle-budget", _S, -22 * WEEK, "Settle the budget", "确定预算"),
    Job("agree-quotas", _P, -21 * WEEK, "Agree on the quota of each delegation", "商定各代表团名额"),
    Job("draft-agenda", _M, -20 * WEEK, "Draft the agenda with its rooms", "拟定议程初稿并安排会场"),
    Job("save-the-date", _M, -20 * WEEK, "Ask the keynote speakers to save the date", "请主旨演讲嘉宾预留时间"),
    Job("order-of-precedence", _P, -20 * WEEK, "Draw up the order of precedence", "拟定礼宾次序"),
    Job("delegation-sizes", _P, -20 * WEEK, "Have each head of delegation approve its size",
        "请各团团长确认代表团规模"),
    Job("visa-lead-time", _L, -20 * WEEK, "Find out how long visas take", "了解签证办理所需时间"),
    Job("privacy-texts", _S, -20 * WEEK, "Write the privacy notice and the consent texts", "拟定隐私声明与同意书"),
    Job("sponsor-packages", _S, -20 * WEEK, "Agree on the sponsors' packages and get their logos",
        "商定赞助方案，收集赞助商徽标"),
    # 20 to 14 weeks before
    Job("invitation-letters", _S, -18 * WEEK, "Send the signed invitation letters in both languages",
        "寄发经签署的双语邀请函"),
    Job("test-form", _D, -17 * WEEK, "Test the form and the registration types", "测试报名表与报名类别"),
    Job("open-registration", _S, -16 * WEEK, "Open registration to those who are invited", "向受邀者开放报名"),
    Job("visa-letters", _S, -16 * WEEK, "Send the invitation letters for visas", "寄发办理签证用的邀请函"),
    Job("collect-names", _L, -15 * WEEK, "Collect names in characters and from passports, titles and photos",
        "收集中文姓名、护照姓名、双语职务和照片"),
    Job("passport-data", _L, -15 * WEEK, "Collect passport data, for visas alone", "收集护照信息（仅用于办理签证）"),
    Job("confirm-keynotes", _M, -14 * WEEK, "Confirm the keynote speakers through their offices",
        "通过各自办公室确认主旨演讲嘉宾"),
    Job("visa-applications", _L, -14 * WEEK, "See that all members have applied for their visas",
        "督促全体成员递交签证申请"),
    # 14 to 8 weeks before
    Job("speakers-material", _M, -12 * WEEK, "Ask speakers for biography, slides, equipment and language",
        "向演讲嘉宾收集简介、演示文稿、设备需求和发言语言"),
    Job("book-interpreters", _M, -12 * WEEK, "Book interpreters, two for each direction",
        "预订口译员，每个语言方向两名"),
    Job("decide-requests", _S, -10 * WEEK, "Decide on requests, the waitlist and companions",
        "审核报名，处理候补与随行人员"),
    Job("media-rules", _S, -10 * WEEK, "Settle the rules for the media", "确定媒体采访规定"),
    Job("flights-and-hotels", _L, -10 * WEEK, "Book flights, hotels and rooms", "预订航班、酒店并安排住房"),
    Job("draft-itinerary", _L, -9 * WEEK, "Draft the itinerary", "拟定行程初稿"),
    Job("order-badge-stock", _D, -9 * WEEK, "Order badge stock of the right size", "订购规格相符的胸卡用纸"),
    Job("company-visits", _L, -8 * WEEK, "Arrange the company visits with their hosts", "与接待方落实企业考察"),
    Job("open-matchmaking", _S, -8 * WEEK, "Open the profiles for matchmaking", "开放商务对接资料填报"),
    # 8 to 4 weeks before
    Job("confirmation-mails", _S, -7 * WEEK, "Send the confirmations with their codes", "发送附二维码的确认邮件"),
    Job("publish-agenda", _M, -6 * WEEK, "Publish the first version of the agenda", "发布议程第一版"),
    Job("food-and-access", _S, -6 * WEEK, "Collect food and access needs", "收集饮食与无障碍需求"),
    Job("arrival-list", _L, -6 * WEEK, "Make the first list of arrivals and departures", "编制第一版抵离名单"),
    Job("brief-moderators", _M, -5 * WEEK, "Brief the moderators", "与各环节主持人沟通"),
    Job("coach-plan", _L, -5 * WEEK, "Plan the coaches", "制定用车计划"),
    Job("name-liaisons", _P, -5 * WEEK, "Name a liaison for each group", "为各组指定联络员"),
    Job("sponsor-proofs", _S, -5 * WEEK, "Have the sponsors approve their logos in print", "请赞助商确认印刷用徽标"),
    Job("dinner-seating", _S, -4 * WEEK, "Seat the dinner", "排定晚宴座次"),
    Job("interpreters-texts", _M, -4 * WEEK, "Give the interpreters speeches and glossary",
        "向口译员提供讲稿与术语表"),
    Job("rehearse-check-in", _D, -4 * WEEK, "Rehearse check-in with the printers", "连同打印机彩排签到"),
    # 4 weeks to 1 week before
    Job("name-proofs", _S, -3 * WEEK, "Send every office its name check", "请各单位完成姓名校对"),
    Job("flags-and-gifts", _S, -2 * WEEK, "Get flags and gifts, and settle the order of speeches",
        "备妥旗帜与礼品，确定致辞顺序"),
    Job("rooming-list", _L, -2 * WEEK, "Send the rooming list before the hotel's cut-off date",
        "在酒店截止日前提交住房名单"),
    Job("print-program", _M, -10, "Send the program to the print shop", "将会议手册送印"),
    Job("print-itineraries", _L, -10, "Print the itinerary booklets", "印制行程手册"),
    Job("airport-signs", _L, -WEEK, "Make the airport signs", "制作接机牌"),
    # The last week
    Job("print-badges", _D, -3, "Print most badges and sort them by delegation", "打印大部分胸卡，按代表团分装"),
    Job("print-meetings", _S, -2, "Print the matchmaking schedules", "打印商务对接日程"),
    Job("walk-through", _S, -1, "Walk through with the VIPs' names: chairs, lectern, place cards",
        "现场走台，摆放座位名签、讲台名牌和桌签"),
    Job("run-of-show", _M, -1, "Hand the run of show to the show caller", "将流程单交给现场导演"),
    Job("receive-arrivals", _L, -1, "Receive the arrivals at the gate and hand out rooms",
        "到口迎接抵达人员并分发房卡"),
    Job("late-badges", _D, -1, "Print the late changes and lay out blank badges", "补打临时变更，备好空白胸卡"),
    Job("media-passes", _S, -1, "Hand out media passes against ID", "凭证件发放媒体证"),
    # The day
    Job("command-desk", _S, 0, "Keep the command desk and tell the caterers the headcount",
        "值守指挥台，向餐饮方通报人数"),
    Job("call-cues", _M, 0, "Call the cues, and tell everyone of changes", "按流程提示，及时通报变更"),
    Job("channel-signs", _M, 0, "Put up the signs for the interpretation channels", "张贴同声传译频道标识"),
    Job("vip-arrivals", _P, 0, "Announce and meet the VIPs as they arrive", "通报并迎接贵宾到场"),
    Job("coach-roll-call", _L, 0, "Call the roll before each coach leaves", "每次发车前点名"),
    Job("check-in", _D, 0, "Check in, substitute, reprint; keep a help desk apart",
        "签到、换人、补打胸卡，另设咨询台"),
    # After it
    Job("thank-you", _S, 2, "Send thanks and the media pack", "发送感谢信与媒体资料"),
    Job("reconcile-scans", _D, 3, "Reconcile check-in with registrations and no-shows", "核对签到、报名与缺席情况"),
    Job("publish-slides", _M, 5, "Publish the slides, with permission", "征得同意后发布演示文稿"),
    Job("visits-and-departures", _L, 5, "See company visits and departures through", "做好企业考察与送行"),
    Job("certificates", _S, 5, "Send the certificates of attendance", "发放参会证明"),
    Job("survey", _S, WEEK, "Send the survey", "发送满意度调查"),
    Job("contact-list", _S, 2 * WEEK, "Send the contact list to those who agreed", "向同意者发送通讯录"),
    Job("lessons", _M, 2 * WEEK, "Write down the lessons, and pay the speakers' fees", "总结经验，支付演讲酬金"),
    Job("settle-bills", _L, 2 * WEEK, "Settle hotels and coaches, and return lost property",
        "结清酒店与用车费用，归还遗失物品"),
    Job("count-stock", _D, 2 * WEEK, "Count the stock that is left", "清点剩余物料"),
    Job("report-to-hosts", _S, 3 * WEEK, "Report to the hosts: attendance, meetings, signings",
        "向主办方提交报告：出席、会见与签约情况"),
    Job("purge", _S, 4 * WEEK, "See that passport and flight data are gone", "确认护照与航班信息已清除"),
    Job("visa-register", _S, 4 * WEEK, "Close the register of visa letters", "结清签证邀请函登记簿"),
    Job("archive", _S, 4 * WEEK, "Archive the edition", "将本届归档"),
)
# fmt: on
