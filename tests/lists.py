"""Lists of people as offices, trade shows, hotels and airlines send them. The people are invented."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import xlsxwriter
import xlwt

FAMILIES = ("Zhang", "张"), ("Li", "李"), ("Wang", "王"), ("Chen", "陈"), ("Liu", "刘")
GIVEN = ("Wei", "伟"), ("Fang", "芳"), ("Min", "敏"), ("Jie", "杰"), ("Na", "娜"), ("Jun", "军"), ("Yu", "玉")


@dataclass(frozen=True)
class OfficeList:
    """A file, and where its table stands in it. `skipped` are rows below the list."""

    file: str
    content: bytes
    heading_row: int
    people: int
    sheet: str = ""
    read_as: str = "xlsx"
    ignored: tuple[str, ...] = ()
    skipped: tuple[int, ...] = ()


def chinese(number: int) -> tuple[str, str, str]:
    """Family name, given name and Chinese name: another one for each number below 245."""
    family, first, second = FAMILIES[number % 5], GIVEN[number // 5 % 7], GIVEN[number // 35 % 7]
    return family[0], first[0] + second[0].lower(), family[1] + first[1] + second[1]


def english(number: int) -> tuple[str, str]:
    given = ("Alice", "Brian", "Carla", "David", "Erika", "Frank", "Grace", "Henry")[number % 8]
    family = ("Abbott", "Becker", "Costa", "Dupont", "Evans", "Fischer", "Garcia", "Hughes", "Ivanova")[number // 8 % 9]
    return family, given


def government() -> OfficeList:
    """A provincial government: a merged title, signatures below, provinces in merged cells, remarks on food."""
    book, out = _book()
    sheet = book.add_worksheet("名单")
    sheet.merge_range(0, 0, 0, 8, "江苏省政府经贸代表团名单")
    sheet.write_row(1, 0, ["序号", "团组", "姓名", "姓名拼音", "单位", "职务", "手机号", "饮食要求 Diet", "备注"])
    food = {0: "清真", 1: "花生过敏", 2: "无"}
    for number in range(12):
        family, given, native = chinese(number)
        row = [
            number + 1,
            "",
            native,
            f"{family.upper()} {given}",
            "江苏省商务厅",
            "处长",
            f"+86 138 0013 80{number:02}",
        ]
        sheet.write_row(2 + number, 0, [*row, food.get(number, ""), ""])
    sheet.merge_range(2, 1, 7, 1, "江苏")
    sheet.merge_range(8, 1, 13, 1, "湖北")
    sheet.write_row(14, 0, ["合计", "", "12人"])
    sheet.write_row(15, 0, ["填表人：王芳", "", "", "联系电话：025-12345678"])
    book.close()
    return OfficeList(
        "省政府代表团名单.xlsx", out.getvalue(), 2, 12, "名单", ignored=("序号", "备注"), skipped=(15, 16)
    )


def chamber() -> OfficeList:
    """A chamber: a title in row 1, the office in row 2, headings in two languages in row 3, and 133 people."""
    book, out = _book()
    sheet = book.add_worksheet("Sheet1")
    sheet.write(0, 0, "2023年中国-加州经贸论坛参会人员名单")
    sheet.write(1, 0, "填表单位：中国机电产品进出口商会")
    heads = ["No.", "姓名 Name", "Name (as in passport)", "公司 Company", "Job Title (Chinese)", "手机 Mobile"]
    sheet.write_row(2, 0, [*heads, "E-mail", "到达航班 Arrival flight", "住宿要求 Hotel", "分团 Delegation"])
    for number in range(133):
        family, given, native = chinese(number)
        passport = (f"{family.upper()}, {given}", f"{family.upper()} {given.upper()}", f"{family}  {given}")[number % 3]
        mail, flight = f"user{number}@example.org", "CA985 5月20日 9:30" if number % 2 else ""
        row = [number + 1, native, passport, "示例机电有限公司", "经理", f"1380013{number:04}", mail, flight]
        part = ("江苏", "湖北")[number % 2]
        sheet.write_row(3 + number, 0, [*row, "大床房、无烟" if number == 1 else "", part])
    sheet.write_row(136, 0, ["", "总计：133人"])
    sheet.write_row(137, 0, ["", "制表：李敏", "", "审核：张伟"])
    book.close()
    return OfficeList("机电商会.xlsx", out.getvalue(), 3, 133, "Sheet1", ignored=("No.",), skipped=(137, 138))


def trade_show() -> OfficeList:
    """Exhibitors of a trade show, with instructions in a first sheet, a hidden sheet and VBA macros."""
    book, out = _book()
    cover = book.add_worksheet("Instructions")
    cover.write_column(0, 0, ["Exhibitor registration", "Fill in one row per person."])
    hidden = book.add_worksheet("Old")
    hidden.write_row(0, 0, ["First Name", "Last Name", "Email", "Company", "Mobile", "Diet", "Job Title"])
    hidden.write_row(1, 0, ["Old", "Person", "old@example.org", "Old Ltd", "", "", ""])
    hidden.hide()
    sheet = book.add_worksheet("Exhibitors")
    sheet.write_row(0, 0, ["Exhibitor list – Hall 4"])
    sheet.write_row(
        3, 0, ["Booth", "Company", "First Name", "Last Name", "Job Title", "Email Address", "Mobile", "Diet"]
    )
    for number in range(20):
        family, given = english(number)
        mail, phone = f"{given}.{family}@example.com".lower(), "+1 415 555 0100 x12" if number == 0 else ""
        row = [f"4-{number}", "Total SE" if number == 5 else "Example Inc", given, family, "Sales", mail, phone]
        sheet.write_row(4 + number, 0, [*row, "Vegetarian" if number == 3 else ""])
    sheet.write_row(25, 0, ["Total", 20])
    book.close()
    content = _with_macros(out.getvalue())
    return OfficeList("exhibitors.xlsm", content, 4, 20, "Exhibitors", "xlsm", ignored=("Booth",), skipped=(26,))


def hotel() -> OfficeList:
    """A rooming list of a hotel, as an XLS with one error cell."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Rooming List")
    _row(sheet, 0, ["ROOMING LIST"])
    _row(sheet, 1, ["Group: Example Forum"])
    _row(sheet, 3, ["Conf. No.", "Guest Name", "Room Type", "Arrival Date", "Departure Date", "Nights", "Phone"])
    for number in range(10):
        family, given = english(number)
        dates = ["2023-05-20 15:00", "2023-05-26 11:00", 6]
        _row(sheet, 4 + number, [1000 + number, f"{family.upper()}, {given}", "King, non-smoking", *dates])
    sheet.row(6).set_cell_error(6, 0x2A)  # #N/A
    _row(sheet, 14, ["Total rooms: 10"])
    _row(sheet, 15, ["Prepared by: Front Office"])
    out = io.BytesIO()
    book.save(out)
    ignored = ("Conf. No.",)
    return OfficeList("rooming.xls", out.getvalue(), 4, 10, "Rooming List", "xls", ignored=ignored, skipped=(15, 16))


