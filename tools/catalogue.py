"""The words of the product: what the code says in English, and what the parts of each catalogue make of it.

usage: tools/catalogue.py build              compile every language's parts into LC_MESSAGES/django.mo
       tools/catalogue.py check              fail when a message has no translation, or one that would break; print how
                                             much of the product each other language says
       tools/catalogue.py missing [FOLDER] [--language CODE]
                                             print what has no translation yet, ready to paste into a part; without a
                                             folder, of a language that is not complete, what the form says

Sources are the parts, src/tuntas/locale/<language>/parts/*.po; the compiled catalogue is made, never committed.
English needs none: the message ids are English.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "src/tuntas/locale"
CODE = (ROOT / "src/tuntas", ROOT / "src/tuntas_vault")
COMPLETE = ("id",)  # languages in which nothing may be missing
# Languages in which nothing of the form and of the own report may be missing; the rest is said in Indonesian.
PROMISED = ("jv",)
# What the form says: these files, with the frame around them; and the own report, but for what law decides about data.
_PAGES = "src/tuntas/portal/templates/portal/"
_TEMPLATES = (
    "base", "report_story", "report_sending", "report_whole", "_story_fields", "_helps", "_held", "_sending_part",
    "_where_it_goes", "_special_cases", "_covering", "_similar", "_offline_part", "_outbox_place", "_refused",
    "receipt", "receipt_gone", "_holder", "offline", "track", "_code_form",
    "own", "destroy", "_act", "_entry", "_exit", "_expected", "_files", "_logged", "_messages", "_standing", "_survey",
)  # fmt: skip
_CODE = ("forms", "hints", "filing", "tracking", "moves", "asking_after", "standing")
FORM = (
    *(f"{_PAGES}{name}.html" for name in _TEMPLATES),
    *(f"src/tuntas/portal/{name}.py" for name in _CODE),
    "src/tuntas/followup/surveying.py",
    "src/tuntas/web/templates/web/_timeline.html",
    "src/tuntas/web/forms.py",
    *(f"src/tuntas/web/templates/web/{name}" for name in ("base.html", "base_citizen.html", "_words", "forms/")),
)

# Python names that mark a message, and the places of its texts among the arguments (Babel's way to say it).
MARKS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy", "_n"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "_p"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# Indonesian and its neighbours count without plurals (Unicode CLDR, cardinal rules); Babel's own table is wrong there.
PLURALS = dict.fromkeys(("id", "jv", "su", "mad"), "nplurals=1; plural=0;")

FRAMEWORK = "django.po"  # the part that says Django's own messages better than Django does
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
IN_TEMPLATES = re.compile(r"(?<![\w.])(npgettext|ngettext|pgettext|gettext|_)\(")
PLACEHOLDERS = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")

Key = tuple[str, str]  # context (may be empty), message id


@dataclass
class Said:
    """A message that the code says. plural: empty when it has none. places: "file:line"."""

    single: str
    plural: str = ""
    context: str = ""
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.single


@dataclass(frozen=True)
class Meant:
    """A translation and the part it stands in."""

    message: Message
    part: Path

    @property
    def texts(self) -> list[str]:
        strings = self.message.string
        return [strings] if isinstance(strings, str) else list(strings)


@dataclass
class Findings:
    """What a check found: faults fail it, remarks do not."""

    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compile and check the catalogues.")
    parser.add_argument("what", choices=("build", "check", "missing"))
    parser.add_argument("folder", nargs="?", type=Path, help="only what this folder's files say (for missing)")
    parser.add_argument("--language", default=COMPLETE[0], help="of which language (for missing)")
    asked = parser.parse_args(arguments)
    if asked.what == "build":
        return build(LOCALE)
    if asked.what == "missing":
        print_missing(LOCALE / asked.language, asked.folder)
        return 0
    return report(LOCALE)


def build(locale: Path) -> int:
    """Compile what is older than its parts. Prints one line when it wrote something."""
    for parts in sorted(locale.glob("*/parts")):
        target = parts.parent / "LC_MESSAGES/django.mo"
        sources = sorted(parts.glob("*.po"))
        newest = max((path.stat().st_mtime_ns for path in [parts, Path(__file__), *sources]), default=0)
        if target.is_file() and target.stat().st_mtime_ns > newest:
            continue
        merged = merge(parts.parent.name, sources)
        compile_to(target, merged)
        print(f"catalogue: {parts.parent.name} has {len(merged)} messages from {len(sources)} parts")
    return 0


def merge(language: str, sources: Sequence[Path]) -> Catalog:
    """One catalogue of all parts. Where two parts differ, the first in the alphabet counts, and `check` complains."""
    merged = Catalog(
        locale=language,
        domain="django",
        project="Tuntas",
        version="1",
        last_translator="",
        language_team="",
        creation_date=UNDATED,  # the same parts give the same bytes
        revision_date=UNDATED,
    )
    if language in PLURALS:
        merged.mime_headers = [("Plural-Forms", PLURALS[language])]
    for meant in reversed(list(read_parts(language, sources))):
        message = meant.message
        merged.add(message.id, message.string, context=message.context)
    return merged


def compile_to(target: Path, merged: Catalog) -> None:
    """Write the .mo beside its place and move it there, so that a running server never reads half of one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = BytesIO()
    write_mo(made, merged)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".new")
    with os.fdopen(handle, "wb") as file:
        file.write(made.getvalue())
    Path(name).chmod(0o644)
    Path(name).replace(target)


