"""What the sample's organizers have written. All of it is made up and says so; no public figure is quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.cli.demo.records import ContentPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.cli.demo.records import Person

SIGNED_AS = "Secretary General of the Forum Secretariat"

WELCOME = {
    "en": """Dear guests,

Welcome to Los Angeles, and to the fifth forum. It comes four years after the last one, and we are glad \
to see so many of you in one room again.

Today is for meeting: panels in the morning, company meetings after lunch, and dinner together. Our colleagues \
with the gray badges speak both languages. Ask them for anything.

This book holds the program, the people who speak, and what you may need on the way. We hope that it serves you well.

*This letter is sample text.*""",
    "zh-Hans": """尊敬的各位来宾：

欢迎来到洛杉矶，欢迎出席第五届论坛。距上一届已有四年，很高兴与各位再次相聚。

今天的安排以交流为主：上午举行分论坛，午餐后是企业对接洽谈，晚上共进晚宴。\
佩戴灰色胸卡的工作人员可用中英文提供服务，如有需要，请随时联系。

本手册收录了会议日程、演讲嘉宾以及与会须知，希望能为各位提供便利。

*本文为示例文字。*""",
}

PRACTICAL = {
    "en": """## Check-in
From 07:30 in the foyer. Please bring the code from your confirmation, printed or on your phone, and an ID.

## Your badge
Wear it at all times. It opens the rooms and meals that its color stands for. If you lose it, the help desk prints a \
new one, and the old one stops working.

## Meals
Lunch is served from 12:00 in the Banquet Hall. Tell the staff at the door of what you cannot eat.

## Getting around
- **Taxi:** show the driver the address of the venue in this book.
- **Coaches** for delegations leave from the main entrance.

## Help desk
In the foyer, all day: [+1 213 555 0100](tel:+12135550100), [desk@forum.example](mailto:desk@forum.example).

*Times, rooms and numbers are sample data.*""",
    "zh-Hans": """## 签到
7:30起在前厅签到。请携带确认函中的二维码（打印或出示手机均可）及有效证件。

## 胸卡
请全程佩戴胸卡，并凭胸卡颜色进入相应的会场和用餐区。如有遗失，请到服务台补办，原卡随即作废。

## 用餐
午餐12:00起在宴会厅提供。如有忌口，请告知门口工作人员。

## 交通
- **出租车：**请向司机出示本手册中的会场英文地址。
- **代表团大巴**在正门上下车。

## 服务台
全天设于前厅：[+1 213 555 0100](tel:+12135550100)，[desk@forum.example](mailto:desk@forum.example)。

*时间、会场及号码均为示例数据。*""",
}

INTERPRETATION = {
    "en": """The opening and the panels are interpreted simultaneously between Chinese and English.

| Channel | Language |
| --- | --- |
| 1 | English |
| 2 | Chinese |

Receivers are handed out against an ID at the entrance of each room. Please give them back when you leave.

*Channels are sample data.*""",
    "zh-Hans": """开幕式及各分论坛提供中英文同声传译。

| 频道 | 语言 |
| --- | --- |
| 1 | 英语 |
| 2 | 中文 |

接收机凭有效证件在各会场入口领取，离场时请归还。

*频道为示例数据。*""",
}

EMERGENCY = {
    "en": """**Police, fire, ambulance: [911](tel:911).** Calls are free from every phone; interpreters are on the line.

1. Leave by the nearest exit; do not use the elevators.
2. Meet at the assembly point in front of the main entrance.
3. Tell your liaison officer that you are safe.

First aid is in the foyer, beside the help desk. Security at the venue: [+1 213 555 0111](tel:+12135550111).

*The number of the venue is sample data.*""",
    "zh-Hans": """**报警、火警、急救：[911](tel:911)。**任何电话均可免费拨打，并可要求中文翻译。

1. 从最近的出口离开，请勿乘坐电梯。
2. 在正门前的集合点集合。
3. 向联络员报告平安。

医务点设于前厅服务台旁。会场安保：[+1 213 555 0111](tel:+12135550111)。

*会场电话为示例数据。*""",
}


def sample_contents(people: Sequence[Person]) -> tuple[ContentPage, ...]:
    signatory = next(person.key for person in people if person.title.get("en") == SIGNED_AS)
    return (
        _page("welcome", "welcome", ("Welcome", "欢迎辞"), WELCOME, signatory),
        _page("practical", "practical", ("Practical information", "与会须知"), PRACTICAL),
        _page("interpretation", "interpretation", ("Interpretation", "同声传译"), INTERPRETATION),
        _page("emergency", "emergency", ("In an emergency", "紧急情况"), EMERGENCY),
    )


def _page(
    code: str, kind: str, title: tuple[str, str], body: dict[str, str], signatory: str | None = None
) -> ContentPage:
    titles = dict(zip(("en", "zh-Hans"), title, strict=True))
    return ContentPage(code=code, kind=kind, title=titles, body=body, signatory=signatory)
