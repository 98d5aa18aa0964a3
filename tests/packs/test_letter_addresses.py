"""Letter addresses from an operator's file: set, changed, taken away, and refused by the row."""

import pytest
from django.utils import translation

from tests.factories import the_state
from tuntas.kernel.packs import silent
from tuntas.kernel.refusals import NotFound, Refusal
from tuntas.operations.loading import load
from tuntas.organizations.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.role("owner")]


@pytest.fixture
def brought(tmp_path):
    def bring(text):
        file = tmp_path / "alamat.csv"
        file.write_text(text, encoding="utf-8")
        with translation.override("en"):
            [loaded] = load("letter-addresses", [str(file)], progress=silent)
            return loaded, [str(row) for row in loaded.refused]

    the_state()
    return bring


def address(code="regency"):
    return Unit.objects.get(code=code).letter_address


def test_an_address_is_set_changed_kept_and_taken_away(brought):
    assert brought("code,letter_address\nregency,bupati@contoh.test\n")[0].changed == 1
    assert address() == "bupati@contoh.test"
    assert brought("code;letter_address\nregency;bupati@contoh.test\n")[0].unchanged == 1
    brought("code,letter_address\nregency,setda@contoh.test\n")
    assert address() == "setda@contoh.test"
    brought("code,letter_address\nregency,\n")
    assert address() == ""


def test_a_row_that_cannot_be_right_is_refused_by_itself(brought):
    loaded, refused = brought(
        "code,letter_address\nnowhere,a@contoh.test\nregency,bukan alamat\ncity,kota@contoh.test\n"
    )
    assert (loaded.changed, len(refused)) == (1, 2)
    assert "there is no office nowhere" in refused[0]
    assert "“bukan alamat” is no mail address" in refused[1]
    assert (address(), address("city")) == ("", "kota@contoh.test")


def test_a_file_that_is_none_is_refused_in_words(brought):
    with pytest.raises(Refusal, match="letter_address"):
        brought("code,name\nregency,x\n")
    with pytest.raises(NotFound):
        load("letter-addresses", ["/nowhere/alamat.csv"], progress=silent)
