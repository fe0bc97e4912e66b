"""What the process had in memory does not reach the disk with the vectors, and what was kept is found as before."""

import struct
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.errors import InternalError
from privacy.knowledge.hashing import HashingEmbedder
from privacy.knowledge.reserved_room import ReservedRoom
from privacy.knowledge.vectors import VectorIndex

MARK = b"ANAQUISPE"
PINNED: list[bytearray] = []


def use_memory() -> None:
    """Leave freed memory full of the mark behind in many threads, as a directory refresh does with names."""

    def fill(_number: int) -> None:
        time.sleep(0.02)
        freed = [bytearray(MARK * size) for size in (50, 100, 500, 1_000, 5_000, 20_000) * 200]
        for _ in range(12):
            freed.append(bytearray(MARK * 80_000))
            PINNED.append(bytearray(MARK * 100))
        del freed

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(fill, range(24)))


@pytest.mark.slow
def test_no_memory_of_the_process_is_written_beside_the_vectors(tmp_path: Path) -> None:
    embedder = HashingEmbedder()
    freed = bytearray(MARK * 2_600_000)
    del freed
    index = VectorIndex(tmp_path, embedder)
    for name in ("campus.public", "campus.staff"):
        use_memory()
        index.add(name, {f"chk_{number}": f"text {number}" for number in range(5)})
        use_memory()
    index.add("campus.staff", {f"more_{number}": f"other {number}" for number in range(1_100)})
    index.erase("campus.public", ["chk_1"])
    (best, *_) = index.query("campus.staff", embedder.embed(["text 3"]), 3)
    index.close()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any(file.name == "data_level0.bin" for file in files)
    assert [file.name for file in files if MARK in file.read_bytes()] == []
    again = VectorIndex(tmp_path, embedder)
    assert again.query("campus.staff", embedder.embed(["text 3"]), 3)[0] == best
    assert len(again.ids("campus.public")) == 4
    again.close()


def test_only_the_room_that_no_element_takes_is_wiped(tmp_path: Path) -> None:
    (index := tmp_path / "segment").mkdir()
    (index / "header.bin").write_bytes(struct.pack("<iQQQQ", 1, 0, 10, 3, 8) + bytes(64))
    (index / "data_level0.bin").write_bytes(b"x" * 80)
    (index / "length.bin").write_bytes(b"y" * 40)
    ReservedRoom().wipe(tmp_path)
    assert (index / "data_level0.bin").read_bytes() == b"x" * 24 + bytes(56)
    assert (index / "length.bin").read_bytes() == b"y" * 12 + bytes(28)


def test_an_unknown_layout_is_no_reason_to_guess(tmp_path: Path) -> None:
    (index := tmp_path / "segment").mkdir()
    (index / "header.bin").write_bytes(struct.pack("<iQQQQ", 1, 0, 10, 3, 8))
    (index / "data_level0.bin").write_bytes(b"x" * 20)
    with pytest.raises(InternalError, match="unknown layout"):
        ReservedRoom().wipe(tmp_path)
    assert (index / "data_level0.bin").read_bytes() == b"x" * 20
