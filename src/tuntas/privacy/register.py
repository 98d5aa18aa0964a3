"""The record of processing: what every column of both databases holds, why, how long, and who reads it (UU 27/2022).

`packs/privacy/fields.toml` puts each field of each model into a class and a group; a test demands an entry for every
field. From both come docs/record-of-processing.md and the public page /privasi. Pure: no database.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from tuntas.kernel.packs import pack, rows


class DataClass(StrEnum):
    """What a field holds. IDENTITY and CONTENT are the assets A1 and A3 of the threat model."""

    IDENTITY = "identity"
    CONTENT = "content"
    METADATA = "metadata"
    PUBLIC = "public"
    CREDENTIAL = "credential"
    OPERATIONAL = "operational"


MEANINGS: Mapping[DataClass, Any] = {
    DataClass.IDENTITY: _("Who somebody is or how to reach them"),
    DataClass.CONTENT: _("What people wrote or sent, and where it happened"),
    DataClass.METADATA: _("Facts about a report or a person that name nobody by themselves"),
    DataClass.PUBLIC: _("What anybody may read"),
    DataClass.CREDENTIAL: _("Codes, passwords and keys, kept as digests or encrypted"),
    DataClass.OPERATIONAL: _("What the machine needs to do its work"),
}


class Basis(StrEnum):
    """Legal grounds of processing. Source: UU 27/2022 art. 20 (2)."""

    CONSENT = "consent"
    LEGAL_DUTY = "legal duty"
    PUBLIC_TASK = "public task"


BASES: Mapping[Basis, Any] = {
    Basis.CONSENT: _("Your consent, which you can take back (UU 27/2022 art. 20 (2) a)"),
    Basis.LEGAL_DUTY: _("A duty that the law puts on public agencies (UU 27/2022 art. 20 (2) c)"),
    Basis.PUBLIC_TASK: _("The public task of handling complaints (UU 27/2022 art. 20 (2) e; UU 25/2009)"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Fields that are kept for one purpose. keeping: a class of packs/privacy/retention.csv. citizens: shown first."""

    name: Any
    what: Any
    why: Any
    basis: Basis
    keeping: str
    readers: Any
    where: Any
    citizens: bool = True


CASES = _("Case database")
VAULT = _("Identity vault: a database of its own, under its own key")
OFFICERS = _("The officers who handle the report, and those who supervise them; never the office it is about")
ADMINS = _("Administrators of the register")
MACHINE = _("Nobody reads it; the machine compares it")
ANYBODY = _("Anybody")


def _behind(**facts: Any) -> Group:
    """What citizens meet on no page of theirs; in the case database unless it says otherwise."""
    return Group(**{"where": CASES, "citizens": False, **facts})


