"""Every field of every model has a class and a purpose; the record of processing and the public page come from that."""

import ast
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from tuntas.privacy import register
from tuntas.privacy.register import GROUPS, DataClass, entries, keeping

ROOT = Path(__file__).parents[2]
OURS = ("tuntas.", "django_otp")
NO_PEOPLE = {"auth", "contenttypes", "sessions"}  # a library's: nobody writes to them, or there is no such table


def fields_of_the_case_database() -> set[tuple[str, str]]:
    return {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in NO_PEOPLE and model._meta.managed
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
    }


def fields_of_the_vault() -> set[tuple[str, str]]:
    """Read from its source: its models belong to other settings than these."""
    tree = ast.parse((ROOT / "src/tuntas_vault/models.py").read_text(encoding="utf-8"))
    found = set()
    for model in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        lines = [node for node in model.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
        names = [line.targets[0].id for line in lines if ast.unparse(line.value.func).startswith("models.")]
        keyed = any("primary_key" in ast.unparse(line) for line in lines)
        found |= {(f"tuntas_vault.{model.name}", name) for name in [*names, *([] if keyed or not names else ["id"])]}
    return found


def unlike(there: set[tuple[str, str]]) -> list[str]:
    """What is wrong between the models and their annotations, in words."""
    said = set(entries())
    return [f"{m}.{f}: put it into fields.toml" for m, f in sorted(there - said)] + [
        f"{m}.{f}: fields.toml names it, the models do not" for m, f in sorted(said - there)
    ]


def test_every_field_of_both_databases_has_an_entry_and_no_entry_is_stale():
    assert unlike(fields_of_the_case_database() | fields_of_the_vault()) == []


def test_a_new_field_and_a_stale_entry_are_both_seen():
    there = fields_of_the_case_database() | fields_of_the_vault()
    one = ("reports.ReportText", "body")

    assert unlike(there | {("reports.Report", "nickname")}) == ["reports.Report.nickname: put it into fields.toml"]
    assert unlike(there - {one}) == ["reports.ReportText.body: fields.toml names it, the models do not"]


def test_the_vault_is_really_read():
    assert ("tuntas_vault.Identity", "ciphertext") in fields_of_the_vault()
    assert len(fields_of_the_vault()) > 8


def test_identities_lie_in_the_vault_and_with_officers_alone():
    where = {entry.model for entry in entries().values() if entry.data_class is DataClass.IDENTITY}

    assert where <= {
        "organizations.Officer", "accounts.Letter", "accounts.ExternalIdentity", "accounts.Signature",
        "identity.SealedIdentity", "tuntas_vault.Identity", "tuntas_vault.BlindIndex", "reports.Conflict",
        "following.Follow", "tuntas_vault.Follower",
    }  # fmt: skip


def test_what_is_an_identity_or_a_secret_is_no_field_of_the_public_copy():
    assert {e.data_class for e in entries().values() if e.model == "reports.PublicCopy"} <= {
        DataClass.PUBLIC, DataClass.OPERATIONAL,
    }  # fmt: skip


def test_texts_of_people_are_declared_as_content_or_more():
    """A long text that somebody types is not mere metadata."""
    typed = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model._meta.app_label in {"reports", "followup", "disclosure"}
        for field in model._meta.local_fields
        if type(field) is models.TextField
    }
    loose = {key for key in typed if entries()[key].data_class in {DataClass.METADATA, DataClass.OPERATIONAL}}

    assert loose == set()


@pytest.mark.parametrize("on", [date(2017, 1, 1), date(2026, 11, 21), date(2040, 1, 1)])
def test_every_group_has_a_term_on_every_day(on):
    terms = keeping(on)

    assert {group.keeping for group in GROUPS.values()} <= set(terms)
    assert all(term.mark in {"sourced", "unverified", "design"} for term in terms.values())
    assert terms["identity"].months < terms["content"].months, "the identity goes before the report (handbook 7.2)"


def test_every_group_is_used():
    assert {entry.group for entry in entries().values()} >= set(GROUPS) - {"breaches", "security_log", "ledger"}


def test_a_group_speaks_both_languages():
    said = {}
    for language in ("en", "id"):
        with translation.override(language):
            said[language] = [str(words) for group in GROUPS.values() for words in (group.name, group.what, group.why)]

    assert [english for english, ours in zip(said["en"], said["id"], strict=True) if english == ours] == []


@pytest.mark.parametrize(
    "fault",
    [
        '["reports.Report"]\ngroup = "nowhere"\npublic = "number"',
        '["reports.Report"]\ngroup = "case"\npublic = "number"\nmetadata = "number"',
        '["reports.Report"]\ngroup = "case"\nsecret = "number"',
        '["reports.Report"]\ngroup = "case"\npublic = "number"\nelsewhere = { gone = "words" }',
    ],
)
def test_a_table_with_a_slip_stops_the_program(fault, monkeypatch, tmp_path):
    (tmp_path / "fields.toml").write_text(fault)
    monkeypatch.setattr(register, "pack", lambda _name: tmp_path / "fields.toml")

    with pytest.raises(ValueError, match=r"fields\.toml"):
        register.entries.__wrapped__()
