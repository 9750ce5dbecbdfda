"""Compare readers of remote files: ``PYTHONPATH=tests python benchmarks/remote_readers.py PACKAGE [--table NAME] [--column NAME]``.

Reads one column of a Parquet file, then the files of the package, from a web server that takes 0 or 100 ms for each answer: with dxgov,
with fsspec and each of its caches, and with obstore if it is installed. A first run warms up. Prints the requests, the MB that the server
sends, and the seconds.
"""

import argparse
import asyncio
import io
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import fsspec
import fsspec.asyn
import fsspec.parquet
import pyarrow as pa
import pyarrow.parquet as pq

from dxgov import Limits
from dxgov.storage.address import parse_address
from dxgov.storage.http import HttpFileSystem
from dxgov.storage.remote import RemoteContainer
from servers import Handler, web_server

DELAYS = (0.0, 0.1)
"""Seconds that the server takes for each answer."""
BLOCK = 2**18
"""Bytes that a cache reads ahead; the minimum of a request of dxgov."""
CACHES = ("readahead", "bytes", "blockcache", "background", "first", "all")


def read_column(file: Any, column: str) -> pa.Table:
    """Read a column as a lazy data set does, without threads of Arrow."""
    return pq.read_table(file, columns=[column], pre_buffer=False)


def read_with_dxgov(address: str, name: str, column: str) -> pa.Table:
    system = HttpFileSystem(parse_address(address), Limits(), fsspec.asyn.get_loop())
    file = system.find_file(system.join(name), name, 2**40, read_all=False)
    assert file is not None
    return read_column(file.open_seekable(), column)


def read_with_cache(address: str, name: str, column: str, cache: str) -> pa.Table:
    with fsspec.open(f"{address}/{name}", cache_type=cache, block_size=BLOCK) as file:
        return read_column(file, column)


def read_with_known_ranges(address: str, name: str, column: str) -> pa.Table:
    with fsspec.parquet.open_parquet_file(f"{address}/{name}", columns=[column], engine="pyarrow") as file:
        return read_column(file, column)


class _ObstoreFile(io.RawIOBase):
    """A reader of obstore with the methods that pyarrow needs."""

    def __init__(self, reader: Any) -> None:
        self.seek, self.tell, self._reader = reader.seek, reader.tell, reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        return bytes(self._reader.read(size)) if size else b""


def read_with_obstore(address: str, name: str, column: str) -> pa.Table:
    import obstore

    store = obstore.store.HTTPStore.from_url(address, client_options={"allow_http": True})
    return read_column(_ObstoreFile(obstore.open_reader(store, name, buffer_size=BLOCK)), column)


def fetch_with_dxgov(address: str, names: Sequence[str]) -> None:
    container = RemoteContainer(HttpFileSystem(parse_address(address), Limits(), fsspec.asyn.get_loop()), Limits())
    container.prefetch(names, read_all=True)


def fetch_with_fsspec(address: str, names: Sequence[str]) -> None:
    fsspec.filesystem("http", skip_instance_cache=True).cat([f"{address}/{quote(name)}" for name in names])


def fetch_with_obstore(address: str, names: Sequence[str]) -> None:
    import obstore

    store = obstore.store.HTTPStore.from_url(address, client_options={"allow_http": True})

    async def fetch(name: str) -> None:
        await (await obstore.get_async(store, name)).bytes_async()

    async def fetch_all() -> None:
        await asyncio.gather(*map(fetch, names))

    asyncio.run(fetch_all())


def measure(package: Path, read: Callable[[str], object]) -> Iterator[str]:
    """Yield the figures of a reader, which gets the address of a server, for each delay."""
    for number, delay in enumerate((0.0, *DELAYS)):
        with web_server(package) as web:

            def wait(handler: Handler, delay: float = delay) -> bool:
                handler.path = unquote(handler.path)
                time.sleep(delay)
                return False

            web.instead = wait
            start = time.perf_counter()
            read(web.address)
            if number:
                yield f"{len(web.asked)} requests, {sum(web.sent.values()) / 1e6:.2f} MB, {time.perf_counter() - start:.2f} s"


def main() -> None:
    """Run all readers, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("--table", default="links")
    parser.add_argument("--column", default="rationale")
    options = parser.parse_args()
    names = [path.relative_to(options.package).as_posix() for path in options.package.rglob("*") if path.is_file()]
    column = {"name": f"data/{options.table}.parquet", "column": options.column}
    readers: dict[str, Callable[[str], object]] = {
        "column, dxgov": partial(read_with_dxgov, **column),
        **{f"column, fsspec {cache}": partial(read_with_cache, **column, cache=cache) for cache in CACHES},
        "column, fsspec.parquet": partial(read_with_known_ranges, **column),
        "column, obstore": partial(read_with_obstore, **column),
        "files, dxgov": partial(fetch_with_dxgov, names=names),
        "files, fsspec": partial(fetch_with_fsspec, names=names),
        "files, obstore": partial(fetch_with_obstore, names=names),
    }
    for label, read in readers.items():
        try:
            sys.stdout.write(f"{label}: {'; '.join(measure(options.package, read))}\n")
        except ImportError as error:
            sys.stdout.write(f"{label}: {error}\n")


if __name__ == "__main__":
    main()
