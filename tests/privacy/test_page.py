"""The public page on what is kept says what the record of processing says."""

from html import unescape

import pytest
from django.utils import translation

from tuntas.privacy.register import GROUPS

pytestmark = [pytest.mark.django_db]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_names_every_group_with_its_term_and_its_readers(client, language):
    client.cookies["language"] = language
    page = unescape(client.get("/privasi").content.decode())

    with translation.override(language):
        for name, group in GROUPS.items():
            assert str(group.name) in page, name
            assert str(group.readers) in page, name
    assert ("3 x 24 jam" in page) if language == "id" else ("three times 24 hours" in page)


def test_every_page_of_the_public_leads_there(client):
    assert 'href="/privasi"' in client.get("/").content.decode()
    assert 'href="/privasi"' in client.get("/lapor").content.decode()
