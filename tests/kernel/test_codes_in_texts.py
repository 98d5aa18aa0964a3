"""A secret code in a text is seen however it is typed; ordinary words and numbers are not taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuntas.kernel import numbers

CODE = numbers.secret_code(b"k" * 32, "contoh")


@pytest.mark.threat("T-CODE-NOWHERE")
@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        numbers.spell_code(CODE),
        numbers.spell_code(CODE).replace("-", " "),
        numbers.spell_code(CODE).replace("-", "–"),
        numbers.spell_code(CODE).replace("-", "\n"),
        numbers.spell_code(CODE).replace("-", " - "),
        numbers.spell_code(CODE).replace("0", "o").replace("1", "l"),
        f"({numbers.spell_code(CODE)})",
    ],
)
def test_a_code_in_a_sentence_is_seen(typed):
    assert numbers.holds_code(f"Kode saya {typed}, tolong dibuka.")
    with pytest.raises(numbers.HoldsCode):
        numbers.refuse_codes("", f"kode={typed}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lampu jalan mati sejak tiga malam.",
        "Nomor laporan 123 456 7890-1, NIK 3509123456789012, rekening 1234 5678 9012 3456",
        "081234567890 081234567891 0812",
        "yang kita mati dari sana tadi pagi saat saya naik ojek",
        "https://contoh.go.id/a/4f9c1e2ab7d84e0c9f6a3b2d1c0e9f8a7b6c5d4e3f2a1b0c",
        CODE[:-1],
        CODE + "7K",
        CODE[:23] + ("A" if CODE[23] != "A" else "B"),
    ],
)
def test_what_is_no_code_passes(text):
    assert not numbers.holds_code(text)


@given(st.uuids())
def test_every_code_is_seen(key):
    assert numbers.holds_code(f"x {numbers.spell_code(numbers.secret_code(b'k' * 32, key))} y")
