"""Which wording about their data a person was shown stands in the first entry of their report."""

import pytest
from django.utils import translation

from tests import databases
from tests.factories import received
from tuntas.intake.consent import NOTICES, version_for
from tuntas.notices.models import Notice
from tuntas.reports.models import Event
from tuntas.reports.states import Channel

# The words that each version stands for: change words, and give them a new version and a new line here.
AGREES = "you agree that we keep name and address, if you gave them, to send you news of this report."
FIRST_WORDS = {"web-2026-11": f"By sending {AGREES}", "booth-2026-11": f"By signing {AGREES}"} | {
    "counter-2026-11": "Read to the visitor: name and address are kept, if given, only to send news of this report."
}


def test_every_channel_of_people_has_a_wording_and_a_version_means_one_wording():
    assert set(NOTICES) == set(Channel.values) - {Channel.IMPORT}
    assert version_for(Channel.IMPORT) == ""
    with translation.override("en"):
        assert {notice.version: str(notice.short) for notice in NOTICES.values()} == FIRST_WORDS
    with translation.override("id"):
        assert not {str(notice.short) for notice in NOTICES.values()} & set(FIRST_WORDS.values())


@pytest.mark.django_db
@pytest.mark.parametrize("channel", [Channel.WEB, Channel.BOOTH])
def test_the_first_entry_names_the_wording_and_no_letter_does(channel):
    received(channel=channel)
    with databases.role("owner"):
        assert Event.objects.get().facts == {"channel": channel, "notice": version_for(channel)}
        assert not [each.params for each in Notice.objects.all() if "notice" in each.params]
