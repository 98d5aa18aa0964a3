"""T-ROT: keys change under load, the job is killed twice, and in the end the old key opens nothing that is left.

The real vault and the real worker, killed with SIGKILL, beside a writer that goes on. TUNTAS_ROTATION sets how many
reports there are before (12 unless said; `make trust` takes more).
"""

import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from uuid import uuid4

import pytest
from django.conf import settings as running
from django.db import connection, connections

from tests import databases
from tests.factories import a_person, a_photo, a_submission, the_state
from tests.vault.conftest import SOURCE, the_cluster
from tests.vault.rows import a_notice, a_unit, as_owner, until
from tests.vault.test_draining import contact
from tuntas.access.actors import Actor, acting
from tuntas.identity import sealing
from tuntas.identity.models import Reporter
from tuntas.intake.receiving import receive
from tuntas.kernel import envelopes, streams
from tuntas.kernel.envelopes import Unreadable
from tuntas.reports import resealing
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Report
from tuntas.reports.storing import installed
from tuntas_vault.keys import KeyFolder, Keys

pytestmark = [pytest.mark.slow, pytest.mark.drill, pytest.mark.threat("T-ROT")]
BEFORE = int(os.environ.get("TUNTAS_ROTATION", "12"))
PHOTO = a_photo(size=(64, 48))


def write_one(number: int) -> None:
    """A report with somebody behind it and a photo, as the form leaves it."""
    receipt = receive(a_submission(person=a_person(name=f"Warga {number}")))
    with acting(Actor.reporter_of(receipt.report_id)):
        attach(Report.objects.get(pk=receipt.report_id), PHOTO, by=Attachment.By.REPORTER)


class Writer(threading.Thread):
    """Goes on writing until told to stop; what it could not write is the test's fault."""

    def __init__(self):
        super().__init__(daemon=True)
        self.written, self.stop, self.failed = 0, threading.Event(), None

    def run(self):
        try:
            while not self.stop.is_set():
                write_one(1000 + self.written)
                self.written += 1
                time.sleep(0.05)
        except BaseException as error:
            self.failed = error
        finally:
            connections.close_all()


