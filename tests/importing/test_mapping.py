"""A map says what is wrong with it, by the key; and every map that comes with the product can be read."""

import tomllib
from pathlib import Path

import pytest
from django.utils import translation

from tests.importing.registers import MAP, a_map
from tuntas.kernel.refusals import Incomplete, NotFound
from tuntas.operations.importing.mapping import find_map, make_map, ours_by_name, read_map


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize("name", ours_by_name())
def test_every_map_of_ours_can_be_read(name):
    assert read_map(find_map(name)).source


def test_a_map_of_mine_is_found_by_its_path_and_a_missing_one_names_those_that_are_there(tmp_path):
    path = tmp_path / "peta.toml"
    path.write_text(
        'source = "lama"\n[columns]\ntext = "isi"\n[defaults]\nlodged = "2020-01-01"\nstatus = "ARCHIVED"\n'
    )

    assert read_map(find_map(str(path))).column("text") == "isi"
    with pytest.raises(NotFound) as no:
        find_map("tidak-ada")
    assert "synthetic" in str(no.value)
    assert "--map auto" in str(no.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"source": "Nama Besar!"}, "source"),
        ({"columns": {"text": 7}}, "text"),
        ({"columns": {"title": ["a", "b"]}}, "title"),
        ({"columns": {"warna": "x"}}, "warna"),
        ({"dates": {"zone": "Mars/Olympus"}}, "Mars/Olympus"),
        ({"dates": {"order": "backwards"}}, "order"),
        ({"dates": {"system": 1905}}, "system"),
        ({"dates": {"as_of": "kemarin"}}, "as_of"),
        ({"file": {"delimiter": ";;"}}, "delimiter"),
        ({"values": {"status": {"Selesai": "DONE"}}}, "DONE"),
        ({"values": {"status": {"Digabung": "MERGED"}}}, "MERGED"),
        ({"values": {"type": {"Keluhan": "COMPLAIN"}}}, "COMPLAIN"),
        ({"defaults": {"class": "URGENT"}}, "URGENT"),
        ({"status_by_answer": {"answered": "IN_PROGRESS"}}, "unanswered"),
        ({"agencies": {"unknown": "guess"}}, "unknown"),
        ({"rubbish": {"a": 1}}, "rubbish"),
    ],
)
def test_a_wrong_key_is_named(change, told):
    with pytest.raises(Incomplete) as no:
        a_map(**change)

    assert told in str(no.value)
    assert "docs/operations/import.md" in str(no.value.instead)


@pytest.mark.parametrize("lacking", ["text", "lodged", "status"])
def test_a_map_must_say_where_text_date_and_state_stand(lacking):
    columns = {name: column for name, column in MAP["columns"].items() if name != lacking}

    with pytest.raises(Incomplete):
        make_map(MAP | {"columns": columns})


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    path = tmp_path / "peta.toml"
    path.write_text("source = lama")

    with pytest.raises(Incomplete):
        read_map(path)


def test_the_map_in_the_handbook_of_the_command_can_be_read():
    text = (Path(__file__).parents[2] / "docs" / "operations" / "import.md").read_text()
    shown = text.split("```toml")[1].split("```")[0]

    mapping = make_map(tomllib.loads(shown))

    assert mapping.columns["text"] == ("Judul", "Isi")
    assert mapping.as_of
