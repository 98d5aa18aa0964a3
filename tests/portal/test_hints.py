"""What a text gives away is said back to its writer, in the writer's language."""

import pytest
from django.utils import translation

from tuntas.portal import hints


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NIK saya 3509 2010 0190 0001, tolong dicek", ["1 NIK"]),
        ("NIK 3509201001900001 dan 3509201001900002", ["2 NIK"]),
        ("hubungi 081234567890", ["1 nomor HP"]),
        ("WA +62 812-3456-7890 atau 0857.1234.5678", ["2 nomor HP"]),
        ("NIK 3509201001900001, HP 081234567890", ["1 NIK", "1 nomor HP"]),
        ("Jalan rusak 200 meter, kilometer 12.500", []),
        ("Rp 1.500.000 diminta pada 21-11-2026 pukul 08.30", []),
        ("", []),
    ],
)
def test_numbers_of_people_are_counted(text, found):
    with translation.override("id"):
        assert hints.personal(text) == found


@pytest.mark.parametrize(
    ("text", "dangerous"),
    [
        ("Ada KEBAKARAN di pasar sekarang", True),
        ("anak hanyut di sungai", True),
        ("Lampu jalan mati", False),
        ("Alat pemadam tidak ada", False),
    ],
)
def test_danger_is_heard(text, dangerous):
    assert hints.sounds_dangerous(text) is dangerous
