"""The province's register of 2020 to March 2023, brought in through the same import that an operator uses."""

import tempfile
from pathlib import Path

from rich.progress import Progress

from tuntas.operations.importing import synthetic
from tuntas.operations.importing.bringing import Brought, bring
from tuntas.operations.importing.mapping import find_map, read_map


def bring_in(bar: Progress) -> Brought:
    """Write the made-up register as a file and import it. Repeatable: what is there already is left alone."""
    task = bar.add_task("Register contoh 2020 - Maret 2023")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register-contoh.csv"
        synthetic.write(file, synthetic.history())
        return bring(
            file,
            read_map(find_map("synthetic")),
            progress=lambda _what, done, total: bar.update(task, completed=done, total=total),
        )
