"""What a word of an old register means here: by the map, by name, or by a default beside which the word is kept."""

from dataclasses import dataclass, field

from tuntas.operations.importing.directory import Directory
from tuntas.operations.importing.mapping import LOOKED_UP, Map, plain
from tuntas.organizations.models import Area


@dataclass(frozen=True, slots=True)
class Found:
    """A code of this register. kept: the word itself, where only a default could be given."""

    code: str
    kept: str = ""


@dataclass(slots=True)
class Meanings:
    """The meanings of one register's words, each found once."""

    mapping: Map
    directory: Directory
    _known: dict[tuple[str, str], Found | None] = field(init=False, default_factory=dict)

    def of(self, name: str, word: str) -> Found | None:
        """What `word` in the field `name` means; None when nobody knows and it may not be kept beside a default."""
        key = (name, word)
        if key not in self._known:
            self._known[key] = self._find(name, word)
        return self._known[key]

    def _find(self, name: str, word: str) -> Found | None:
        mapped = self.mapping.values.get(name, {}).get(plain(word))
        if mapped is not None:
            return Found(mapped)
        found = self._by_name(name, word) if word else None
        if found is not None:
            return Found(found)
        if not word or name in self.mapping.keeps_unknown:
            return Found(self._default(name), kept=word)
        return None

    def _by_name(self, name: str, word: str) -> str | None:
        if name == "category":
            return self.directory.category_names.find(word)
        if name == "agency":
            return self.directory.unit_names.find(word)
        if name == "area":
            return word if Area.objects.filter(code=word).exists() else None
        return word if word in (LOOKED_UP[name] or ()) else None

    def _default(self, name: str) -> str:
        if name == "category":
            return self.directory.default_category
        if name == "agency":
            return self.directory.default_unit
        return self.mapping.defaults.get(name, "")
