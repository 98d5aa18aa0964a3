"""Masks in place of what was found: numbered where a text holds several of a kind, the same for the same thing."""

from collections.abc import Iterable, Mapping

from tuntas.reports.redaction.finds import LABELS, Find


def labels(finds: Iterable[Find]) -> Mapping[str, str]:
    """The mask of each thing by its key: "[nomor telepon]", or "[nomor telepon 2]" where there are several."""
    order: dict[str, list[str]] = {}
    for each in finds:
        keys = order.setdefault(LABELS[each.kind], [])
        if each.key not in keys:
            keys.append(each.key)
    return {
        key: f"[{label} {place}]" if len(keys) > 1 else f"[{label}]"
        for label, keys in order.items()
        for place, key in enumerate(keys, 1)
    }


def mask(text: str, finds: Iterable[Find], *, named: Mapping[str, str] | None = None) -> str:
    """`text` with each of these finds replaced by its mask.

    named: masks that were given out before, by key, so that one thing is called alike in several texts.
    """
    ordered = sorted(finds, key=lambda each: each.start)
    names = named if named is not None else labels(ordered)
    parts, at = [], 0
    for each in ordered:
        parts += [text[at : each.start], names[each.key]]
        at = each.end
    return "".join([*parts, text[at:]])


def unmask(text: str, finds: Iterable[Find], *, named: Mapping[str, str]) -> str:
    """`text` with the masks of these finds put back as they were written; a mask that was edited away stays away."""
    for each in finds:
        text = text.replace(named[each.key], each.text)
    return text
