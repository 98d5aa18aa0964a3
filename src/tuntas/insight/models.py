"""Counts of public reports that are prepared at night, because no page could make them while somebody waits.

Everything here is counted from public copies alone, in whole groups of `STEP`: what is left over is in no number, and
any two numbers differ by whole groups again, whichever pictures somebody subtracts (ADR 0021). No row names a report.
"""

from django.db import models

STEP = 5  # reports of the smallest group that is ever told of


class MapPicture(models.Model):
    """One counting of all public reports; there is one row, replaced each night. All numbers are whole groups."""

    as_of = models.DateTimeField()  # when the counting began
    with_point = models.IntegerField()  # reports that carry a point within the country
    with_area = models.IntegerField()  # reports that name an area of the register
    in_all = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.in_all} on {self.as_of:%Y-%m-%d}"


class Hexagon(models.Model):
    """How many public reports lie in one H3 cell, seen within the nation, a province, or a regency or city.

    within: "" for the nation, else the area's code; it decides how fine the cells are (`counting.FINENESS`).
    category: the code of a category that stands on top, "" for all; days: received within so many days before the
    counting, 0 for all. leads_to: the code of the area that most of the reports in this cell name, "" when none does.
    """

    within = models.CharField(max_length=5, blank=True)
    category = models.CharField(max_length=20, blank=True, default="", db_default="")
    days = models.IntegerField(default=0, db_default=0)
    cell = models.BigIntegerField()
    n = models.IntegerField()
    leads_to = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("within", "category", "days", "cell", name="one_count_a_hexagon"),
            models.CheckConstraint(condition=models.Q(n__gt=0), name="hexagon_is_a_whole_group"),
        ]

    def __str__(self) -> str:
        return f"{self.cell:x} {self.n}"


class PlaceCount(models.Model):
    """How many public reports name an area or a part of it: provinces ("" within), their regencies, their districts.

    category, days: as of a hexagon.
    """

    within = models.CharField(max_length=5, blank=True)
    category = models.CharField(max_length=20, blank=True, default="", db_default="")
    days = models.IntegerField(default=0, db_default=0)
    area = models.CharField(max_length=8)
    n = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("within", "category", "days", "area", name="one_count_a_place")]

    def __str__(self) -> str:
        return f"{self.area} {self.n}"


class Word(models.Model):
    """A word of the newest public reports, for telling a mistyped one: n texts hold it."""

    word = models.CharField(max_length=40, primary_key=True)
    n = models.IntegerField()

    def __str__(self) -> str:
        return self.word


class Expectation(models.Model):
    """How long reports took until they were finished, in working days: of an agency's category, an agency, a category.

    agency, category: ids, None for all. half, most: days within which half, and nine of ten, were finished.
    """

    agency_id = models.BigIntegerField(null=True)
    category_id = models.BigIntegerField(null=True)
    n = models.IntegerField()
    half = models.IntegerField()
    most = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "category_id"], name="one_expectation_a_group", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.half} days, {self.n} reports"


class AgencyFact(models.Model):
    """One share on an agency's page: `n` of `of` reports, duties or answers (`insight.conduct` names the facts)."""

    agency_id = models.BigIntegerField()
    fact = models.CharField(max_length=20)
    n = models.IntegerField()
    of = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency_id", "fact"], name="one_fact_of_an_agency")]

    def __str__(self) -> str:
        return f"{self.fact} {self.n}/{self.of}"


class Seen(models.Model):
    """How many reports came to an agency from one part of its area, or about one branch of the categories.

    agency_id: None for the whole register. code: of an area, or of a category without a parent. recent: of the last 90
    days; before: of the 360 days before these (`insight.blind_spots`). Officers of the agency read it; nobody else.
    """

    class Kind(models.TextChoices):
        AREA = "area"
        CATEGORY = "category"

    agency_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=8, choices=Kind)
    code = models.CharField(max_length=20)
    recent = models.IntegerField()
    before = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "kind", "code"], name="one_count_a_spot", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.recent} {self.before}"
