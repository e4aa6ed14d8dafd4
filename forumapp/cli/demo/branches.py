"""What the two groups of the delegation do from 24 May to the dinner of 25 May: 24 people in and around San Francisco,
108 in Los Angeles. The record has a visit to the Bay Area Council; all else is made up.
"""

from __future__ import annotations

from functools import partial

from forumapp.cli.demo.itinerary import BOOKS, FORMAL, HERE, HOTEL, LAX, SFO, SJC, Flight, flight, item

NORTH, SOUTH = "san-francisco", "los-angeles"
COUNCIL, NORTH_HOTEL, CHIPS = "council", "sf-hotel", "chips"
FOODS, SOLAR = "foods", "solar"
_north, _south = partial(item, group=NORTH), partial(item, group=SOUTH)

SAN_FRANCISCO = (
    _north("sf-to-lax", "transfer", ("Transfer to the airport", "乘车前往机场"), HOTEL, span=("24T09:15", "24T10:00"),
           to=LAX),
    flight("sf-flight", Flight("XX 520", LAX, SFO, "24T11:30", "24T12:55", HERE, ("7", "3")), group=NORTH),
    _north("sf-from-airport", "transfer", ("Transfer to the hotel", "乘车前往酒店"), SFO,
           span=("24T13:10", "24T13:50"), to=NORTH_HOTEL),
    _north("sf-check-in", "hotel", ("Hotel check-in", "办理酒店入住"), NORTH_HOTEL, span=("24T13:50", "24T14:15")),
    _north("sf-lunch", "meal", ("Lunch", "午餐"), NORTH_HOTEL, span=("24T14:15", "24T15:15")),
    _north("sf-to-council", "transfer", ("Transfer to the Bay Area Council", "乘车前往湾区委员会"), NORTH_HOTEL,
           span=("24T15:20", "24T15:40"), to=COUNCIL),
    _north("sf-council", "visit", ("Visit to the Bay Area Council", "访问湾区委员会"), COUNCIL,
           span=("24T15:45", "24T17:30"), host="bay-area-council", dress=FORMAL, gift=BOOKS,
           contact="Jamie Sample, +1 415 555 0163"),
    _north("sf-from-council", "transfer", ("Transfer to the hotel", "乘车返回酒店"), COUNCIL,
           span=("24T17:40", "24T18:00"), to=NORTH_HOTEL),
    _north("sf-dinner", "meal", ("Dinner", "晚餐"), NORTH_HOTEL, span=("24T18:30", "24T20:00")),
    _north("sf-to-company", "transfer", ("Transfer to the company", "乘车前往企业"), NORTH_HOTEL,
           span=("25T08:30", "25T10:00"), to=CHIPS),
    _north("sf-company", "visit", ("Visit to an instruments company", "参观仪器企业"), CHIPS,
           span=("25T10:15", "25T12:00"), host="alameda-instruments",
           contact="Sandy Sample, +1 408 555 0164"),
    _north("sf-company-lunch", "meal", ("Working lunch with the company", "与企业工作午餐"), CHIPS,
           span=("25T12:00", "25T13:15")),
    _north("sf-to-sjc", "transfer", ("Transfer to the airport", "乘车前往机场"), CHIPS, span=("25T13:30", "25T13:50"),
           to=SJC),
    flight("sf-return", Flight("XX 533", SJC, LAX, "25T15:30", "25T16:50", HERE, ("A", "7")), group=NORTH),
    _north("sf-to-hotel", "transfer", ("Transfer to the hotel", "乘车返回酒店"), LAX, span=("25T17:00", "25T18:00"),
           to=HOTEL),
)  # fmt: skip

LOS_ANGELES = (
    _south("la-to-foods", "transfer", ("Transfer to the food company", "乘车前往食品企业"), HOTEL,
           span=("24T09:30", "24T10:15"), to=FOODS),
    _south("la-foods", "visit", ("Visit to a food company", "参观食品企业"), FOODS, span=("24T10:15", "24T12:00"),
           host="valley-cold", contact="Casey Sample, +1 213 555 0165"),
    _south("la-foods-lunch", "meal", ("Working lunch with food companies", "与食品企业工作午餐"), FOODS,
           span=("24T12:15", "24T13:30")),
    _south("la-to-solar", "transfer", ("Transfer to the solar company", "乘车前往光伏企业"), FOODS,
           span=("24T13:40", "24T14:20"), to=SOLAR),
    _south("la-solar", "visit", ("Visit to a solar company", "参观光伏企业"), SOLAR, span=("24T14:20", "24T16:20"),
           host="mojave-light", contact="Morgan Sample, +1 213 555 0166"),
    _south("la-to-hotel", "transfer", ("Transfer to the hotel", "乘车返回酒店"), SOLAR, span=("24T16:30", "24T17:15"),
           to=HOTEL),
    _south("la-dinner", "meal", ("Dinner", "晚餐"), HOTEL, span=("24T18:30", "24T20:00")),
    _south("industry-talks", "free", ("Follow-up meetings by arrangement", "自行约定后续洽谈"), HOTEL,
           span=("25T10:00", "25T16:00"), is_frame=True,
           note=("Tables are set up on the second floor.", "洽谈桌设于酒店二层。")),
    _south("la-lunch", "meal", ("Lunch", "午餐"), HOTEL, span=("25T12:00", "25T13:30")),
)  # fmt: skip