GROUPS: Mapping[str, Group] = {
    "identity": Group(
        name=_("Your name and address"),
        what=_("Name, e-mail, phone, language: only what you gave. What you chose to hide from everybody lies with it."),
        why=_("To send you news, and to let you prove later that a report is yours"),
        basis=Basis.CONSENT, keeping="identity", where=VAULT,
        readers=_("No officer. Opened only for a stated reason, with a second person of another organisation; you see it."),
    ),
    "words": Group(
        name=_("What you wrote"),
        what=_("Text, place, answers, messages, objections, ratings"),
        why=_("To handle the report"), basis=Basis.PUBLIC_TASK, keeping="content", readers=OFFICERS,
        where=_("Case database; encrypted when the report is secret"),
    ),
    "files": Group(
        name=_("Your photos and files"),
        what=_("A copy without place and camera data; the original, sealed"),
        why=_("To prove what happened"), basis=Basis.PUBLIC_TASK, keeping="content", readers=OFFICERS,
        where=_("File store, encrypted; originals can be opened by the vault alone"),
    ),
    "case": Group(
        name=_("The course of your report"),
        what=_("Number, state, class, category, office, time limits, protection"),
        why=_("To handle the report in time, and to count"), basis=Basis.PUBLIC_TASK, keeping="case",
        readers=OFFICERS, where=CASES,
    ),
    "conflicts": Group(
        name=_("Whom the report is about"),
        what=_("The office or the officer who must not see it"),
        why=_("To keep the report from those it is about"), basis=Basis.PUBLIC_TASK, keeping="content",
        readers=ADMINS, where=CASES,
    ),
    "history": Group(
        name=_("The history"),
        what=_("What happened when, by which office and in which role; reasons and answers"),
        why=_("So that nobody can rewrite what was done"), basis=Basis.LEGAL_DUTY, keeping="history",
        readers=_("You and the officers; the public part: anybody"), where=CASES,
    ),
    "public": Group(
        name=_("The public copy"),
        what=_("Title, text and place that an administrator checked and published; no copy of a secret report"),
        why=_("So that everybody can see what public services do"), basis=Basis.PUBLIC_TASK, keeping="public",
        readers=ANYBODY, where=CASES,
    ),
    "codes": Group(
        name=_("Your secret code"),
        what=_("A keyed digest of it. The code itself is stored nowhere."),
        why=_("To open your report for you"), basis=Basis.PUBLIC_TASK, keeping="case", readers=MACHINE, where=CASES,
    ),
    "notices": Group(
        name=_("Messages to you"),
        what=_("Which message was sent when. The vault fills in the address; nobody else sees it."),
        why=_("To tell you what happens"), basis=Basis.CONSENT, keeping="notices", readers=ADMINS, where=CASES,
    ),
    "follows": Group(
        name=_("Reports that you follow, and devices that are told"),
        what=_("That a report is followed, and a keyed digest by which an address counts once; the address lies in the vault"),
        why=_("To write to you, or to tell your device, when something happens with it"), basis=Basis.CONSENT, keeping="follows",
        readers=_("Nobody; the vault writes to you"), where=CASES,
    ),
    "disclosures": Group(
        name=_("Who asked to know who you are"),
        what=_("Who asked, why, who decided, until when; each opening"),
        why=_("So that you and the law can see every opening"), basis=Basis.LEGAL_DUTY, keeping="rights",
        readers=_("You, the asker and the custodian"), where=CASES,
    ),
    "rights": Group(
        name=_("Your requests about your data"),
        what=_("What you asked for, what was decided and why; holds that a court or an examination placed"),
        why=_("To do what you asked within the time of the law"), basis=Basis.LEGAL_DUTY, keeping="rights",
        readers=_("You and the data protection officer"), where=CASES,
    ),
    "letters": Group(
        name=_("Letters to offices outside the register"),
        what=_("When a report was sent to an office by letter, and what it answered"),
        why=_("So that such an office can answer too"), basis=Basis.PUBLIC_TASK, keeping="content", readers=OFFICERS,
        where=CASES,
    ),
    "breaches": _behind(
        name=_("Data breaches"),
        what=_("What happened, which data, how many people; no names"),
        why=_("To tell those concerned and the authority in time"), basis=Basis.LEGAL_DUTY, keeping="rights",
        readers=_("The data protection officer"),
    ),
    "officers": _behind(
        name=_("Officers"),
        what=_("Name, official e-mail, role, unit, days of appointment"),
        why=_("To know who may do what"), basis=Basis.PUBLIC_TASK, keeping="officers", readers=ADMINS,
    ),
    "sign_in": _behind(
        name=_("Signing in"),
        what=_("Hashed passphrases, second factors, sessions. On the pages for reporters a session knows one report and no address."),
        why=_("To let in only those who may"), basis=Basis.LEGAL_DUTY, keeping="sessions", readers=MACHINE,
    ),
    "security_log": _behind(
        name=_("The security log"),
        what=_("Sign-ins, refusals, openings, exports, purposes that officers stated"),
        why=_("To find misuse"), basis=Basis.LEGAL_DUTY, keeping="security_log",
        readers=_("National administrators and auditors"),
    ),
    "ledger": _behind(
        name=_("The public log"),
        what=_("Digests of every entry of the history, signed; nothing can be read from them"),
        why=_("So that anybody can prove that nothing was removed or changed"), basis=Basis.LEGAL_DUTY, keeping="history",
        readers=ANYBODY,
    ),
    "keys": _behind(
        name=_("Generations of keys"),
        what=_("Public halves and days; private halves lie in files that only the vault can read"),
        why=_("To change keys, and to make old copies unreadable"), basis=Basis.LEGAL_DUTY, keeping="history",
        readers=MACHINE, where=VAULT,
    ),
    "reference": _behind(
        name=_("Lists that everybody shares"),
        what=_("Offices, places, categories, holidays, time limits: nothing about a person"),
        why=_("To route and to count"), basis=Basis.PUBLIC_TASK, keeping="history", readers=ANYBODY,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one model. package: `tuntas` or `tuntas_vault`."""

    model: str
    field: str
    data_class: DataClass
    group: str


@lru_cache(maxsize=1)
def entries() -> Mapping[tuple[str, str], Entry]:
    """Every annotated field, by model label and field. Raises ValueError for an unknown class or group, or a field twice."""
    tables: dict[str, dict[str, Any]] = tomllib.loads(pack("privacy/fields.toml").read_text(encoding="utf-8"))
    found: dict[tuple[str, str], Entry] = {}
    for model, table in tables.items():
        own, elsewhere = table["group"], table.get("elsewhere", {})
        for name in DataClass:
            for field in str(table.get(name.value, "")).split():
                entry = Entry(model, field, name, elsewhere.get(field, own))
                if entry.group not in GROUPS or (model, field) in found:
                    raise ValueError(f"fields.toml: {model}.{field} is there twice, or in no known group")
                found[model, field] = entry
        words = set(table) - {"group", "elsewhere", *(each.value for each in DataClass)}
        if words or set(elsewhere) - {field for label, field in found if label == model}:
            raise ValueError(f"fields.toml: {model} holds unknown words")
    return found


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a class is kept. months: None for as long as the register stands. since: what the time runs from."""

    name: str
    months: int | None
    since: str
    legal_source: str
    mark: str


@lru_cache(maxsize=8)
def keeping(on: Any) -> Mapping[str, Keeping]:
    """The retention that is in force on a day, by class."""
    found: dict[str, Keeping] = {}
    for row in rows(pack("privacy/retention.csv"), needs=("class", "months", "since", "legal_source", "mark")):
        begins, ends = row.day("valid_from"), row.day("valid_to")
        if (begins is None or begins <= on) and (ends is None or on <= ends):
            months = row.number("months") if row.text("months") else None
            found[row.text("class")] = Keeping(
                row.text("class"), months, row.text("since"), row.text("legal_source"), row.text("mark")
            )
    return found