def airline() -> OfficeList:
    """A passenger list of an airline, in UTF-16 with tabs: surnames and given names in capitals."""
    lines = ["PASSENGER LIST CA985", "", "Seq\tSurname\tGiven Name\tNationality\tInbound flight\tOutbound flight"]
    for number in range(15):
        family, given, _native = chinese(number)
        flights = "CA985 5月20日 9:30", "2023-05-26 12:40 CA986"
        lines.append("\t".join([str(number + 1), family.upper(), given.upper(), "CHN", *flights]))
    lines.append("TOTAL 15 PAX\t\t\t\t\t")
    return OfficeList(
        "manifest.txt", "\r\n".join(lines).encode("utf-16"), 3, 15, read_as="utf-16",
        ignored=("Seq", "Nationality"), skipped=(19,),
    )  # fmt: skip


def ticket_shop() -> OfficeList:
    """An export of a ticket shop by a European spreadsheet: CSV with semicolons."""
    lines = ["Order #;Order Date;First Name;Last Name;Email;Quantity;Attendee Status;Company;Dietary requirements"]
    for number in range(18):
        family, given = english(number)
        diet = ("", "Vegan", '"halal; no nuts please"')[number % 3]
        mail = f"{given}.{family}@example.net".lower()
        lines.append(f"{number};2023-03-01 10:00;{given};{family};{mail};1;Attending;Example GmbH;{diet}")
    content = "\n".join(lines).encode("utf-8-sig")
    return OfficeList("orders.csv", content, 1, 18, read_as="utf-8", ignored=("Order #", "Quantity"))


