"""`tuntas load`: bring packs into the register. Which loader stands behind which word."""

from collections.abc import Callable, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from tuntas.clocks.loading import load_policies
from tuntas.clocks.recomputing import recompute_running
from tuntas.kernel.packs import Loaded, Progress
from tuntas.kernel.refusals import Refusal
from tuntas.organizations import loading
from tuntas.timekeeping import note_new_deadlines

Loader = Callable[[Sequence[Path], Progress], Loaded]

# In the order in which each finds what it points to.
PACKS: dict[str, Loader] = {
    "calendars": lambda _files, progress: loading.load_calendars(progress=progress),
    "holidays": lambda files, progress: _load_holidays(files, progress),
    "areas": lambda files, progress: loading.load_areas(files, progress=progress),
    "categories": lambda _files, progress: loading.load_categories(progress=progress),
    "agencies": lambda _files, progress: loading.load_agencies(progress=progress),
    "deadlines": lambda files, progress: load_policies(files, progress=progress),
}
TAKES_FILES = ("holidays", "areas", "deadlines")


def load(what: str, given: Sequence[str], *, progress: Progress) -> list[Loaded]:
    """Load one pack, all packs ("all"), or offices: of regions by their codes, or from CSV files ("offices").

    "letter-addresses" takes CSV files: where letters to agencies go that are not connected.

    Raises Refusal for files given to a pack that takes none.
    """
    if what == "offices":
        return _load_offices(given, progress)
    if what == "letter-addresses":
        return [loading.load_letter_addresses(Path(name), progress=progress) for name in given]
    files = [Path(name) for name in given]
    if files and what not in TAKES_FILES:
        raise Refusal(
            _("“%(what)s” takes no files.") % {"what": what},
            why=_("Only these packs can be replaced by files of yours: %(packs)s.") % {"packs": ", ".join(TAKES_FILES)},
        )
    return [loader(files, progress) for name, loader in PACKS.items() if what in {name, "all"}]


def _load_holidays(files: Sequence[Path], progress: Progress) -> Loaded:
    loaded = loading.load_holidays(files, progress=progress)
    recompute_running(progress=progress, what=_("running deadlines"), told=note_new_deadlines)
    return loaded


def _load_offices(given: Sequence[str], progress: Progress) -> list[Loaded]:
    files = [Path(name) for name in given if name.lower().endswith(".csv")]
    codes = [name for name in given if not name.lower().endswith(".csv")]
    done = [loading.load_units(loading.units_in(file), progress=progress) for file in files]
    return done + ([loading.load_regions(codes, progress=progress)] if codes else [])
