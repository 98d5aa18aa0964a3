"""Who is there: areas, the tree of units, who supervises whom, who works where, and on which days.

Sources: handbook 1.3 (the tree), UU 25/2009 (supervision), Perpres 76/2013 (appointed managers).
"""

from datetime import date
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """A place by its official code (Kepmendagri 300.2.2-2430/2025): `35`, `35.09`, `35.09.20`, `35.09.20.1001`."""

    class Level(models.TextChoices):
        PROVINCE = "PROVINCE", _("Province")
        REGENCY = "REGENCY", _("Regency")
        CITY = "CITY", _("City")
        DISTRICT = "DISTRICT", _("District")
        URBAN_VILLAGE = "URBAN_VILLAGE", _("Urban village")
        VILLAGE = "VILLAGE", _("Village")

    code = models.CharField(max_length=13, primary_key=True)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=20, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    zone = models.CharField(max_length=40, default="Asia/Jakarta")  # WIB, WITA or WIT, from the province
    population = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["level", "name"], name="area_level_name"),
            models.Index(OpClass(Upper("name"), name="text_pattern_ops"), name="area_begins_with"),
        ]

    def __str__(self) -> str:
        return self.name


class WorkingCalendar(models.Model):
    """The days on which an agency works: zone, five- or six-day week; holidays are rows of their own."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=40, default="Asia/Jakarta")
    workweek = ArrayField(models.SmallIntegerField(), default=list)  # ISO weekdays, 1 = Monday
    version = models.IntegerField(default=1)  # goes up with every change of a day, and stands in each deadline

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day off: national (no calendar) or of one calendar alone."""

    class Kind(models.TextChoices):
        NATIONAL = "NATIONAL", _("National holiday")
        JOINT_LEAVE = "JOINT_LEAVE", _("Joint leave")
        LOCAL = "LOCAL", _("Local holiday")

    day = models.DateField()
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=Kind)
    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, null=True, blank=True, related_name="holidays")
    is_estimated = models.BooleanField(default=False)
    legal_source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "calendar"], name="one_holiday_a_day_and_kind", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"


class UnitKind(models.TextChoices):
    NATION = "NATION", _("Nation")
    MINISTRY = "MINISTRY", _("Ministry or national agency")
    PROVINCE = "PROVINCE", _("Province")
    REGENCY = "REGENCY", _("Regency")
    CITY = "CITY", _("City")
    REGIONAL_OFFICE = "REGIONAL_OFFICE", _("Office")
    SERVICE_UNIT = "SERVICE_UNIT", _("Service unit")
    DISTRICT = "DISTRICT", _("District office")
    URBAN_VILLAGE = "URBAN_VILLAGE", _("Urban village office")
    VILLAGE = "VILLAGE", _("Village office")
    STATE_COMPANY = "STATE_COMPANY", _("State or regional company")
    # Offices with a closed queue: what lies there is seen inside them and by national administrators alone.
    INSPECTORATE = "INSPECTORATE", _("Inspectorate")
    WOMEN_AND_CHILDREN = "WOMEN_AND_CHILDREN", _("Office that protects women and children")


CLOSED_KINDS = (UnitKind.INSPECTORATE, UnitKind.WOMEN_AND_CHILDREN)
AGENCY_KINDS = (UnitKind.NATION, UnitKind.MINISTRY, UnitKind.PROVINCE, UnitKind.REGENCY, UnitKind.CITY)


class UnitQuerySet(models.QuerySet["Unit"]):
    def under(self, unit: "Unit") -> Self:
        """The unit and all that belongs to it by the parent edge."""
        return self.filter(ancestry__contains=[unit.pk])

    def agencies(self) -> Self:
        return self.filter(kind__in=AGENCY_KINDS)

    def working(self) -> Self:
        return self.filter(closed_on=None)


