# ruff: noqa: E501 -- a table with a row for each business reads better than one folded
"""Organizations: the hosts and the speakers' own, which are real, and businesses made up for the sample."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from forumapp.cli.demo.records import Organization

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CHINA, UNITED_STATES = "CN", "US"
NOTHING: Mapping[str, str] = MappingProxyType({})


def _real(
    key: str,
    kind: str,
    legal: dict[str, str],
    short: dict[str, str],
    country: str,
    *,
    abbreviation: Mapping[str, str] = NOTHING,
    flags: tuple[str, ...] = (),
) -> Organization:
    return Organization(
        key=key,
        kind=kind,
        legal_name=legal,
        short_name=short,
        abbreviation=abbreviation,
        country_region=country,
        flags=flags,
    )


REAL = (
    _real(
        "consulate-la",
        "government",
        {
            "en": "Consulate General of the People's Republic of China in Los Angeles",
            "zh-Hans": "中华人民共和国驻洛杉矶总领事馆",
        },
        {"en": "Chinese Consulate General in Los Angeles", "zh-Hans": "中国驻洛杉矶总领事馆"},
        CHINA,
    ),
    _real(
        "bay-area-council",
        "association",
        {"en": "Bay Area Council", "zh-Hans": "旧金山湾区委员会"},
        {"en": "Bay Area Council", "zh-Hans": "湾区委员会"},
        UNITED_STATES,
    ),
    _real(
        "cccme",
        "association",
        {
            "en": "China Chamber of Commerce for Import and Export of Machinery and Electronic Products",
            "zh-Hans": "中国机电产品进出口商会",
        },
        {"en": "CCCME", "zh-Hans": "机电商会"},
        CHINA,
        abbreviation={"en": "CCCME"},
    ),
    _real(
        "jiangsu",
        "government",
        {"en": "Jiangsu Province", "zh-Hans": "江苏省"},
        {"en": "Jiangsu", "zh-Hans": "江苏"},
        CHINA,
    ),
    _real(
        "hubei", "government", {"en": "Hubei Province", "zh-Hans": "湖北省"}, {"en": "Hubei", "zh-Hans": "湖北"}, CHINA
    ),
    _real(
        "shanghai",
        "government",
        {"en": "Shanghai Municipality", "zh-Hans": "上海市"},
        {"en": "Shanghai", "zh-Hans": "上海"},
        CHINA,
    ),
    _real(
        "state-of-california",
        "government",
        {"en": "State of California", "zh-Hans": "加利福尼亚州"},
        {"en": "California", "zh-Hans": "加州"},
        UNITED_STATES,
    ),
    _real(
        "city-of-los-angeles",
        "government",
        {"en": "City of Los Angeles", "zh-Hans": "洛杉矶市"},
        {"en": "Los Angeles", "zh-Hans": "洛杉矶"},
        UNITED_STATES,
    ),
    _real(
        "mebo",
        "company",
        {"en": "MEBO International"},
        {"en": "MEBO"},
        UNITED_STATES,
        flags=("name-zh-unattested",),
    ),
)

CITIES = {
    "jiangsu": (("南京", "Nanjing"), ("苏州", "Suzhou"), ("无锡", "Wuxi"), ("常州", "Changzhou"), ("南通", "Nantong")),
    "hubei": (("武汉", "Wuhan"), ("宜昌", "Yichang"), ("襄阳", "Xiangyang"), ("黄石", "Huangshi")),
    "shanghai": (("上海", "Shanghai"),),
}

# Theme, Chinese trade, its short form, English trade. The order gives each province every theme early.
TRADES = (
    ("clean-energy", "光伏科技", "光伏", "Photovoltaic Technology"),
    ("logistics", "国际物流", "物流", "International Logistics"),
    ("agriculture", "生态农业", "农业", "Ecological Agriculture"),
    ("trade", "机电设备", "机电", "Electromechanical Equipment"),
    ("culture", "文化旅游", "文旅", "Culture and Tourism"),
    ("zero-carbon", "环境科技", "环境", "Environmental Technology"),
    ("clean-energy", "储能技术", "储能", "Energy Storage"),
    ("logistics", "供应链管理", "供应链", "Supply Chain Management"),
    ("agriculture", "食品", "食品", "Foods"),
    ("trade", "国际贸易", "国贸", "International Trade"),
    ("culture", "演艺文化", "演艺", "Performing Arts"),
    ("zero-carbon", "新材料", "新材料", "New Materials"),
    ("trade", "跨境电子商务", "跨境电商", "Cross-Border E-Commerce"),
)

# Chinese name, Latin name as the company would register it.
BRANDS = (
    ("澄禾", "Chenghe"), ("朗沐", "Langmu"), ("启衡", "Qiheng"), ("云岫", "Yunxiu"), ("砚溪", "Yanxi"),
    ("青屿", "Qingyu"), ("泊岸", "Bo'an"), ("弘穗", "Hongsui"), ("沐禾", "Muhe"), ("霁野", "Jiye"),
    ("望舒", "Wangshu"), ("凌渡", "Lingdu"), ("庭松", "Tingsong"), ("远帆", "Yuanfan"), ("衡石", "Hengshi"),
    ("映川", "Yingchuan"), ("槐序", "Huaixu"), ("鹭洲", "Luzhou"), ("栖梧", "Qiwu"), ("星垂", "Xingchui"),
    ("芦汀", "Luting"), ("知微", "Zhiwei"), ("九皋", "Jiugao"), ("双橡", "Shuangxiang"), ("桐舟", "Tongzhou"),
    ("润黎", "Runli"), ("雁回", "Yanhui"), ("松筠", "Songyun"), ("辰砚", "Chenyan"), ("禾苑", "Heyuan"),
    ("汀兰", "Tinglan"), ("景澄", "Jingcheng"), ("沧舟", "Cangzhou"), ("珞原", "Luoyuan"), ("楚汀", "Chuting"),
    ("江渚", "Jiangzhu"), ("禾光", "Heguang"), ("锦帆", "Jinfan"), ("屿森", "Yusen"), ("川柏", "Chuanbai"),
    ("沅芷", "Yuanzhi"), ("洵美", "Xunmei"), ("知夏", "Zhixia"), ("云橡", "Yunxiang"), ("墨池", "Mochi"),
)  # fmt: skip

COMPANIES_OF = {"jiangsu": 20, "hubei": 12, "shanghai": 13}

# Key, kind, theme, English legal and short name, Chinese legal and short name ("" where the business uses none).
CALIFORNIAN = (
    ("arroyo-grove", "company", "agriculture", "Arroyo Grove Almond Growers, Inc.", "Arroyo Grove", "溪林杏仁种植公司", "溪林杏仁"),
    ("sierra-valley", "company", "agriculture", "Sierra Valley Citrus Cooperative", "Sierra Valley", "山谷柑橘合作社", "山谷柑橘"),
    ("gold-oak", "company", "agriculture", "Gold Oak Vineyards, LLC", "Gold Oak", "金橡酒庄", "金橡酒庄"),
    ("valley-cold", "company", "agriculture", "Valley Cold Foods, Inc.", "Valley Cold Foods", "谷地冷鲜食品公司", "谷地冷鲜"),
    ("san-pedro-drayage", "company", "logistics", "San Pedro Harbor Drayage, Inc.", "Harbor Drayage", "圣佩德罗港口集运公司", "港口集运"),
    ("pacific-lantern", "company", "logistics", "Pacific Lantern Freight, LLC", "Pacific Lantern", "太平洋明灯货运公司", "明灯货运"),
    ("long-wharf", "company", "logistics", "Long Wharf Warehousing, Inc.", "Long Wharf", "长码头仓储公司", "长码头仓储"),
    ("bluewater-lane", "company", "logistics", "Bluewater Lane Shipping Agency", "Bluewater Lane", "碧水航线船务代理公司", "碧水船务"),
    ("mojave-light", "company", "clean-energy", "Mojave Light Solar, Inc.", "Mojave Light", "莫哈韦之光太阳能公司", "莫哈韦之光"),
    ("tule-storage", "company", "clean-energy", "Tule Grid Storage, Inc.", "Tule Storage", "图利电网储能公司", "图利储能"),
    ("tidewind", "company", "clean-energy", "Tidewind Offshore Partners, LP", "Tidewind", "潮风海上风电合伙公司", "潮风海上风电"),
    ("redwood-hydrogen", "company", "clean-energy", "Redwood Hydrogen Works, Inc.", "Redwood Hydrogen", "红杉氢能公司", "红杉氢能"),
    ("zero-harbor", "education", "zero-carbon", "Zero Harbor Institute", "Zero Harbor", "零碳港口研究院", "零碳港口院"),
    ("clear-basin", "company", "zero-carbon", "Clear Basin Buildings, LLC", "Clear Basin", "清澈盆地建筑公司", "清澈建筑"),
    ("canyon-carbon", "company", "zero-carbon", "Canyon Carbon Accounting, Inc.", "Canyon Carbon", "峡谷碳核算公司", "峡谷碳核算"),
    ("electric-yard", "company", "zero-carbon", "Electric Yard Equipment Co.", "Electric Yard", "电动堆场设备公司", "电动堆场"),
    ("mission-stage", "company", "culture", "Mission Stage Productions, Inc.", "Mission Stage", "使命舞台制作公司", "使命舞台"),
    ("coastline-tours", "company", "culture", "Coastline Tours and Travel", "Coastline Tours", "海岸线旅行社", "海岸线旅行"),
    ("silver-reel", "company", "culture", "Silver Reel Studios, LLC", "Silver Reel", "银色胶卷影业公司", "银卷影业"),
    ("garden-museum", "other", "culture", "Garden Museum of Pacific Arts", "Garden Museum", "太平洋艺术园林博物馆", "园林博物馆"),
    ("figueroa-trade", "company", "trade", "Figueroa Trade Advisors, LLC", "Figueroa Trade", "菲格罗亚贸易咨询公司", "菲格罗亚咨询"),
    ("alameda-instruments", "company", "trade", "Alameda Instruments, Inc.", "Alameda Instruments", "阿拉米达仪器公司", "阿拉米达仪器"),
    ("jacaranda-devices", "company", "trade", "Jacaranda Medical Devices, Inc.", "Jacaranda Devices", "蓝花楹医疗器械公司", "蓝花楹医疗"),
    ("bridge-law", "company", "trade", "Bridgewell Marquez Chu LLP", "Bridgewell", "桥源律师事务所", "桥源律所"),
    ("transpacific-guild", "association", "trade", "Transpacific Small Business Guild", "Transpacific Guild", "跨太平洋中小企业联合会", "跨太平洋联合会"),
    ("golden-coast-chamber", "association", "trade", "Golden Coast Chinese Chamber of Commerce", "Golden Coast Chamber", "金海岸华商总会", "金海岸总会"),
    ("south-bay-exporters", "association", "trade", "South Bay Exporters Association", "South Bay Exporters", "南湾出口商协会", "南湾出口商"),
    ("inland-growers", "association", "agriculture", "Inland Growers League", "Inland Growers", "内陆种植者联盟", "内陆种植者"),
    ("sunset-ventures", "company", "", "Sunset Ridge Ventures, LP", "Sunset Ridge", "落日山脊创投", "落日创投"),
    ("mesa-robotics", "company", "", "Mesa Verde Robotics, Inc.", "Mesa Robotics", "", ""),
    ("quiet-creek", "company", "", "Quiet Creek Software, Inc.", "Quiet Creek", "", ""),
    ("poppy-bank", "company", "", "Poppy Field Community Bank", "Poppy Field Bank", "花菱草社区银行", "花菱草银行"),
    ("marina-insurance", "company", "", "Marina Point Insurance Brokers", "Marina Point", "码头角保险经纪公司", "码头角保险"),
    ("echo-park-foods", "company", "", "Echo Hill Specialty Foods", "Echo Hill", "", ""),
    ("canal-street", "company", "", "Canal Street Design Office", "Canal Street", "", ""),
    ("westlake-college", "education", "", "Westlake Hills College", "Westlake Hills", "西湖山学院", "西湖山学院"),
    ("harbor-county-office", "other", "", "Harbor Counties Trade Office", "Harbor Counties", "港湾诸县贸易办公室", "港湾贸易办"),
    ("pacific-dispatch", "media", "", "Pacific Dispatch", "Pacific Dispatch", "太平洋快讯", "太平洋快讯"),
    ("harbor-chinese-daily", "media", "", "Harbor Chinese Daily", "Harbor Daily", "港湾华文日报", "港湾日报"),
    ("channel-nine-west", "media", "", "West Channel News", "West Channel", "西部频道新闻", "西部频道"),
    ("trade-ledger", "media", "", "The Trade Ledger", "Trade Ledger", "", ""),
    ("forum-secretariat", "other", "", "Forum Secretariat", "Secretariat", "论坛秘书处", "秘书处"),
    ("clearword", "company", "", "Clearword Conference Interpreting", "Clearword", "明言会议口译公司", "明言口译"),
)  # fmt: skip


def _chinese_companies() -> Iterator[Organization]:
    brands = iter(BRANDS)
    for province, count in COMPANIES_OF.items():
        for index in range(count):
            brand, latin = next(brands)
            city, city_latin = CITIES[province][index % len(CITIES[province])]
            theme, trade, trade_short, trade_latin = TRADES[index % len(TRADES)]
            yield Organization(
                key=f"{city_latin}-{latin}".lower().replace("'", ""),
                kind="company",
                legal_name={
                    "en": f"{city_latin} {latin} {trade_latin} Co., Ltd.",
                    "zh-Hans": f"{city}{brand}{trade}有限公司",
                },
                short_name={"en": latin, "zh-Hans": f"{brand}{trade_short}"},
                abbreviation=NOTHING,
                country_region=CHINA,
                parent=province,
                theme=theme,
                is_sample=True,
            )


def _californian() -> Iterator[Organization]:
    for key, kind, theme, legal, short, legal_chinese, short_chinese in CALIFORNIAN:
        chinese = bool(legal_chinese)
        yield Organization(
            key=key,
            kind=kind,
            legal_name={"en": legal, **({"zh-Hans": legal_chinese} if chinese else {})},
            short_name={"en": short, **({"zh-Hans": short_chinese} if chinese else {})},
            abbreviation=NOTHING,
            country_region=UNITED_STATES,
            theme=theme,
            is_sample=True,
            flags=() if chinese else ("name-zh-missing",),
        )


def organizations() -> tuple[Organization, ...]:
    return (*REAL, *_chinese_companies(), *_californian())
