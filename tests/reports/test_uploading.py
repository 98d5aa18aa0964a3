"""A file that is too large is read past while it comes in; the text and the other files arrive."""

import io

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.test import RequestFactory

from tuntas.reports.files import LARGEST
from tuntas.reports.uploading import CappedUploads, refused

BOUNDARY = b"batas"


class Endless(io.RawIOBase):
    """A form as it comes over the line, made while it is read; no more of it is ever in memory than one piece."""

    def __init__(self, parts):
        self.parts, self.waiting, self.size = self._made(parts), b"", self._length(parts)

    @staticmethod
    def _head(name, filename):
        end = b'; filename="%s"\r\nContent-Type: image/jpeg' % filename.encode() if filename else b""
        return b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n' % (BOUNDARY, name.encode(), end)

    def _length(self, parts):
        return sum(len(self._head(name, filename)) + size + 2 for name, filename, size in parts) + len(BOUNDARY) + 6

    def _made(self, parts):
        for name, filename, size in parts:
            yield self._head(name, filename)
            for start in range(0, size, 65_536):
                yield b"x" * min(65_536, size - start)
            yield b"\r\n"
        yield b"--%s--\r\n" % BOUNDARY

    def readable(self):
        return True

    def readinto(self, room):
        self.waiting = self.waiting or next(self.parts, b"")
        taken, self.waiting = self.waiting[: len(room)], self.waiting[len(room) :]
        room[: len(taken)] = taken
        return len(taken)


@pytest.fixture
def posted():
    """Makes a request with a form, read by our handler before Django's own two."""
    requests = []

    def post(*parts):
        stream = Endless(parts)
        request = RequestFactory().generic(
            "POST",
            "/lapor",
            CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY.decode()}",
            CONTENT_LENGTH=str(stream.size),
            **{"wsgi.input": io.BufferedReader(stream)},
        )
        request.upload_handlers = [
            handler(request) for handler in (CappedUploads, MemoryFileUploadHandler, TemporaryFileUploadHandler)
        ]
        requests.append(request)
        return request

    yield post
    for request in requests:
        request.close()


def names(request):
    return [file.name for file in request.FILES.getlist("files")]


def test_a_file_of_two_hundred_megabytes_is_read_past_and_the_form_is_kept(posted):
    request = posted(
        ("body", "", 300), ("files", "a.jpg", 1_000), ("files", "film.mp4", 200 * 2**20), ("files", "b.jpg", 3_000_000)
    )

    assert names(request) == ["a.jpg", "b.jpg"]
    assert request.POST["body"] == "x" * 300
    assert [file.size for file in request.FILES.getlist("files")] == [1_000, 3_000_000]
    assert [file.read(3) for file in request.FILES.getlist("files")] == [b"xxx", b"xxx"]
    assert [no.kept["file"] for no in refused(request)] == ["film.mp4"]


def test_of_twenty_files_the_first_five_arrive_whole(posted):
    request = posted(*[("files", f"{number}.jpg", 2_000) for number in range(20)], ("body", "", 5))

    assert names(request) == [f"{number}.jpg" for number in range(5)]
    assert all(file.read() == b"x" * 2_000 for file in request.FILES.getlist("files"))
    assert len(refused(request)) == 15
    assert request.POST["body"] == "xxxxx"


def test_large_files_that_arrived_stay_open_when_the_next_is_refused(posted):
    request = posted(*[("files", f"{number}.mp4", 3_000_000) for number in range(6)])

    assert len(names(request)) == 5
    assert all(len(file.read()) == 3_000_000 for file in request.FILES.getlist("files"))


@pytest.mark.parametrize(("size", "arrives"), [(LARGEST, True), (LARGEST + 1, False)])
def test_the_limit_is_the_same_to_the_byte_as_later(posted, size, arrives):
    request = posted(("files", "a.mp4", size))

    assert names(request) == (["a.mp4"] if arrives else [])
    assert len(refused(request)) == (0 if arrives else 1)


def test_a_form_without_files_has_no_refusals(posted):
    request = posted(("body", "", 5))

    assert request.POST["body"] == "xxxxx"
    assert refused(request) == []