def a_worker(vault):
    """The worker's own process, on this test's database, store and vault."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE),
        "DJANGO_SETTINGS_MODULE": "tuntas.config.settings",
        "TUNTAS_DATA": os.environ["TUNTAS_DATA"],
        "TUNTAS_ROLE": "worker",
        "TUNTAS_POOL": "0",
        "TUNTAS_MEDIA": str(running.MEDIA_ROOT),
        "TUNTAS_VAULT_DOOR": str(vault.door),
        "TUNTAS_VAULT_PUBLIC_KEYS": str(vault.public_keys),
        "DATABASE_URL": the_cluster().address("tuntas_worker", connection.settings_dict["NAME"]),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tuntas.operations.worker"], env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    vault.running.append(process)
    return process


def originals() -> dict[int, int]:
    """How many originals need each epoch."""
    with as_owner():
        epochs = list(Attachment.objects.exclude(original_key="").values_list("original_epoch", flat=True))
    return {epoch: epochs.count(epoch) for epoch in set(epochs)}


def kill(process) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def opened(file: Attachment, keys: Keys) -> bytes:
    with installed().open(file.original_key) as sealed:
        halves = {keys.epoch: (keys.public, keys.private)}
        return b"".join(streams.unseal(b"TSFL", sealed, keys=halves, name=file.uuid.bytes))


def begin(vault) -> Writer:
    """Reports under the first key, all of them in the vault, and a writer that goes on."""
    the_state()
    vault.opens()
    for number in range(BEFORE):
        write_one(number)
    writer = Writer()
    writer.start()
    until(lambda: writer.written > 1 or writer.failed)
    until(lambda: len(vault.identities()) >= BEFORE)
    return writer


def rotate_with_two_kills(vault, writer: Writer) -> None:
    """Worker and vault are shot in the middle, twice; the third time they may finish."""
    worker = a_worker(vault)
    assert "originals" in vault.ends("rotate")
    until(lambda: originals().get(2, 0) >= 2, seconds=60)
    for _time in range(2):
        left = originals().get(1, 0)
        kill(worker)
        kill(vault.served)
        worker = a_worker(vault)  # the vault is away: it waits
        vault.opens()
        until(lambda: originals().get(1, 0) < left or not originals().get(1), seconds=60)  # noqa: B023
    until(lambda: not originals().get(1) and not originals().get(0), seconds=120)
    writer.stop.set()
    writer.join(30)
    assert writer.failed is None
    until(lambda: not vault.rows("SELECT 1 FROM tuntas_vault_identity WHERE epoch = 1"), seconds=60)
    until(lambda: len(vault.identities()) == BEFORE + writer.written, seconds=60)


def test_keys_change_under_load_with_two_kills_and_the_old_key_opens_nothing(vault):
    writer = begin(vault)
    first = KeyFolder(vault.keys).load(1)
    rotate_with_two_kills(vault, writer)

    assert "epoch 1: 0 identities, 0 envelopes, 0 originals, 0 links" in vault.ends("status")
    assert "[1]" in vault.ends("destroy", "--confirm", "--at-once")
    assert not KeyFolder(vault.keys).file(1).exists()
    assert "epoch 1" not in vault.ends("status")
    everything_opens(vault, BEFORE + writer.written, KeyFolder(vault.keys).load(2), first)


def everything_opens(vault, count: int, second: Keys, first: Keys) -> None:
    """With the new key; and nothing of it with the old one."""
    with as_owner():
        files, reporters = list(Attachment.objects.all()), list(Reporter.objects.all())
    assert len(files) == len(reporters) == count
    for file in files:
        assert opened(file, second) == PHOTO.data
        assert file.original_epoch == 2
        with pytest.raises(Unreadable):
            opened(file, Keys(2, first.private, first.wrapping))
    for reporter in reporters[::5]:
        assert contact(vault, reporter).name.startswith("Warga ")


@pytest.mark.role("owner")
def test_files_of_the_first_release_are_read_from_their_envelope_and_sealed_anew(vault):
    """Rows from before the column say 0; their originals lie whole in one sealed box."""
    the_state()
    vault.opens()
    from nacl import bindings

    write_one(1)
    file, key = Attachment.objects.get(), sealing.current_public_key()
    store = installed()
    box = envelopes.header(b"TSFL", 1) + bindings.crypto_box_seal(file.uuid.bytes + b"as they came", key.key)
    Attachment.objects.update(original_key=store.put(box), original_epoch=0)
    with databases.role("worker"):
        assert resealing.reseal_some() == 1
        assert resealing.reseal_some() == 0
    assert Attachment.objects.get().original_epoch == 1
    assert "unread" not in vault.ends("status")
    vault.ends("rotate")
    with databases.role("worker"):
        assert resealing.reseal_some() == 1
    file = Attachment.objects.get()
    with store.open(file.original_key) as sealed:
        assert resealed(sealed.read(), file, KeyFolder(vault.keys).load(2)) == b"as they came"


def resealed(sealed: bytes, file: Attachment, keys: Keys) -> bytes:
    from nacl import bindings

    epoch, box = envelopes.read(b"TSFL", sealed)
    assert epoch == keys.epoch
    inside = bindings.crypto_box_seal_open(box, keys.public, keys.private)
    assert inside[:16] == file.uuid.bytes
    return bytes(inside[16:])


@pytest.mark.role("owner")
@pytest.mark.parametrize("harm", ["damaged", "of another file", "gone"])
def test_an_original_that_nobody_can_open_is_named_and_does_not_hold_the_others_up(vault, harm, caplog):
    the_state()
    vault.opens()
    write_one(1)
    write_one(2)
    bad, good = Attachment.objects.order_by("pk")
    store = installed()
    with store.open(bad.original_key if harm == "damaged" else good.original_key) as file:
        data = bytearray(file.read())
    if harm == "damaged":
        data[40] ^= 1
    if harm == "gone":
        store.remove(bad.original_key)
    else:
        Attachment.objects.filter(pk=bad.pk).update(original_key=store.put(bytes(data)))
    vault.ends("rotate")
    with databases.role("worker"):
        while resealing.reseal_some():
            pass
    assert dict(Attachment.objects.values_list("pk", "original_epoch")) == {bad.pk: resealing.LOST, good.pk: 2}
    assert f"attachment {bad.pk}" in caplog.text
    assert opened(Attachment.objects.get(pk=good.pk), KeyFolder(vault.keys).load(2)) == PHOTO.data


def test_an_old_key_stays_while_an_original_needs_it(vault):
    the_state()
    vault.opens()
    write_one(1)
    until(vault.keeps(1))
    vault.ends("rotate")
    until(lambda: not vault.rows("SELECT 1 FROM tuntas_vault_identity WHERE epoch = 1"))
    assert "none" in vault.ends("destroy", "--confirm", "--at-once")
    assert "1 originals" in vault.ends("status")
    with databases.role("worker"):
        assert resealing.reseal_some() == 1
    assert "[1]" in vault.ends("destroy", "--confirm", "--at-once")


def test_an_old_key_stays_while_a_sealed_link_has_not_left(vault):
    """A letter to an office waits for the mail server; the link in it opens with the key of its day alone."""
    vault.once()
    place = uuid4()
    sealed = b64encode(sealing.seal_words("token", sealing.current_public_key(), place)).decode()
    waiting = a_notice(a_unit(), to="LETTER", params={"number": "1", "letter": str(place), "token": sealed})
    vault.ends("rotate")
    assert "epoch 1: 0 identities, 0 envelopes, 0 originals, 1 links" in vault.ends("status")
    assert "none" in vault.ends("destroy", "--confirm", "--at-once")
    with as_owner():
        type(waiting).objects.filter(pk=waiting.pk).update(sent_at=waiting.created_at)
    assert "[1]" in vault.ends("destroy", "--confirm", "--at-once")
