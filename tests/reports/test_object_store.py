"""The object store against SeaweedFS, a real S3 server of its own processes; and restores that leave files behind."""

import json
import os
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests import databases
from tests.factories import a_photo, a_report
from tuntas.access.actors import Actor, acting
from tuntas.kernel.env import Misconfigured
from tuntas.kernel.refusals import NotFound
from tuntas.operations import sweeping
from tuntas.reports import attaching, storing_s3
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Report
from tuntas.reports.storing import SET_ASIDE, FolderStore, StoreAway

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("object-store")]
LATER = timedelta(days=2)


def a_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """SeaweedFS on ports of this machine: master, volume, filer and the S3 gateway in one process group."""

    def __init__(self, place: Path) -> None:
        self.place, self.port = place, a_port()
        rights = {"identities": [{"name": "tuntas", "credentials": [{"accessKey": "tuntas", "secretKey": "Canary-S3"}],
                                  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}  # fmt: skip
        (place / "s3.json").write_text(json.dumps(rights))
        self.ports = [a_port() for _n in range(6)]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.place / "log").open("ab")
        master, master_grpc, volume, volume_grpc, filer, filer_grpc = self.ports
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("weed"), "server", f"-dir={self.place}", "-ip=127.0.0.1", "-s3",
             f"-s3.port={self.port}", f"-s3.config={self.place}/s3.json", f"-master.port={master}",
             f"-master.port.grpc={master_grpc}", f"-volume.port={volume}", f"-volume.port.grpc={volume_grpc}",
             f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}", "-master.volumeSizeLimitMB=64", "-volume.max=4",
             "-volume.preStopSeconds=0", f"-s3.port.grpc={a_port()}", "-s3.iam=false",
             # else the same for every server of the machine
             f"-s3.port.iceberg={a_port()}", f"-s3.port.lance={a_port()}"],
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        log.close()

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(20)

    @property
    def url(self) -> str:
        return f"s3://berkas/media?endpoint=http://127.0.0.1:{self.port}"


def told(problem: str, log: Path) -> str:
    return f"{problem}\n{log.read_text(errors='replace')[-2000:]}"


def ready(server: Server, store) -> None:
    for _n in range(150):
        try:
            store.client.list_buckets()
            store.client.create_bucket(Bucket=store.bucket)
            store.put(b"warm")
            return
        except Exception as error:
            if "BucketAlready" in str(error):
                try:
                    store.put(b"warm")
                    return
                except StoreAway:
                    pass
            assert server.process.poll() is None, told("the server ended", server.place / "log")
            time.sleep(0.4)
    raise AssertionError(told("the server does not answer", server.place / "log"))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("weed"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def store(server, monkeypatch):
    monkeypatch.setenv("TUNTAS_S3_KEY", "tuntas")
    monkeypatch.setenv("TUNTAS_S3_SECRET", "Canary-S3")
    monkeypatch.setattr(storing_s3, "CONNECT", 2)
    storing_s3.store_of.cache_clear()
    made = storing_s3.store_of(server.url)
    ready(server, made)
    yield made
    storing_s3.store_of.cache_clear()


def read(store, key):
    with store.open(key) as file:
        return file.read()


def test_what_was_put_is_read_back_and_removed(store):
    pieces = [os.urandom(70_000) for _n in range(40)]  # more than is held in memory
    key = store.put(iter(pieces))
    assert read(store, key) == b"".join(pieces)
    store.remove(key)
    with pytest.raises(NotFound):
        store.open(key)
    store.remove(key)


@pytest.mark.threat("SR-34")
@pytest.mark.parametrize("key", ["", "../secret", "ab/../../x", "set-aside/ab/" + "c" * 62, "AB/" + "c" * 62])
def test_no_key_of_somebody_elses_making_is_asked_for(store, key):
    with pytest.raises(NotFound):
        store.open(key)
    store.remove(key)


def test_what_is_set_aside_is_counted_and_can_still_be_opened(store):
    key = store.put(b"isi")
    assert key in dict(store.keys(key[:2]))
    store.set_aside(key)
    assert key not in dict(store.keys(key[:2]))
    assert f"{SET_ASIDE}/{key}" in dict(store.keys(SET_ASIDE))
    assert read(store, key) == b"isi"
    store.remove(key)
    assert f"{SET_ASIDE}/{key}" not in dict(store.keys(SET_ASIDE))


def test_a_put_that_breaks_off_leaves_nothing_under_any_key(store):
    before = [key for prefix in ("00", "7f", "ff") for key, _at in store.keys(prefix)]

    def broken():
        yield b"x" * 100_000
        raise OSError("the line was cut")

    with pytest.raises(OSError, match="cut"):
        store.put(broken())
    assert [key for prefix in ("00", "7f", "ff") for key, _at in store.keys(prefix)] == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"TUNTAS_S3_SECRET": "wrong"}, "SignatureDoesNotMatch"), ({"TUNTAS_S3_KEY": "nobody"}, "InvalidAccessKeyId")],
)
def test_a_wrong_key_is_told_without_the_secret(server, store, monkeypatch, wrong, said):
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    storing_s3.store_of.cache_clear()
    with pytest.raises(StoreAway, match=said) as error:
        storing_s3.store_of(server.url).put(b"x")
    assert "Canary" not in str(error.value)


