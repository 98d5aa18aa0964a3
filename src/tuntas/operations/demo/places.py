"""The demo's stage: which region it plays in, and the invented officers who work there."""

from dataclasses import dataclass, field
from datetime import date

from tuntas.access.actors import Actor
from tuntas.accounts import ethics
from tuntas.organizations.loading import load_regions
from tuntas.organizations.models import Appointment, Officer, Role, Unit

PROVINCE, CITY = "35", "35-73"
UNCONNECTED, LATE_COMER = "35-09", "35-72"  # a regency that has not joined, and a city that joins during the story
SINCE = date(2020, 1, 1)
CLOSED = ("inspektorat", "uptd-ppa")  # offices with a closed queue, each with an administrator of its own
OFFICES = (
    "perhubungan", "pu-tata-ruang", "lingkungan-hidup", "kesehatan", "dukcapil", "sosial-pppa", "pendidikan", "pdam",
    "satpol-pp", "dpmptsp", "inspektorat", "uptd-ppa",
)  # fmt: skip


@dataclass
class Stage:
    """Everybody who plays, by short names."""

    units: dict[str, Unit] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def office(self, template: str) -> Unit:
        return self.units[f"{CITY}-{template}"]


def build() -> Stage:
    """Make the offices of the province and the city, connect them, and appoint the demo's officers. Repeatable."""
    load_regions([PROVINCE, CITY.replace("-", ".")])
    Unit.objects.filter(code__in=["nation", PROVINCE, CITY]).update(connected_on=SINCE)
    Unit.objects.filter(code=UNCONNECTED).update(letter_address="surat@kabupaten.contoh.test")
    return found()


def found() -> Stage:
    """The stage that `build` made, with its officers appointed."""
    stage = Stage({unit.code: unit for unit in Unit.objects.filter(code__in=_codes())})
    _appoint(stage, "nasional", "nation", Role.NATIONAL_ADMIN)
    _appoint(stage, "pengawas", PROVINCE, Role.SUPERVISOR)
    _appoint(stage, "admin-kota", CITY, Role.AGENCY_ADMIN)
    _appoint(stage, "admin-kota-2", CITY, Role.AGENCY_ADMIN)
    _appoint(stage, "admin-provinsi", PROVINCE, Role.AGENCY_ADMIN)
    _appoint(stage, "penjaga-provinsi", PROVINCE, Role.CUSTODIAN)
    _appoint(stage, "penjaga-nasional", "nation", Role.CUSTODIAN)
    for template in OFFICES:
        _appoint(stage, f"penghubung-{template}", f"{CITY}-{template}", Role.LIAISON_OFFICER)
        _appoint(stage, f"kepala-{template}", f"{CITY}-{template}", Role.UNIT_HEAD)
    for template in CLOSED:
        _appoint(stage, f"admin-{template}", f"{CITY}-{template}", Role.AGENCY_ADMIN)
    _appoint(stage, "kepala-daerah", CITY, Role.UNIT_HEAD)
    _appoint(stage, "lapangan-perhubungan", f"{CITY}-perhubungan", Role.FIELD_OFFICER)
    puskesmas = Unit.objects.filter(code__startswith=CITY, code__endswith="-puskesmas").order_by("code").first()
    if puskesmas is not None:
        stage.units[puskesmas.code] = stage.units["puskesmas"] = puskesmas
        _appoint(stage, "penghubung-puskesmas", puskesmas.code, Role.LIAISON_OFFICER)
    return stage


def _codes() -> list[str]:
    return ["nation", PROVINCE, CITY, UNCONNECTED, LATE_COMER, *(f"{CITY}-{template}" for template in OFFICES)]


def _appoint(stage: Stage, name: str, unit: str, role: str) -> None:
    """An officer without a password: the demo's sign-in page opens the door, and only on loopback."""
    officer, made = Officer.objects.get_or_create(
        username=f"demo-{name}", defaults={"name": f"Petugas contoh ({name})", "email": f"{name}@contoh.test"}
    )
    if made:
        officer.set_unusable_password()
        officer.save()
        ethics.sign(officer, language="id")  # so that one click opens a desk
    appointment, _made = Appointment.objects.get_or_create(
        officer=officer, unit=stage.units[unit], role=role, valid_from=SINCE, defaults={"decree": "SK contoh"}
    )
    stage.actors[name] = Actor.appointed(appointment)