def city_office() -> OfficeList:
    """A city office's CSV in GB18030 with a title line and signatures."""
    lines = ["杭州市参会人员登记表,,,,,", "姓名,拼音,工作单位,职务,联系电话,饮食禁忌"]
    for number in range(25):
        family, given, native = chinese(number)
        phone = "13800138000转801" if number == 2 else f"0571-8800{number:04}"
        lines.append(f"{native},{family} {given},杭州市示例局,科长,{phone},{'不吃辣' if number == 4 else ''}")
    lines += ["合计,25人,,,,", "填表人：陈杰,,,填表日期：2023年4月1日,,"]
    return OfficeList("杭州.csv", "\r\n".join(lines).encode("gb18030"), 2, 25, read_as="gb18030", skipped=(28, 29))


def university() -> OfficeList:
    """A university's XLSX in English and Chinese, where one column of names holds both scripts."""
    book, out = _book()
    sheet = book.add_worksheet("Participants")
    sheet.write_row(0, 0, ["姓名 Name", "Affiliation", "Position", "WeChat ID", "Email", "Phone"])
    for number in range(8):
        family, given, native = chinese(number)
        name = f"{native} {family.upper()} {given}" if number else "Michael O'Brien"
        row = [name, "Example University", "Professor", f"wx_{number:05}", f"prof{number}@example.edu"]
        sheet.write_row(1 + number, 0, [*row, "+1 650 555 0100"])
    book.close()
    return OfficeList("university.xlsx", out.getvalue(), 1, 8, "Participants")


def company() -> OfficeList:
    """A company's XLSX that was filled by formulas, one of which failed, with blank rows between departments."""
    book, out = _book()
    sheet = book.add_worksheet("参会人员")
    sheet.write_row(1, 1, ["英文姓", "英文名", "中文姓名", "邮箱", "单位", "团内职务", "Delegation"])
    at = 2
    for number in range(9):
        family, given, native = chinese(number)
        role = ("团长", "团员", "医生")[min(number, 2)]
        sheet.write_row(at, 1, [family, given, native, f"c{number}@example.cn", "示例集团", role, "江苏"])
        at += 1 if number % 3 < 2 else 2
    sheet.write_formula(4, 5, "=VLOOKUP(1,2,3)", None, "#N/A")
    book.close()
    return OfficeList("company.xlsx", out.getvalue(), 2, 9, "参会人员")


def embassy() -> OfficeList:
    """An embassy's CSV with commas in names, several numbers in a cell, and columns of an assistant."""
    lines = [
        "Delegation of the Republic of Example,,,,,,",
        "Order,Full name (as in passport),Title,Organisation,Mobile no.,Assistant's phone,Dietary needs",
    ]
    for number in range(6):
        family, given = english(number)
        phone = "+44 20 7946 0100 / +44 20 7946 0101" if number == 1 else "+44 20 7946 0100"
        name = f'"{family.upper()}, {given}"' if number else "ST Liew"
        lines.append(f"{number + 1},{name},Counsellor,Embassy of Example,{phone},+44 20 7946 0199,")
    lines += ["Prepared by: Chancery,,,,,,", "Note: subject to change,,,,,,"]
    return OfficeList(
        "embassy.csv", "\n".join(lines).encode(), 2, 6, read_as="utf-8",
        ignored=("Order", "Assistant's phone"), skipped=(9, 10),
    )  # fmt: skip


LISTS = (
    government, chamber, trade_show, hotel, airline, ticket_shop, city_office, university, company, embassy,
)  # fmt: skip


def _book() -> tuple[xlsxwriter.Workbook, io.BytesIO]:
    out = io.BytesIO()
    return xlsxwriter.Workbook(out, {"in_memory": True}), out


def _row(sheet: xlwt.Worksheet, at: int, cells: list[str | int]) -> None:
    for column, cell in enumerate(cells):
        sheet.write(at, column, cell)


def _with_macros(content: bytes) -> bytes:
    """The workbook with the part that holds macros."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(508))
    return out.getvalue()


def program_workbook(*hidden: str) -> bytes:
    """Sessions of a forum, with those of an earlier draft in a second sheet. The sheets named are hidden, or that."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        program, draft = book.add_worksheet("Program"), book.add_worksheet("Draft")
        program.write_column(0, 0, ["Title", "Ports"])
        draft.write_column(0, 0, ["Program of May", "Title", "Ports of old"])
        for sheet in (program, draft):
            if sheet.name in (hidden or ("Draft",)):
                sheet.hide()
        book.add_worksheet("empty").activate()
    return out.getvalue()
