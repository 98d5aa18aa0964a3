"""What the verifier is asked on a command line, and what it answers. Exit: 0 whole, 1 wrong, 2 could not be checked."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tuntas_verify.findings import Findings, Progress
from tuntas_verify.heads import anchors_in
from tuntas_verify.leaves import parse_mark
from tuntas_verify.merkle import Wrong
from tuntas_verify.notes import Key
from tuntas_verify.proofs import Proof
from tuntas_verify.public import PublicCheck, Unreachable, check_receipt, place

WHOLE, WRONG, NOT_CHECKED = 0, 1, 2
PATIENCE = 60.0  # seconds after which a row must have its leaf
SHOWN = 20  # findings told one by one
BAR = 30  # signs


def arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser everything that can be asked."""
    parser.add_argument("log", nargs="?", metavar="LOG", help="address of a public log, or a folder with its files")
    parser.add_argument("--key", action="append", metavar="KEY", help="the log's public key, or a file that holds it")
    parser.add_argument(
        "--anchor", action="append", type=Path, metavar="FILE", help="heads kept elsewhere; or a folder"
    )
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="the proof that a reporter downloaded")
    parser.add_argument("--mark", metavar="MARK", help="the mark on a receipt: is it in the log?")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep what was seen, and compare with it next time")
    parser.add_argument(
        "--database", metavar="ADDRESS", help="check a register's rows: a PostgreSQL address, read only"
    )
    parser.add_argument("--patience", type=float, default=PATIENCE, metavar="SECONDS", help=argparse.SUPPRESS)


def run(wish: argparse.Namespace, *, progress: Progress | None = None, language: str = "") -> int:
    """Check what was asked for and say what was found. Returns the exit status."""
    language = language or language_here()
    try:
        if wish.receipt:
            return _receipt(wish, language)
        found = (_public if wish.log else _register)(wish, progress or bar())
    except (Unreachable, Wrong, OSError) as fault:
        say(_both("Could not be checked: {}", "Tidak dapat diperiksa: {}")[language == "id"].format(fault))
        return NOT_CHECKED
    tell(found, language)
    return WRONG if found.wrong else WHOLE


def _receipt(wish: argparse.Namespace, language: str) -> int:
    files = place(wish.log) if wish.log else None
    proof = Proof.parse(wish.receipt.read_text(encoding="utf-8"))
    head, found = check_receipt(proof, keys(wish, wish.log), files)
    texts = _both(
        "Proved: leaf {} stood in the log {} when it had {} leaves. {}",
        "Terbukti: nomor {} ada dalam catatan {} ketika catatan itu punya {} nomor. {}",
    )
    opened = proof.content() or {}
    about = f"{opened.get('report_number') or ''} {opened.get('report_received_at') or ''}".strip()
    say(texts[language == "id"].format(proof.index, head.origin, head.size, about))
    if files is not None and not found.wrong:
        say(_both("It is there today as well.", "Hari ini pun masih ada.")[language == "id"])
    for finding in found.in_order:
        say(f"✗ {finding.say(language)}")
    return WRONG if found.wrong else WHOLE


def _public(wish: argparse.Namespace, progress: Progress) -> Findings:
    anchors = anchors_in(wish.anchor or ())
    mark = parse_mark(wish.mark) if wish.mark else None
    check = PublicCheck(place(wish.log), keys(wish, wish.log), anchors, mark, wish.keep, progress)
    if not wish.key:
        check.found.remark(
            "The log's key was taken from the log itself. Compare it with a copy from elsewhere (--key).",
            "Kunci catatan diambil dari catatan itu sendiri. Bandingkan dengan salinan dari tempat lain (--key).",
        )
    return check.run()


def _register(wish: argparse.Namespace, progress: Progress) -> Findings:
    if not wish.database:
        raise Wrong("give the address of a log, a folder, or --database")
    import psycopg  # only here: whoever checks a public log needs no database

    from tuntas_verify import queries
    from tuntas_verify.register import RegisterCheck

    given = keys(wish, None) if wish.key else ()
    anchors = anchors_in(wish.anchor or ())
    try:
        with queries.opened(wish.database) as cursor:
            return RegisterCheck(cursor, given, anchors, wish.patience, progress).run()
    except psycopg.Error as fault:
        raise Unreachable(str(fault).strip()) from fault


def keys(wish: argparse.Namespace, log: str | None) -> list[Key]:
    """The keys given; else those that the log publishes itself. Raises Wrong and Unreachable."""
    if wish.key:
        texts = [Path(given).read_text(encoding="utf-8") if Path(given).is_file() else given for given in wish.key]
    elif log:
        texts = [place(log).read("key").decode("utf-8", "replace")]
    else:
        raise Wrong("give the log's public key (--key) or the log itself")
    return [Key.parse(line) for text in texts for line in text.splitlines() if line.strip()]


def tell(found: Findings, language: str) -> None:
    """Say what was looked at, the first wrong leaf, and the rest."""
    indonesian = language == "id"
    looked = _both(
        "{} leaves, {} signed heads ({} kept elsewhere), {} rows, {} tombstones",
        "{} nomor, {} segel ({} disimpan di luar), {} baris, {} penghapusan menurut hukum",
    )
    counts = (found.leaves, found.heads, found.anchors, found.rows, found.tombstones)
    say(looked[indonesian].format(*counts))
    if found.found_mark is not None:
        say(_both("The mark is leaf {}.", "Tanda itu ada pada nomor {}.")[indonesian].format(found.found_mark))
    for remark in found.remarks:
        say(f"! {remark[indonesian]}")
    for finding in found.in_order[:SHOWN]:
        say(f"✗ {finding.say(language)}")
    if len(found.wrong) > SHOWN:
        say(_both("… and {} more", "… dan {} lagi")[indonesian].format(len(found.wrong) - SHOWN))
    if not found.wrong:
        say(_both("✓ Nothing is missing and nothing was changed.", "✓ Tidak ada yang hilang atau diubah.")[indonesian])


def _both(english: str, indonesian: str) -> tuple[str, str]:
    return english, indonesian


def say(words: str) -> None:
    sys.stdout.write(words + "\n")


def bar() -> Progress:
    """A bar on a terminal; nothing in a log."""
    stream = sys.stderr

    def show(what: str, done: int, of: int) -> None:
        if stream.isatty() and of:
            filled = BAR * done // of
            end = "\n" if done >= of else ""
            stream.write(f"\r{what} [{'#' * filled}{'.' * (BAR - filled)}] {done}/{of}{end}")
            stream.flush()

    return show


def language_here() -> str:
    """`id` for a terminal set to Indonesian, else `en`."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "id" if chosen.startswith("id") else "en"


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="tuntas-verify", description="Check the public log of a Tuntas register, without trusting who runs it."
    )
    arguments(parser)
    return run(parser.parse_args(given))
