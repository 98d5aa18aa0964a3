"""Files in an object store that speaks S3, behind the same small contract as the folder (reports.storing).

TUNTAS_MEDIA=s3://bucket/folder?endpoint=https://host&region=name; key and secret in TUNTAS_S3_KEY and TUNTAS_S3_SECRET.
One put is one object, whole or not there at all, and the server compares its checksum. Content is encrypted before
it comes here. boto3 is loaded only by installations that use it (`pip install tuntas[s3]`).
"""

import base64
import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

from tuntas.kernel import env
from tuntas.kernel.env import Misconfigured
from tuntas.reports.file_keys import KEY, SET_ASIDE, StoreAway, new_key, nothing

IN_MEMORY = 2**20  # bytes of one file that are held in memory while it is put; the rest lies in a temporary file
CONNECT, READ = 5, 20  # seconds
ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})


class S3Store:
    """A bucket, or a folder in one. client: of boto3, for tests that bring their own."""

    def __init__(self, bucket: str, folder: str, client: Any) -> None:
        self.bucket, self.folder, self.client = bucket, f"{folder}/" if folder else "", client

    def put(self, chunks: Iterable[bytes] | bytes) -> str:
        key, digest = new_key(), hashlib.md5(usedforsecurity=False)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            for chunk in [chunks] if isinstance(chunks, bytes) else chunks:
                file.write(chunk)
                digest.update(chunk)
            file.seek(0)
            with self._spoken_to():
                self.client.put_object(
                    Bucket=self.bucket,
                    Key=self.folder + key,
                    Body=file,
                    ContentMD5=base64.b64encode(digest.digest()).decode(),
                )
        return key

    def open(self, key: str) -> BinaryIO:
        if not KEY.fullmatch(key):
            raise nothing()
        with self._spoken_to():
            body = self._get(key) or self._get(f"{SET_ASIDE}/{key}")
        if body is None:
            raise nothing()
        return body

    def remove(self, key: str) -> None:
        if KEY.fullmatch(key):
            with self._spoken_to():
                for each in (key, f"{SET_ASIDE}/{key}"):
                    self.client.delete_object(Bucket=self.bucket, Key=self.folder + each)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Every key that begins so (two hexadecimal digits, or SET_ASIDE), with the moment it was put."""
        pages = self.client.get_paginator("list_objects_v2")
        with self._spoken_to():
            for page in pages.paginate(Bucket=self.bucket, Prefix=f"{self.folder}{prefix}/"):
                for found in page.get("Contents", ()):
                    yield found["Key"].removeprefix(self.folder), found["LastModified"]

    def set_aside(self, key: str) -> None:
        source = {"Bucket": self.bucket, "Key": self.folder + key}
        with self._spoken_to():
            self.client.copy_object(Bucket=self.bucket, Key=f"{self.folder}{SET_ASIDE}/{key}", CopySource=source)
            self.client.delete_object(**source)

    def _get(self, key: str) -> BinaryIO | None:
        from botocore.exceptions import ClientError

        try:
            return cast(BinaryIO, self.client.get_object(Bucket=self.bucket, Key=self.folder + key)["Body"])
        except ClientError as error:
            if _code(error) in ABSENT:
                return None
            raise

    @contextmanager
    def _spoken_to(self) -> Iterator[None]:
        """Whatever a store says against us, one kind of error that says what to mend, without key or secret in it."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            raise StoreAway(f"the object store refused: {_code(error)} (bucket {self.bucket})") from None
        except BotoCoreError as error:
            raise StoreAway(f"the object store does not answer: {type(error).__name__}") from None


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


@lru_cache(maxsize=4)
def store_of(url: str) -> S3Store:
    """The store that TUNTAS_MEDIA names. Raises Misconfigured."""
    parts = urlsplit(url)
    more = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.netloc or not set(more) <= {"endpoint", "region"}:
        raise Misconfigured(f"TUNTAS_MEDIA is not s3://bucket/folder?endpoint=https://host&region=name: {url!r}")
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise Misconfigured("TUNTAS_MEDIA names an object store: install tuntas[s3], which brings boto3") from None
    limits = Config(
        connect_timeout=CONNECT,
        read_timeout=READ,
        retries={"max_attempts": 3, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    )
    client = boto3.client(
        "s3",
        endpoint_url=more.get("endpoint"),
        region_name=more.get("region", "us-east-1"),
        aws_access_key_id=env.text("TUNTAS_S3_KEY", "") or None,
        aws_secret_access_key=env.text("TUNTAS_S3_SECRET", "") or None,
        config=limits,
    )
    return S3Store(parts.netloc, parts.path.strip("/"), client)