class Unit(models.Model):
    """One office of the state, from the nation down to a puskesmas; agencies are the units that run a register.

    `ancestry` holds the ids from the root to the unit itself and is kept by the database (trigger
    `unit_ancestry`), which also refuses a circle. `agency` is the nearest agency, the unit itself included.
    """

    code = models.SlugField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=UnitKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    agency = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    ancestry = ArrayField(models.BigIntegerField(), default=list, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    calendar = models.ForeignKey(WorkingCalendar, models.PROTECT, null=True, blank=True, related_name="+")
    template = models.CharField(max_length=60, blank=True)  # office template that it was made from (R002-03)
    categories = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # codes it usually handles
    connected_on = models.DateField(null=True, blank=True)  # agencies: since when they work in the register
    letter_address = models.EmailField(blank=True)  # where a report for an unconnected agency is sent
    closed_on = models.DateField(null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["ancestry"], name="unit_ancestry_gin")]
        constraints = [models.CheckConstraint(condition=~Q(parent=models.F("id")), name="unit_is_not_its_own_parent")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_agency(self) -> bool:
        return self.kind in AGENCY_KINDS

    def oversees(self, other: "Unit") -> bool:
        """Whether `other` is this unit or belongs to it by the parent edge."""
        return self.pk in other.ancestry


class Supervision(models.Model):
    """`supervisor` watches `supervised`: a province its regencies. Not the same as the parent edge (handbook 1.3)."""

    supervisor = models.ForeignKey(Unit, models.CASCADE, related_name="supervises")
    supervised = models.ForeignKey(Unit, models.CASCADE, related_name="supervised_by")
    valid_from = models.DateField(default=date(2000, 1, 1))
    valid_to = models.DateField(null=True, blank=True)
    legal_source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supervisor", "supervised", "valid_from"], name="one_supervision_edge"),
            models.CheckConstraint(condition=~Q(supervisor=models.F("supervised")), name="nobody_supervises_himself"),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor} → {self.supervised}"


class Role(models.TextChoices):
    NATIONAL_ADMIN = "NATIONAL_ADMIN", _("National administrator")
    AGENCY_ADMIN = "AGENCY_ADMIN", _("Agency administrator")
    LIAISON_OFFICER = "LIAISON_OFFICER", _("Liaison officer")
    FIELD_OFFICER = "FIELD_OFFICER", _("Field officer")
    UNIT_HEAD = "UNIT_HEAD", _("Head of unit")
    SUPERVISOR = "SUPERVISOR", _("Supervisor")
    CUSTODIAN = "CUSTODIAN", _("Custodian of identities")


class OfficerManager(BaseUserManager["Officer"]):
    def create_officer(self, username: str, password: str | None = None, **facts: Any) -> "Officer":
        officer = self.model(username=username, **facts)
        officer.set_password(password)
        officer.save(using=self._db)
        return officer


class Officer(AbstractBaseUser):
    """A person who works in the register. What they may do comes from appointments, never from this row."""

    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, default="id")
    is_active = models.BooleanField(default=True)

    objects = OfficerManager()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, on: date | None = None) -> Self:
        """Appointments in force on a day (default today in Jakarta), of officers who are active."""
        day = on or timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, officer__is_active=True)


class Appointment(models.Model):
    """An officer holds a role in a unit from a day to a day; a deputy's appointment names whom it stands in for."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="appointments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=Role)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    deputy_for = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="deputies")
    decree = models.CharField(max_length=120, blank=True)  # SK number

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "role"], name="appointment_unit_role")]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "unit", "role", "valid_from"], name="one_appointment_from_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="appointment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}, {self.get_role_display()}, {self.unit}"


class Category(models.Model):
    """What a report is about (handbook 2.5): a code that outlives renames, with version and validity."""

    code = models.CharField(max_length=20, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    version = models.IntegerField(default=1)
    valid_from = models.DateField(default=date(2015, 1, 1))
    valid_to = models.DateField(null=True, blank=True)
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    examples = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    # The kind of office whose closed queue alone handles it; such a report is secret from the first moment (R002-32).
    closed_to = models.CharField(max_length=20, choices=UnitKind, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name
