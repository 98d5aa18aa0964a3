"""`python -m tuntas.operations.demo history|lives|first|portals`: the demo's register, made once on the first start."""

import sys

import django
from django.utils import timezone, translation
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

STEPS = 1700  # about as many as the lives have; the bar is honest to a few per cent


def main() -> int:
    """`history` brings in the offices and the old register, as the owner of the tables.

    `lives` plays the reports, as the worker; `first` what each role finds to do first, as the web; `portals` opens
    those of two agencies, as the owner.
    """
    django.setup()
    translation.activate("id")
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()) as bar:
        steps = {"history": bring_history, "lives": play_lives, "first": play_first, "portals": open_portals}
        steps[sys.argv[1]](bar)
    return 0


def bring_history(bar: Progress) -> None:
    from tuntas.operations.demo import history, places

    places.build()
    history.bring_in(bar)


def open_portals(_bar: Progress) -> None:
    from tuntas.operations.demo import portals

    portals.open_them()


def play_lives(bar: Progress) -> None:
    from tuntas.operations.demo import places, walking

    task = bar.add_task("300 laporan contoh, 18 bulan", total=STEPS)
    for steps in walking.walk(places.found(), until=timezone.now(), seed=2026):
        bar.update(task, completed=steps, total=max(STEPS, steps))


def play_first(_bar: Progress) -> None:
    from tuntas.operations.demo import first_minutes, places

    first_minutes.play(first_minutes.short_lives(places.found()), until=timezone.now())


if __name__ == "__main__":
    sys.exit(main())
