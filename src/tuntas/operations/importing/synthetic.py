"""Made-up registers: the history of the demo, and any number of rows to measure with. Every text bears the mark of it.

The history has the totals that a province published, and the split of its year 2022 (handbook 5.1): 1,959 came in,
1,802 were finished, 98 were on hold, and 59 nobody explained. The same seed gives the same rows.

    python -m tuntas.operations.importing.synthetic history history.csv
    python -m tuntas.operations.importing.synthetic 300000 rows.csv
"""

import argparse
import csv
import random
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from tuntas.kernel.packs import pack

TEMPLATES = "synthetic/reports.toml"
FINISHED, ON_HOLD, UNEXPLAINED = "Selesai", "Tertunda", ""
HISTORY: Mapping[int, Mapping[str, int]] = {  # by year, what became of how many reports; 2023 to the end of March
    2020: {FINISHED: 518},
    2021: {FINISHED: 371},
    2022: {FINISHED: 1_802, ON_HOLD: 98, UNEXPLAINED: 59},
    2023: {FINISHED: 309},
}
ENDS = date(2023, 3, 31)  # the last day of the history, on which it was read off
# What a large register looks like: nine of ten finished, the others in every state that a register can show.
MIXTURE = (
    (FINISHED, 900), ("Proses", 30), ("Belum Ditindaklanjuti", 20), ("Belum Terverifikasi", 10), (ON_HOLD, 20),
    ("Arsip", 15), (UNEXPLAINED, 5),
)  # fmt: skip
COLUMNS = (
    "nomor", "tanggal_masuk", "jenis", "judul", "isi", "lokasi", "kategori", "instansi", "status", "tanggal_status",
    "jawaban", "tanggal_jawaban",
)  # fmt: skip
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 12, 14, 14, 12, 9, 9, 8, 7, 6, 5, 5, 6, 6, 5, 3, 2)  # weight of each hour of a day
DAYS_TO_ANSWER = (0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 8, 11, 14, 20)
TYPES = ("Pengaduan",) * 88 + ("Aspirasi",) * 8 + ("Permintaan Informasi",) * 4

Row = Mapping[str, str]


@dataclass(frozen=True)
class Templates:
    """The words that rows are made of."""

    mark: str
    kinds: Sequence[Mapping[str, Any]]
    weights: Sequence[int]
    slots: Mapping[str, Sequence[str]]


@lru_cache(maxsize=1)
def templates() -> Templates:
    given = tomllib.loads(pack(TEMPLATES).read_text(encoding="utf-8"))
    slots = {name: given[name] for name in ("since", "streets", "landmarks", "closings")}
    weights = list(accumulate(kind["weight"] for kind in given["kind"]))
    return Templates(given["mark"], given["kind"], weights, slots)


def history(years: Iterable[int] = tuple(HISTORY), *, seed: int = 2020) -> Iterator[Row]:
    """The rows of the demo's history, in the order in which they came; a year is the same whichever are asked for."""
    for year in years:
        dice = random.Random(f"{seed}/{year}")  # noqa: S311  a made-up register needs repetition, not secrecy
        last = min(date(year, 12, 31), ENDS)
        statuses = [status for status, n in HISTORY[year].items() for _n in range(n)]
        dice.shuffle(statuses)
        days = (last - date(year, 1, 1)).days
        # Nobody is answered after the day on which the register was read off.
        moments = sorted(_moment(dice, date(year, 1, 1) + timedelta(days=dice.randint(0, days))) for _s in statuses)
        for number, (moment, status) in enumerate(zip(moments, statuses, strict=True), start=1):
            yield _row(dice, f"CONTOH-{year}-{number:05d}", moment, status, until=ENDS)


def rows(n: int, *, seed: int = 1, first: date = date(2019, 1, 1), last: date = date(2025, 12, 31)) -> Iterator[Row]:
    """`n` rows of a large register, lodged from `first` to `last`, in no order."""
    dice = random.Random(seed)  # noqa: S311
    words, weights = [word for word, _weight in MIXTURE], [weight for _word, weight in MIXTURE]
    days = (last - first).days
    for number in range(1, n + 1):
        moment = _moment(dice, first + timedelta(days=dice.randint(0, days)))
        status = dice.choices(words, weights)[0]
        yield _row(dice, f"CONTOH-{number:08d}", moment, status, until=last)


def write(path: Path, made: Iterable[Row]) -> int:
    """Write rows as the CSV file that the map `synthetic` reads. Returns how many."""
    n = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in made:
            writer.writerow(row)
            n += 1
    return n


def _moment(dice: random.Random, day: date) -> datetime:
    hour = dice.choices(range(24), HOURS)[0]
    return datetime.combine(day, time(hour, dice.randrange(60)))


def _row(dice: random.Random, number: str, lodged: datetime, status: str, *, until: date) -> Row:
    words = templates()
    kind = dice.choices(words.kinds, cum_weights=words.weights)[0]
    street, landmark = dice.choice(words.slots["streets"]), dice.choice(words.slots["landmarks"])
    place = f"Jalan {street} {dice.randint(1, 60)} dekat {landmark}"
    slots = {
        "place": place,
        "since": dice.choice(words.slots["since"]),
        "count": str(dice.randint(2, 40)),
        "hour": f"{dice.randint(7, 23):02d}.{dice.choice(('00', '15', '30', '45'))}",
    }
    text = " ".join(
        filter(None, (words.mark, dice.choice(kind["texts"]).format(**slots), dice.choice(words.slots["closings"])))
    )
    answered = min(
        lodged + timedelta(days=dice.choice(DAYS_TO_ANSWER), minutes=dice.randint(20, 400)),
        datetime.combine(until, time(23, 59)),
    )
    has_reply = status in {FINISHED, "Proses"}
    has_date = has_reply or status in {ON_HOLD, "Arsip"}
    return {
        "nomor": number,
        "tanggal_masuk": f"{lodged:%Y-%m-%d %H:%M}",
        "jenis": dice.choice(TYPES),
        "judul": f"{words.mark} {dice.choice(kind['titles']).format(**slots)}",
        "isi": text,
        "lokasi": place,
        "kategori": kind["category"],
        "instansi": kind["agency"],
        "status": status,
        "tanggal_status": f"{answered:%Y-%m-%d %H:%M}" if has_date else "",
        "jawaban": f"{words.mark} {dice.choice(kind['replies']).format(**slots)}" if has_reply else "",
        "tanggal_jawaban": f"{answered:%Y-%m-%d %H:%M}" if has_reply else "",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a made-up register.")
    parser.add_argument("what", help="`history`, or how many rows")
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int)
    wish = parser.parse_args()
    seed = {} if wish.seed is None else {"seed": wish.seed}
    made = history(**seed) if wish.what == "history" else rows(int(wish.what), **seed)
    print(write(wish.file, made))


if __name__ == "__main__":
    main()