def test_a_missing_bucket_is_told(server, store):
    other = storing_s3.store_of(server.url.replace("berkas", "tidak-ada"))
    with pytest.raises(StoreAway, match=r"refused: .*bucket tidak-ada"):
        other.put(b"x")


def test_a_store_that_never_answers_is_told_in_time(server, store, monkeypatch):
    deaf = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(storing_s3, "READ", 1)
    slow = storing_s3.store_of(f"s3://berkas/media?endpoint=http://127.0.0.1:{deaf.getsockname()[1]}")
    began = time.monotonic()
    with pytest.raises(StoreAway, match="does not answer"):
        slow.put(b"x")
    assert time.monotonic() - began < 30
    deaf.close()


@pytest.mark.parametrize("url", ["s3:///x", "s3://b?zone=x"])
def test_an_address_that_says_too_little_or_too_much(url):
    with pytest.raises(Misconfigured, match="TUNTAS_MEDIA"):
        storing_s3.store_of(url)


@pytest.mark.django_db
def test_reports_carry_files_in_it_and_a_restart_in_the_middle_loses_none(server, store, settings):
    settings.MEDIA = server.url
    report = a_report()

    def bring():
        with acting(Actor.reporter_of(report.pk)):
            return attach(Report.objects.get(pk=report.pk), a_photo(), by=Attachment.By.REPORTER)

    first = bring()
    server.stop()
    with pytest.raises(OSError, match="object store"):
        bring()
    server.start()
    ready(server, store)
    second = bring()

    with acting(Actor.reporter_of(report.pk)):
        assert list(Attachment.objects.order_by("pk")) == [first, second]
        for file in (first, second):
            assert attaching.read(Attachment.objects.select_related("report").get(pk=file.pk)).startswith(b"\xff\xd8")


# The sweep -----------------------------------------------------------------------------------------------------------


def orphans_of(store, *, now=None) -> int:
    with databases.role("worker"):
        return sweeping.set_orphans_aside(now=now or timezone.now() + LATER, store=store)


@pytest.mark.django_db
@pytest.mark.threat("SR-60")
@pytest.mark.parametrize("where", ["folder", "s3"])
def test_an_older_database_over_a_newer_store_loses_nothing(where, request, settings, tmp_path):
    if where == "s3":
        server, store = request.getfixturevalue("server"), request.getfixturevalue("store")
        settings.MEDIA = server.url
    else:
        settings.MEDIA_ROOT = tmp_path
        store = FolderStore(tmp_path)
    report = a_report()
    with acting(Actor.reporter_of(report.pk)):
        kept, later = (
            attach(Report.objects.get(pk=report.pk), a_photo(), by=Attachment.By.REPORTER) for _n in range(2)
        )
    with databases.role("owner"):  # the database as it was before the second file came
        row = Attachment.objects.filter(pk=later.pk).values().get()
        Attachment.objects.filter(pk=later.pk).delete()
    before = orphans_of(store, now=timezone.now())
    assert before == 0  # too young: a form may be on its way

    moved = orphans_of(store)

    assert moved >= 3  # copy, thumbnail and original of the file without a row
    aside = {key for key, _at in store.keys(SET_ASIDE)}
    assert {f"{SET_ASIDE}/{row[name]}" for name in sweeping.COLUMNS} <= aside
    assert not {f"{SET_ASIDE}/{key}" for key in (kept.key, kept.thumbnail_key, kept.original_key)} & aside
    with databases.role("owner"):  # the newer backup is found after all
        Attachment.objects.create(**row)
    with acting(Actor.reporter_of(report.pk)):
        for file in Attachment.objects.select_related("report"):
            assert attaching.read(file).startswith(b"\xff\xd8")
    assert orphans_of(store) == 0


@pytest.mark.threat("SR-60")
def test_a_day_sees_every_part_of_the_store():
    seen = [prefix for hour in range(24) for prefix in sweeping.part_of_the_day(timezone.now().replace(hour=hour))]
    assert sorted(seen) == [f"{number:02x}" for number in range(256)]
