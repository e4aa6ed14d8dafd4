"""What is said of two delegations, each in words that occur nowhere else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What is said of one delegation and of nothing else."""

    code: str
    name: dict[str, str]
    family: str
    native: str
    phone: str
    office: dict[str, str]
    title: dict[str, str]
    needs: str
    flight: str
    dinner: dict[str, str]
    gone: dict[str, str]
    left: str
    rank: str
    reason: str
    allowed: str
    quota: int

    @property
    def email(self) -> str:
        return f"{self.family.lower()}@{self.code}.example"

    @property
    def wish(self) -> str:
        """What the office remarks on its name check."""
        return f"wish-of-{self.code}"

    @property
    def contacts(self) -> tuple[str, ...]:
        return (self.phone, self.phone.replace(" ", ""), self.phone[-7:], self.family.lower() + "@", self.needs)

    @property
    def days(self) -> tuple[str, ...]:
        return (self.flight, *self.dinner.values())

    @property
    def all(self) -> tuple[str, ...]:
        texts = (self.name, self.office, self.title, self.gone)
        return (
            self.code, self.family, self.native, self.left, self.rank, self.reason, self.allowed, self.email,
            *self.contacts, *self.days, *(word for one in texts for word in one.values()),
        )  # fmt: skip


JIANGSU = Words(
    code="subeiq",
    name={"en": "Jiangsu Mission", "zh-Hans": "江苏团组"},
    family="Subeiqian",
    native="蘇乾甲",
    phone="+86 25 5550 1731",
    office={"en": "Zijin Foundry", "zh-Hans": "紫金铸造"},
    title={"en": "Wharf Warden", "zh-Hans": "码头监"},
    needs="ramp-for-zijin",
    flight="MU7731",
    dinner={"en": "Taihu lantern supper", "zh-Hans": "太湖灯宴"},
    gone={"en": "Gone to Yixing", "zh-Hans": "宜兴已去"},
    left="Suleftone",
    rank="rank-of-zijin",
    reason="reason-of-zijin",
    allowed="allowed-for-zijin",
    quota=7731,
)
HUBEI = Words(
    code="jingcq",
    name={"en": "Hubei Mission", "zh-Hans": "湖北团组"},
    family="Jingchuren",
    native="荆楚乙",
    phone="+86 27 5550 9428",
    office={"en": "Guanggu Optics", "zh-Hans": "光谷光学"},
    title={"en": "Ferry Marshal", "zh-Hans": "轮渡督"},
    needs="lift-for-guanggu",
    flight="CZ9428",
    dinner={"en": "Donghu lotus supper", "zh-Hans": "东湖荷宴"},
    gone={"en": "Gone to Jingzhou", "zh-Hans": "荆州已去"},
    left="Eleftone",
    rank="rank-of-guanggu",
    reason="reason-of-guanggu",
    allowed="allowed-for-guanggu",
    quota=9428,
)
