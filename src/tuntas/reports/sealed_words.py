"""Words that the case database keeps and must not read, as columns of the models that hold them (docs/adr/0019).

A column of this kind holds either the words, or an envelope of `identity.content` under the same content key as the
report's own text, bound to its report, its table and column and, where the row has one, its uuid. Code writes and reads
plain words: saving seals them when the row's rule says so, reading opens them. What lies in a table is of the class
`Kept`, so that nobody takes an envelope for words or words for an envelope.

An UPDATE of many rows knows no report: it takes `Kept` values alone, and refuses plain words (TypeError).
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from tuntas.identity import content

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
    JSONField = models.JSONField[Any, Any]
else:
    TextField, JSONField = models.TextField, models.JSONField

MARK = "TSCT:"  # what an envelope begins with in a column of text
SEALED = "sealed"  # where the sealed part of a JSON column lies
NOTHING = frozenset({"", "-"})  # tells nothing, and is never sealed
Rule = Callable[[Any], bool]
_columns: list[tuple[type[models.Model], "SealedText"]] = []


class Kept(str):
    """As it lies in the table: words, or MARK and an envelope."""

    __slots__ = ()

    @property
    def is_sealed(self) -> bool:
        return self.startswith(MARK)


def seal(words: str, *, report: UUID, field: str) -> Kept:
    """The words as a sealed column holds them. field: `table.column`, and `/uuid` for a row that has one."""
    return Kept(MARK + b64encode(content.encrypt_text(words, report=report, field=field)).decode())


def opened(kept: str, *, report: UUID, field: str) -> str:
    """What `seal` was given; words that were kept plain as they are. Raises Unreadable."""
    if not kept.startswith(MARK):
        return kept
    return content.decrypt_text(b64decode(kept.removeprefix(MARK)), report=report, field=field)


def when_hidden(row: Any) -> bool:
    """The rule of most columns: sealed as the text of the row's report is."""
    return bool(row.report.hides_text)


def always(_row: Any) -> bool:
    return True


class _Opening(DeferredAttribute):
    """Opens what came from the table when it is first read; needs the row's report then."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Kept) or not value.is_sealed:
            return value
        name = self.field.attname
        instance.__dict__[name] = opened(value, report=instance.report.uuid, field=_place(instance, self.field))
        return instance.__dict__[name]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedText(TextField):
    """A column of text. when: for which rows it is sealed; words that look like an envelope are sealed in every row.

    by_uuid: whether the envelope is bound to the uuid of its row too, where the row has one.
    """

    descriptor_class = _Opening

    def __init__(self, *args: Any, when: Rule = when_hidden, by_uuid: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        self.when, self.by_uuid = when, by_uuid

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:  # noqa: FBT001 - Django's signature
        super().contribute_to_class(cls, name, private_only)
        _columns.append((cls, self))

    def deconstruct(self) -> Any:
        """For migrations a column of text."""
        name, _path, args, more = super().deconstruct()
        return name, "django.db.models.TextField", args, more

    def from_db_value(self, value: str | None, *_more: Any) -> Kept | None:
        return None if value is None else Kept(value)

    def pre_save(self, model_instance: Any, add: bool) -> Kept:  # noqa: FBT001 - Django's signature
        words = str(getattr(model_instance, self.attname))
        if words in NOTHING or not (self.when(model_instance) or words.startswith(MARK)):
            return Kept(words)
        return seal(words, report=model_instance.report.uuid, field=_place(model_instance, self))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str) and not isinstance(value, Kept) and value not in NOTHING:
            raise TypeError(f"{self.model.__name__}.{self.attname} is written row by row, so that it can be sealed")
        return super().get_db_prep_save(str(value) if isinstance(value, str) else value, connection)


class _OpeningFacts(DeferredAttribute):
    """Puts the sealed part of a JSON column back among the others when it is first read."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, dict) or SEALED not in value:
            return value
        name, facts = self.field.attname, dict(value)
        told = opened(facts.pop(SEALED), report=instance.report.uuid, field=_place(instance, self.field))
        instance.__dict__[name] = facts | json.loads(told)
        return instance.__dict__[name]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedFacts(JSONField):
    """A JSON object. words: its keys that hold what a person typed; they are sealed together when the rule says so."""

    descriptor_class = _OpeningFacts

    def __init__(self, *args: Any, words: frozenset[str] = frozenset(), when: Rule = when_hidden, **more: Any) -> None:
        super().__init__(*args, **more)
        self.words, self.when = words, when

    def deconstruct(self) -> Any:
        """For migrations a column of JSON."""
        name, _path, args, more = super().deconstruct()
        return name, "django.db.models.JSONField", args, more

    def pre_save(self, model_instance: Any, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        facts = dict(getattr(model_instance, self.attname) or {})
        typed = {name: facts.pop(name) for name in self.words & facts.keys()}
        if not typed or not self.when(model_instance):
            return facts | typed
        told, field = json.dumps(typed, ensure_ascii=False), _place(model_instance, self)
        return facts | {SEALED: str(seal(told, report=model_instance.report.uuid, field=field))}


def _place(row: models.Model, column: Any) -> str:
    """What an envelope is bound to beside its report."""
    own = getattr(row, "uuid", None) if getattr(column, "by_uuid", False) else None
    return f"{row._meta.db_table}.{column.attname}{f'/{own}' if own else ''}"


def seal_open_rows(report: models.Model, *, but: type[models.Model]) -> int:
    """Seal what still lies open beside a report that became secret; returns how many rows. Call as the clockwork.

    but: the history, which nobody changes; what of it is not for everybody was never open.
    """
    done = 0
    for model in dict.fromkeys(model for model, _field in _columns if model is not but):
        names = [field.attname for owner, field in _columns if owner is model]
        for row in model._default_manager.filter(report=report):
            done += _seal_row(row, names)
    return done


def _seal_row(row: models.Model, names: list[str]) -> bool:
    open_ones = [name for name in names if not row.__dict__[name].is_sealed and row.__dict__[name] not in NOTHING]
    if open_ones:
        row.save(update_fields=open_ones)
    return bool(open_ones)


def columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of this kind, for the tests."""
    yield from ((model, field.attname) for model, field in _columns)
