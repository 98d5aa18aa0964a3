"""What a text cries for is heard."""

import pytest

from tuntas.portal import hints


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