def report(locale: Path) -> int:
    """Check every language and print what is wrong; 1 when something must be mended."""
    messages = said_in(CODE)
    broken = 0
    for language in sorted(path.parent.name for path in locale.glob("*/parts")):
        found = check(messages, language, sorted((locale / language / "parts").glob("*.po")))
        for remark in found.remarks:
            print(f"{language}: note: {remark}")
        for fault in found.faults:
            print(f"{language}: {fault}", file=sys.stderr)
        broken += len(found.faults)
        if language not in COMPLETE:
            print(coverage(messages, language, locale))
    if broken:
        print(
            f"catalogue: {broken} to mend. `tools/catalogue.py missing FOLDER` prints a form to fill in.",
            file=sys.stderr,
        )
        return 1
    print(f"catalogue: {len(messages)} messages, complete in {', '.join(COMPLETE)}")
    return 0


def coverage(messages: dict[Key, Said], language: str, locale: Path) -> str:
    """How much a language says, of everything and of the form."""
    known = {
        key_of(meant.message) for meant in read_parts(language, sorted((locale / language / "parts").glob("*.po")))
    }
    form = {key for key, said in messages.items() if is_of_the_form(said)}
    whole, part = len(known & messages.keys()), len(known & form)
    return (
        f"{language}: {whole} of {len(messages)} messages ({whole / len(messages):.0%}), {part} of {len(form)} of the "
        f"form ({part / len(form):.0%}); the rest is said in Indonesian"
    )


def is_of_the_form(said: Said) -> bool:
    return any(place.startswith(FORM) for place in said.places)


def check(messages: dict[Key, Said], language: str, sources: Sequence[Path]) -> Findings:
    """Compare what the code says with what the parts mean."""
    found, known = Findings(), {}
    for meant in read_parts(language, sources):
        key = key_of(meant.message)
        if key in known and known[key].texts != meant.texts:
            found.faults.append(f"{meant.part.name} and {known[key].part.name} translate {key[1]!r} differently")
        known.setdefault(key, meant)
        found.faults += faults_of(meant)
        if key not in messages and meant.part.name != FRAMEWORK:
            found.remarks.append(f"{meant.part.name}: nothing says {key[1]!r} any more")
    if language in COMPLETE + PROMISED:
        for key, said in messages.items():
            if key not in known and (language in COMPLETE or is_of_the_form(said)):
                found.faults.append(f"{said.places[0]}: no translation of {said.single!r}")
            elif key in known and said.plural and isinstance(known[key].message.id, str):
                found.faults.append(f"{known[key].part.name}: {said.single!r} needs its plural (msgid_plural)")
    return found


