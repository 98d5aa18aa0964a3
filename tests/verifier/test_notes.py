"""Signed notes, heads and proofs against what other programs signed, and against everything that is not one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuntas_verify import ed25519, notes
from tuntas_verify.leaves import (
    EVENT,
    SIZE,
    Entry,
    bundle,
    commitment,
    mark_of,
    parse_mark,
    spell_mark,
    unbundle,
    written,
)
from tuntas_verify.merkle import Wrong
from tuntas_verify.notes import COSIGNATURE, Checkpoint, Key, Note
from tuntas_verify.proofs import Proof, about

# The key and note in the documentation of Go's sumdb.
THEIR_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
THEIR_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
THEIR_NOTE = (
    f"{THEIR_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ry"
    "yBwJnAM=\n"
)
# A head that Go's checksum database signed in January 2023.
SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_HEAD = (
    "go.sum database tree\n15081221\nBoMMe1wd25Tco0mYGROkyqxHZWx+hcSCtMV315Lu6Lg=\n\n— sum.golang.org Az3grilD7vQq"
    "Trv66jRgKM84Y80KTprrSt4bKmiOPxgmS5ZVBTeCl6dUvjYnN13R+C8j0jGY1WnUADGMkok3U0m2Zgo=\n"
)
# Frozen, so that no version of ours reads or writes another format. Made once by the code of the first version.
SEED = bytes(range(32))
OURS = Key("lapor.example/log", ed25519.public_half(SEED))
SALT = bytes(range(16))
CONTENT = {"id": "7", "note": 'Kata "biasa" — é\n', "facts": None}
PACKED = "01010000000000000007000102030405060708090a0b0c0d0e0f"


def test_a_note_of_gos_documentation():
    assert str(Key.parse(THEIR_KEY)) == THEIR_KEY
    note = Note.parse(THEIR_NOTE)

    assert note.text == THEIR_TEXT
    assert note.signers([Key.parse(THEIR_KEY)]) == [Key.parse(THEIR_KEY)]
    assert note.signers([OURS]) == []
    with pytest.raises(Wrong, match="signature"):
        Note.parse(THEIR_NOTE.replace("cryptography", "Cryptography")).signers([Key.parse(THEIR_KEY)])


def test_a_head_of_gos_checksum_database():
    head = notes.opened(SUMDB_HEAD, [Key.parse(SUMDB_KEY)])

    assert (head.origin, head.size) == ("go.sum database tree", 15_081_221)
    assert head.text == SUMDB_HEAD.partition("\n\n")[0] + "\n"
    with pytest.raises(Wrong, match="no key that we know"):
        notes.opened(SUMDB_HEAD, [OURS])
    with pytest.raises(Wrong):
        notes.opened(SUMDB_HEAD.replace("15081221", "15081222"), [Key.parse(SUMDB_KEY)])


@pytest.mark.parametrize(
    "key",
    ["", "name", "a+b+c", THEIR_KEY.replace("c74f20a3", "c74f20a4"), THEIR_KEY[:-4], THEIR_KEY.replace("+A", "+B", 1)],
)
def test_what_is_no_key(key):
    with pytest.raises(Wrong):
        Key.parse(key)


@pytest.mark.parametrize(
    "text",
    [
        "", "text\n", "text\n\n", "text\n\n— a b", "text\n\nno dash a QUFBQQ==\n", "te\x00xt\n\n— a QUFBQQ==\n",
        "text\n\n— a b+c QUFBQQ==\n", "text\n\n— a !!!!\n", "t\n\n— a QUFBQQ==\nmore\n",
        "x" * 200_000 + "\n\n— a QUFBQQ==\n",
    ],
)  # fmt: skip
def test_what_is_no_note(text):
    with pytest.raises(Wrong):
        Note.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n", "o\n01\nAAAA\n", "\n1\n" + "A" * 43 + "=\n", "o\n-1\n" + "A" * 43 + "=\n", "o\n1\n" + "A" * 43 + "=",
        "o\n1\n" + "A" * 40 + "\n", "o\n1\n" + "A" * 43 + "=\n\n", "o\nx\n" + "A" * 43 + "=\n",
    ],
)  # fmt: skip
def test_what_is_no_head(text):
    with pytest.raises(Wrong):
        Checkpoint.parse(text)


def test_a_witness_signs_with_its_time():
    head = Checkpoint(OURS.name, 5, bytes(32))
    witness = Key("witness.example/w", ed25519.public_half(bytes(32)), COSIGNATURE)
    seconds = (1_700_000_000).to_bytes(8, "big")
    said = f"cosignature/v1\ntime 1700000000\n{head.text}".encode()
    line = notes.signature_line(witness, seconds + ed25519.signature(bytes(32), said))
    note = notes.signed(head.text, OURS, SEED) + line

    assert Note.parse(note).signers([OURS, witness]) == [OURS, witness]
    assert Key.parse(str(witness)) == witness
    with pytest.raises(Wrong, match="no key"):  # a witness alone does not speak for the log
        notes.opened(note, [witness])
    later = notes.signature_line(witness, (1_700_000_001).to_bytes(8, "big") + ed25519.signature(bytes(32), said))
    with pytest.raises(Wrong, match="signature"):
        Note.parse(note.replace(line, later)).signers([witness])


def test_the_format_of_leaves_is_frozen():
    bound = commitment(SALT, written(CONTENT))
    entry = Entry(EVENT, 7, SALT, bound)

    assert written(CONTENT).decode() == '{"facts":null,"id":"7","note":"Kata \\"biasa\\" — é\\n"}'
    assert bound.hex() == "af251c5b74e5fcfad39dfb188ee6e927d0802d780a98ef888ea6d3a298849c85"
    assert entry.packed().hex() == PACKED + bound.hex()
    assert len(entry.packed()) == SIZE == 58
    assert entry.hash.hex() == "35e405f6f0061758d5b7973ddd39d740a1276786d5ce9e6f0b43c9f126f5f4a0"
    assert Entry.unpack(entry.packed()) == entry
    assert mark_of(bytes(32)).hex() == "128d908d9ec10109f962d580c64769cc"
    assert notes.signed(Checkpoint(OURS.name, 1, entry.hash).text, OURS, SEED).endswith("K99bXzaD8xQg5j+Q+2cG1Aw=\n")
    for packed in (b"", entry.packed()[:-1], b"\x02" + entry.packed()[1:]):
        with pytest.raises(Wrong):
            Entry.unpack(packed)


@given(st.dictionaries(st.text(), st.none() | st.text()))
def test_different_contents_are_written_differently(content):
    """Canonical: equal contents give equal bytes, in whatever order they were told, and come back as they were."""
    import json

    assert json.loads(written(content)) == content
    assert written(dict(reversed(content.items()))) == written(content)


def test_a_mark_is_read_as_people_type_it():
    mark = mark_of(b"x" * 32)

    assert parse_mark(spell_mark(mark)) == mark
    assert parse_mark(f" {mark.hex().upper()} ") == mark
    for typed in ("", "12", spell_mark(mark)[:-1], spell_mark(mark) + "0", "g" * 32):
        with pytest.raises(Wrong):
            parse_mark(typed)


@given(st.lists(st.binary(max_size=100)))
def test_bundles_come_apart_again(entries):
    packed = bundle(entries)

    assert unbundle(packed) == entries
    if packed and entries[-1]:
        with pytest.raises(Wrong):
            unbundle(packed[:-1])


def a_proof(**more: object) -> Proof:
    content = written({"id": "7", "note": "x"})
    entry = Entry(EVENT, 7, SALT, commitment(SALT, content))
    note = notes.signed(Checkpoint(OURS.name, 1, entry.hash).text, OURS, SEED)
    return Proof(0, (), note, about(entry, SALT, content))


def test_a_proof_is_read_as_it_was_written():
    proof = Proof.parse(a_proof().written())

    assert proof == a_proof()
    assert proof.check(proof.entry().hash, [OURS]).size == 1
    assert proof.content() == {"id": "7", "note": "x"}


def test_a_proof_whose_content_was_changed_opens_nothing():
    forged = Proof(0, (), a_proof().note, a_proof().extra.replace(b'\\"x\\"', b'\\"y\\"'))

    with pytest.raises(Wrong, match="not the one that the leaf binds"):
        forged.entry()


@pytest.mark.parametrize(
    "text",
    [
        "", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex x\n\nnote",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nn",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nn", "c2sp.org/tlog-proof@v1\nextra !!!\nindex 0\n\nn",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nn",
    ],
)  # fmt: skip
def test_what_is_no_proof(text):
    with pytest.raises(Wrong):
        Proof.parse(text)


@given(st.binary(max_size=80))
def test_whatever_stands_in_the_extra_line_is_no_crash(extra):
    with suppress(Wrong):
        Proof(0, (), "", extra).entry()


def test_both_libraries_agree():
    """Whoever has only `cryptography` gets the same answers."""
    pytest.importorskip("cryptography")
    check, public, sign = ed25519._by_cryptography()

    assert public(SEED) == OURS.public
    assert sign(SEED, b"words") == ed25519.signature(SEED, b"words")
    assert check(OURS.public, b"words", sign(SEED, b"words"))
    assert not check(OURS.public, b"other", sign(SEED, b"words"))
