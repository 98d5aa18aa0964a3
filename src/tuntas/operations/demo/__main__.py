"""`python -m tuntas.operations.demo`: build the demo's register once; the supervisor calls it on the first start."""

import sys

import django
from django.utils import timezone, translation
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

STEPS = 1700  # about as many as the lives have; the bar is honest to a few per cent


def main() -> int:
    django.setup()
    translation.activate("id")
    from tuntas.operations.demo import history, places, walking

    stage = places.build()
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()) as bar:
        history.bring_in(stage, bar)
        task = bar.add_task("300 laporan contoh, 18 bulan", total=STEPS)
        for steps in walking.walk(stage, until=timezone.now(), seed=2026):
            bar.update(task, completed=steps, total=max(STEPS, steps))
    return 0


if __name__ == "__main__":
    sys.exit(main())
