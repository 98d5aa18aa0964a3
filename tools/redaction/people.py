"""Invented numbers and names, in the many ways in which people write them. None belongs to anybody we know of.

Shares its lists with nothing in the product: what the helper believes about prefixes, codes and lengths is tested here
against what was written down apart from it.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

# Region codes: provinces, each with as many regencies (01..) and cities (71..) as it has about.
PROVINCES = {
    11: (18, 5), 12: (25, 8), 13: (12, 7), 14: (10, 2), 15: (9, 2), 16: (13, 4), 17: (9, 1), 18: (13, 2), 19: (6, 1), 21: (5, 2),
    31: (1, 5), 32: (18, 9), 33: (29, 6), 34: (4, 1), 35: (29, 9), 36: (4, 4), 51: (8, 1), 52: (8, 2), 53: (21, 1), 61: (12, 2),
    62: (13, 1), 63: (11, 2), 64: (7, 3), 65: (4, 1), 71: (11, 4), 72: (12, 1), 73: (21, 3), 74: (15, 2), 75: (5, 1), 76: (6, 0),
    81: (9, 2), 82: (8, 2), 91: (8, 1), 92: (6, 1), 93: (4, 0), 94: (8, 0), 95: (8, 0), 96: (5, 1),
}  # fmt: skip
MOBILE = (
    "0811 0812 0813 0814 0815 0816 0817 0818 0819 0821 0822 0823 0831 0832 0833 0838 0851 0852 0853 0855 0856 0857 0858 0859"
    " 0877 0878 0879 0881 0882 0883 0887 0888 0889 0895 0896 0897 0898 0899"
).split()  # fmt: skip
AREAS = (
    "021 022 024 031 061 0251 0254 0265 0271 0274 0281 0291 0321 0331 0341 0351 0361 0370 0380 0411 0431 0451 0511 0541 0561 0711 0751"
    " 0761 0778 0911 0967"
).split()  # fmt: skip
PLATES = (
    "A B D E F G H K L M N P R S T W Z AA AB AD AE AG BA BB BD BE BG BH BK BL BM BN BP DA DB DC DD DE DG DH DK DL DM DN DP DR DS DT EA"
    " EB ED KB KH KT KU PA PB"
).split()  # fmt: skip
SUFFIX = "ABCDEFGHJKLMNPQRSTUVWXYZ"
BANKS = {
    "BCA": (10,), "BNI": (10,), "BRI": (15,), "Mandiri": (13,), "BSI": (10,), "BTN": (16,), "CIMB": (13, 14), "Bank Jatim": (10, 13),
    "BPD DIY": (12,), "Danamon": (10,), "SeaBank": (12,), "Bank Jago": (12,), "BJB": (13,), "Permata": (10,),
}  # fmt: skip
GIVEN = (
    "Sutrisno Wahyuni Hartono Sulastri Bambang Rahmawati Agus Ningsih Slamet Dewi Yanto Fitriani Joko Kartini Supriyadi Aminah Herman"
    " Lestari Rudi Susanti Made Ketut Ucok Butet Asep Euis Andi Tenri Yohanes Maria"
).split()  # fmt: skip
FAMILY = "Santoso Wijayanti Prasetyo Utami Saputra Handayani Nugroho Siregar Hutapea Hidayat Kurniawan Setiawan Rahman Puspita".split()


def digits(dice: random.Random, number: int) -> str:
    return "".join(dice.choice("0123456789") for _ in range(number))


def nik(dice: random.Random) -> str:
    """Region, day of birth (plus 40 for women), month, year, running number."""
    province = dice.choice(list(PROVINCES))
    regencies, cities = PROVINCES[province]
    area = dice.choice([*range(1, regencies + 1), *range(71, 71 + cities)])
    born = date(1940, 1, 1) + timedelta(days=dice.randrange(30_000))
    day = born.day + (40 if dice.random() < 0.5 else 0)
    return f"{province}{area:02}{dice.randint(1, 30):02}{day:02}{born:%m%y}{dice.randint(1, 40):04}"


def mobile(dice: random.Random) -> str:
    return dice.choice(MOBILE) + digits(dice, dice.choice([6, 7, 8, 8, 8, 9]))


def landline(dice: random.Random) -> tuple[str, str]:
    area = dice.choice(AREAS)
    return area, dice.choice("23456789") + digits(dice, (6 if len(area) == 3 else 5) - dice.choice([0, 0, 1]))


def plate(dice: random.Random) -> tuple[str, str, str]:
    number = dice.choices([4, 3, 2, 1], [80, 12, 5, 3])[0]
    letters = "".join(dice.choice(SUFFIX) for _ in range(dice.choices([2, 3, 1], [55, 35, 10])[0]))
    return dice.choice(PLATES), dice.choice("123456789") + digits(dice, number - 1), letters


def account(dice: random.Random, bank: str) -> str:
    return dice.choice("0123456789") + digits(dice, dice.choice(BANKS[bank]) - 1)


def person(dice: random.Random) -> str:
    return dice.choice(GIVEN) + (f" {dice.choice(FAMILY)}" if dice.random() < 0.6 else "")


# Ways of writing --------------------------------------------------------------------------------------


def parts(number: str, *sizes: int, by: str) -> str:
    """The digits in groups of these sizes, the last as long as what is left."""
    found, at = [], 0
    for size in sizes:
        found.append(number[at : at + size])
        at += size
    return by.join([*found, number[at:]] if number[at:] else found)


Way = Callable[[str], str]
T = TypeVar("T")
NIK_WAYS: Sequence[tuple[str, int, Way]] = (
    ("together", 55, lambda n: n),
    ("4 4 4 4", 12, lambda n: parts(n, 4, 4, 4, by=" ")),
    ("dashes", 6, lambda n: parts(n, 4, 4, 4, by="-")),
    ("dots by part", 7, lambda n: parts(n, 2, 2, 2, 6, by=".")),
    ("6 6 4", 8, lambda n: parts(n, 6, 6, by=" ")),
    ("dot each 4", 6, lambda n: parts(n, 4, 4, 4, by=".")),
    ("8 8", 3, lambda n: parts(n, 8, by=" ")),
    ("wide blanks", 3, lambda n: parts(n, 4, 4, 4, by="  ")),
)
PHONE_WAYS: Sequence[tuple[str, int, Way]] = (
    ("together", 45, lambda n: n),
    ("dashes 4 4", 12, lambda n: parts(n, 4, 4, by="-")),
    ("blanks 4 4", 10, lambda n: parts(n, 4, 4, by=" ")),
    ("blanks 4 3 3", 4, lambda n: parts(n, 4, 3, 3, by=" ")),
    ("dots", 4, lambda n: parts(n, 4, 4, by=".")),
    ("+62 together", 9, lambda n: "+62" + n[1:]),
    ("+62 blanks", 6, lambda n: "+62 " + parts(n[1:], 3, 4, by=" ")),
    ("+62 dashes", 4, lambda n: "+62 " + parts(n[1:], 3, 4, by="-")),
    ("62 together", 3, lambda n: "62" + n[1:]),
    ("brackets", 2, lambda n: f"({n[:4]}) {n[4:]}"),
    ("pairs", 1, lambda n: parts(n, *[2] * (len(n) // 2 - 1), by=" ")),
)
PLATE_WAYS: Sequence[tuple[str, int, Callable[[str, str, str], str]]] = (
    ("blanks", 50, lambda a, b, c: f"{a} {b} {c}"),
    ("together", 25, lambda a, b, c: a + b + c),
    ("small together", 9, lambda a, b, c: (a + b + c).lower()),
    ("small blanks", 7, lambda a, b, c: f"{a} {b} {c}".lower()),
    ("dashes", 5, lambda a, b, c: f"{a}-{b}-{c}"),
    ("half", 4, lambda a, b, c: f"{a} {b}{c}"),
)


def account_ways(bank: str) -> Sequence[tuple[str, int, Way]]:
    ways: list[tuple[str, int, Way]] = [
        ("together", 65, lambda n: n),
        ("blanks of 4", 10, lambda n: parts(n, *[4] * ((len(n) - 1) // 4), by=" ")),
        ("dashes 3 3", 8, lambda n: parts(n, 3, 3, by="-")),
        ("blanks 3 3", 8, lambda n: parts(n, 3, 3, by=" ")),
    ]
    if bank == "BRI":
        ways.append(("as BRI prints", 30, lambda n: parts(n, 4, 2, 6, 2, by="-")))
    if bank == "Mandiri":
        ways.append(("as Mandiri prints", 30, lambda n: parts(n, 3, 2, 7, by="-")))
    return ways


def one_of(dice: random.Random, ways: Sequence[tuple[str, int, T]]) -> tuple[str, T]:
    name, _weight, way = dice.choices(ways, [weight for _name, weight, _way in ways])[0]
    return name, way
