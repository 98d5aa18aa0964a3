"""The hash tree against published vectors and against another implementation of RFC 6962 (pymerkle)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from tuntas_verify.merkle import EMPTY, HASH, Frontier, Wrong, check_inclusion, leaf_hash, root_of
from tuntas_verify.tiles import ENTRIES, WIDTH, Tile, TiledTree, parse, tile_at, tiles_of, whole_subtrees

# The entries and roots that the implementations of certificate transparency have shared since RFC 6962.
ENTRIES_OF_CT = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS_OF_CT = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(n: int) -> list[bytes]:
    return [leaf_hash(at.to_bytes(4, "big")) for at in range(n)]


def laid_out(hashes: list[bytes]) -> dict[str, bytes]:
    """The tiles of a tree, worked out level by level straight from the specification."""
    files, level, row = {}, 0, hashes
    while row:
        for index in range((len(row) + WIDTH - 1) // WIDTH):
            some = row[index * WIDTH : (index + 1) * WIDTH]
            files[Tile(level, index, len(some)).path] = b"".join(some)
        row = [root_of(row[at : at + WIDTH]) for at in range(0, len(row) - WIDTH + 1, WIDTH)]
        level += 1
    return files


def tree_of(n: int) -> TiledTree:
    files = laid_out(leaves(n))
    return TiledTree(n, lambda tile: files[tile.path])


def test_the_roots_of_certificate_transparency():
    hashes = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES_OF_CT]

    assert root_of([]) == EMPTY
    assert [root_of(hashes[:n]).hex() for n in range(1, 9)] == ROOTS_OF_CT


@given(st.lists(st.binary(max_size=40), max_size=300))
def test_roots_are_those_of_another_implementation(entries):
    other, frontier = InmemoryTree(algorithm="sha256"), Frontier()
    for entry in entries:
        other.append_entry(entry)
        frontier.append(leaf_hash(entry))

    assert frontier.root() == (other.get_root() if entries else EMPTY)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 600, 65_536, 65_537, 70_000])
def test_roots_and_proofs_out_of_tiles(size):
    tree, hashes = tree_of(size), leaves(size)

    assert tree.root() == root_of(hashes)
    for index in {0, 1, size // 3, size // 2, 255, 256, size - 1}:
        if index < size:
            check_inclusion(hashes[index], index, size, tree.inclusion(index), tree.root())


@given(st.integers(1, 300), st.data())
def test_proofs_are_those_of_another_implementation(size, data):
    index = data.draw(st.integers(0, size - 1))
    other = InmemoryTree(algorithm="sha256")
    for at in range(size):
        other.append_entry(at.to_bytes(4, "big"))

    theirs = other.prove_inclusion(index + 1, size).serialize()["path"][1:]

    assert sorted(step.hex() for step in tree_of(size).inclusion(index)) == sorted(theirs)


@given(st.integers(1, 120), st.data())
def test_a_path_proves_nothing_but_its_own_leaf(size, data):
    index = data.draw(st.integers(0, size - 1))
    tree, hashes = tree_of(size), leaves(size)
    path, root = tree.inclusion(index), tree.root()
    forgeries = [
        (hashes[index], index + 1, size, path, root),
        (leaf_hash(b"another"), index, size, path, root),
        (hashes[index], index, size, [*path, EMPTY], root),
        (hashes[index], index, size, path[:-1] or [EMPTY], root),
        (hashes[index], index, size, path, EMPTY),
        (hashes[index], -1, size, path, root),
    ]

    for forged in forgeries:
        with pytest.raises(Wrong):
            check_inclusion(*forged)


def test_the_tiles_of_the_specifications_example():
    """A tree of 70,000: 273 full tiles of leaves and one of 112, one full above and one of 17, and one of 1."""
    tiles = tiles_of(70_000)

    assert [sum(tile.level == level and tile.width == WIDTH for tile in tiles) for level in range(3)] == [273, 1, 0]
    assert [(tile.level, tile.width) for tile in tiles if tile.width < WIDTH] == [(0, 112), (1, 17), (2, 1)]
    assert [tile.path for tile in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]


def test_paths_are_written_in_one_way_only():
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(ENTRIES, 5, 9).path == "tile/entries/005.p/9"
    assert parse("0", "x001/x234/067") == Tile(0, 1_234_067)
    assert parse("entries", "005.p/9") == Tile(ENTRIES, 5, 9)
    for level, rest in [
        ("0", "1"), ("0", "0001"), ("00", "001"), ("0", "001.p/0"), ("0", "001.p/256"), ("0", "001.p/01"),
        ("64", "001"), ("0", "x000/001"), ("0", "001/001"), ("-1", "001"), ("0", "../001"), ("0", ""), ("x", "001"),
        ("0", "001.p/"), ("0", " 01"), ("0", "٠٠١"), ("0", "-01"), ("0", "x001/x234/067/"), ("entries", "001.p/9.p/9"),
    ]:  # fmt: skip
        with pytest.raises(Wrong):
            parse(level, rest)


def test_a_tile_that_is_cut_short_is_wrong():
    files = laid_out(leaves(300))
    tree = TiledTree(300, lambda tile: files[tile.path][:-HASH])

    with pytest.raises(Wrong, match="bytes instead of"):
        tree.root()


@given(st.integers(1, 255))
def test_a_partial_tile_falls_into_whole_subtrees(width):
    hashes = leaves(width)

    assert root_of(hashes) == TiledTree(width, lambda _tile: b"".join(hashes)).root()
    assert len(whole_subtrees(hashes)) == width.bit_count()
    assert tile_at(0, 0, width).width == width
