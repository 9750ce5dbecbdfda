"""Attacks by Parquet files."""

import base64
import os
import pickle
import struct
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from attacks.attack import FULL, MIB, attack, many
from dxgov import ProblemCode as Code
from package_files import edit_bytes, edit_descriptor, edit_parquet, find_file


def _parquet(package: Path, table: str, data: pa.Table, **options: Any) -> None:
    pq.write_table(data, find_file(package, table), **options)
    edit_descriptor(package, lambda found: [each.pop("hash") for each in found["resources"] if each["name"] == table])


@attack(Code.TOO_LARGE, format="parquet", says="rows, expected")
def parquet_of_a_hundred_million_rows(package: Path) -> None:
    schema = pa.schema([pa.field("position", pa.int64())])
    with pq.ParquetWriter(find_file(package, "ask_themes"), schema, compression="zstd") as writer:
        for _ in range(100):
            writer.write_table(pa.table({"position": pa.repeat(pa.scalar(1, pa.int64()), many(1_000_000))}, schema=schema))
    edit_descriptor(package, lambda found: [each.pop("hash") for each in found["resources"] if each["name"] == "ask_themes"])


@attack(Code.TOO_LARGE, Code.MISSING_COLUMN, format="parquet", says="bytes in the column")
def parquet_dictionary_bomb(package: Path) -> None:
    """One text of a mebibyte, referred to by a million rows: a tebibyte."""
    codes = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), 1_000_000), pa.array(["a" * MIB]))
    _parquet(package, "ask_themes", pa.table({"ask_id": codes}), compression="zstd")


@attack(Code.TOO_LARGE, format="parquet", says="bytes in the column")
def parquet_dictionary_bomb_in_lists(package: Path) -> None:
    data = pq.read_table(find_file(package, "themes"))
    texts = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), 100_000), pa.array(["a" * MIB]))
    lists = pa.ListArray.from_arrays(pa.array([0, *[100_000] * data.num_rows], pa.int32()), texts)
    _parquet(package, "themes", data.set_column(data.column_names.index("alt_labels"), "alt_labels", lists), compression="zstd")


@attack(Code.TOO_LARGE, format="parquet", says="values in a column", rows=20_000_000 if FULL else 10_000)
def parquet_list_bomb(package: Path) -> None:
    data = pq.read_table(find_file(package, "themes")).slice(0, 1)
    size = 210_000_000 if FULL else 110_000
    codes = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), size), pa.array(["a"]))
    lists = pa.ListArray.from_arrays(pa.array([0, size], pa.int32()), codes)
    _parquet(package, "themes", data.set_column(data.column_names.index("alt_labels"), "alt_labels", lists), compression="zstd")


@attack(Code.TOO_LARGE, format="parquet", says="bytes when unpacked")
def parquet_unpacking_to_gibibytes(package: Path) -> None:
    schema = pa.schema([pa.field("ask_id", pa.string())])
    with pq.ParquetWriter(find_file(package, "ask_themes"), schema, compression="zstd", use_dictionary=False) as writer:
        for _ in range(50 if FULL else 3):
            writer.write_table(pa.table({"ask_id": pa.repeat(pa.scalar("a" * MIB), 100)}, schema=schema))
    edit_descriptor(package, lambda found: [each.pop("hash") for each in found["resources"] if each["name"] == "ask_themes"])


@attack(Code.UNREADABLE_FILE, format="parquet")
def parquet_file_cut_off(package: Path) -> None:
    edit_bytes(package, "themes", lambda content: content[: len(content) // 2])


@attack(Code.TOO_LARGE, format="parquet", says="columns")
def parquet_of_10_000_columns(package: Path) -> None:
    _parquet(package, "ask_themes", pa.table({f"c{number}": pa.array([1]) for number in range(10_000)}))


@attack(Code.WRONG_TYPE, Code.MISSING_COLUMN, format="parquet", says="expected string")
def parquet_of_structures(package: Path) -> None:
    data = pa.array([{f"f{number}": number for number in range(500)}] * 1_000)
    _parquet(package, "ask_themes", pa.table({"ask_id": data}))


@attack(Code.DUPLICATE_COLUMN, Code.MISSING_COLUMN, format="parquet")
def parquet_with_a_column_twice(package: Path) -> None:
    _parquet(package, "ask_themes", pa.table([pa.array(["a"]), pa.array(["b"])], names=["ask_id", "ask_id"]))


class _Shell:
    """An object that runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


@attack(Code.WRONG_TYPE, format="parquet")
def parquet_with_a_pickle(package: Path) -> None:
    """Old versions of pyarrow ran what the metadata of an extension type hold."""
    payload = pickle.dumps(_Shell(f"touch {package.parent / 'executed'}"))
    about = {b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": payload}
    data = pq.read_table(find_file(package, "themes"))
    place = data.column_names.index("label")
    field = pa.field("label", pa.int64(), metadata=about)
    _parquet(package, "themes", data.set_column(place, field, pa.array([1] * data.num_rows)))


@attack(Code.UNREADABLE_FILE, format="parquet", says="rows")
def parquet_that_lies_about_its_rows(package: Path) -> None:
    def lie(content: bytes) -> bytes:
        # The footer holds the number of rows as a variable-length integer: 4 rows are 8 in zigzag. Say 1,000 instead, in its parts too.
        size = struct.unpack("<I", content[-8:-4])[0]
        footer = content[-8 - size : -8]
        lied = footer.replace(b"\x16\x08", b"\x16\x7e")
        assert lied != footer
        return content[: -8 - size] + lied + struct.pack("<I", len(lied)) + b"PAR1"

    edit_bytes(package, "themes", lie)


@attack(format="parquet")
def parquet_whose_schema_lies(package: Path) -> None:
    """The Arrow schema in its metadata says that texts are numbers, which nobody heeds."""
    lied = pa.schema([pa.field("ask_id", pa.int64()), pa.field("theme_id", pa.list_(pa.int8())), pa.field("position", pa.string())])
    data = pq.read_table(find_file(package, "ask_themes"))
    plain = data.replace_schema_metadata({b"ARROW:schema": base64.b64encode(lied.serialize().to_pybytes())})
    _parquet(package, "ask_themes", plain, store_schema=False)


@attack(Code.UNREADABLE_FILE, format="parquet", says="UTF8")
def parquet_texts_that_are_not_utf_8(package: Path) -> None:
    edit_parquet(package, "themes", lambda data: data.set_column(data.column_names.index("note"), "note", _broken(data.num_rows)))


def _broken(rows: int) -> pa.Array:
    offsets = pa.py_buffer(struct.pack(f"<{rows + 1}i", *range(rows + 1)))
    return pa.Array.from_buffers(pa.string(), rows, [None, offsets, pa.py_buffer(b"\xff" * rows)])