def faults_of(meant: Meant) -> Iterator[str]:
    """What is wrong with one translation by itself."""
    message, where = meant.message, meant.part.name
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    if message.fuzzy:
        yield f"{where}: {ids[0]!r} is marked fuzzy: read it, then remove the mark"
    if not all(text.strip() for text in meant.texts):
        yield f"{where}: {ids[0]!r} has an empty translation"
        return
    wanted = set(PLACEHOLDERS.findall(ids[-1]))
    for text in meant.texts:
        got = set(PLACEHOLDERS.findall(text))
        if got != wanted:
            yield f"{where}: {ids[0]!r} has placeholders {sorted(wanted)}, its translation has {sorted(got)}"
        if ids[0][:1].isspace() != text[:1].isspace() or ids[0][-1:].isspace() != text[-1:].isspace():
            yield f"{where}: {ids[0]!r} and its translation begin or end with different spaces"


def read_parts(language: str, sources: Sequence[Path]) -> Iterator[Meant]:
    for part in sources:
        with part.open("rb") as file:
            for message in read_po(file, locale=language, domain="django"):
                if message.id:
                    if language in PLURALS and isinstance(message.string, tuple):
                        message.string = message.string[:1]  # Babel fills up to the number that it believes in
                    yield Meant(message, part)


def key_of(message: Message) -> Key:
    single = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", single


def said_in(folders: Sequence[Path]) -> dict[Key, Said]:
    """Every message that the Python files and templates below `folders` say."""
    found: dict[Key, Said] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix == ".py":
            read = from_python(path)
        elif "templates" in path.parts and path.suffix in {".html", ".txt"}:
            read = from_template(path)
        else:
            continue
        for line, said in read:
            known = found.setdefault(said.key, said)
            known.plural = known.plural or said.plural
            known.places.append(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}")
    return found


def from_python(path: Path) -> Iterator[tuple[int, Said]]:
    with path.open("rb") as file:
        for line, name, texts, _comments in extract_python(file, list(MARKS), [], {"encoding": "utf-8"}):
            if said := as_said(name, texts if isinstance(texts, tuple) else (texts,)):
                yield line, said


def from_template(path: Path) -> Iterator[tuple[int, Said]]:
    """Django turns a template into something that looks like Python where it speaks; its calls are read one by one."""
    from django.utils.translation.template import templatize

    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in IN_TEMPLATES.finditer(source):
        texts = strings_from(source, call.end())
        if said := as_said(call[1], texts):
            yield source.count("\n", 0, call.start()) + 1, said


def strings_from(source: str, start: int) -> list[str]:
    """The string arguments of a call whose opening parenthesis ends at `start`."""
    texts, at = [], start
    while literal := re.compile(r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?""", re.S).match(source, at):
        texts.append(str(ast.literal_eval(literal[1])))
        at = literal.end()
    return texts


def as_said(mark: str, texts: Sequence[str | None]) -> Said | None:
    """A message from the texts of a call, by what its mark means; None when a text is not written out."""
    places = MARKS[mark] or (1,)
    wanted = [place[0] if isinstance(place, tuple) else place for place in places]
    if max(wanted) > len(texts) or any(not texts[place - 1] for place in wanted):
        return None
    context = "".join(str(texts[place[0] - 1]) for place in places if isinstance(place, tuple))
    single, *plural = (str(texts[place - 1]) for place in places if isinstance(place, int))
    return Said(single=single, plural="".join(plural), context=context)


def print_missing(language: Path, folder: Path | None) -> None:
    """A .po form of what `folder` (or everything) says and no part translates."""
    known = {key_of(meant.message) for meant in read_parts(language.name, sorted(language.glob("parts/*.po")))}
    near = str(folder.resolve().relative_to(ROOT)) if folder else ""
    for key, said in said_in(CODE).items():
        places = [place for place in said.places if place.startswith(near)]
        if key in known or not places or not (folder or language.name in COMPLETE or is_of_the_form(said)):
            continue
        print(f"#: {places[0]}")
        if said.context:
            print(f"msgctxt {quoted(said.context)}")
        print(f"msgid {quoted(said.single)}")
        if said.plural:
            print(f'msgid_plural {quoted(said.plural)}\nmsgstr[0] ""\n')
        else:
            print('msgstr ""\n')


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    sys.exit(main())
