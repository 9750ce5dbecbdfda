"""Datasette: what its JSON says of a database that sqlite-utils made of the package."""

import asyncio
import tempfile

from client_sqlite_utils import database
from datasette.app import Datasette
from told import files, records, tell


def read(package, way):
    with tempfile.TemporaryDirectory() as folder:
        path = database(package, folder, way)
        return [], asyncio.run(query_server(path, files(package)))


async def query_server(path, names):
    server = Datasette([str(path)], settings={"max_returned_rows": 10000})
    await server.invoke_startup()
    tables = {}
    for name in names:
        answer = await server.client.get(f"/data/{name}.json?_shape=array&_size=max")
        answer.raise_for_status()
        tables[name] = records([{key: value for key, value in row.items() if key != "rowid"} for row in answer.json()])
    return tables


tell("datasette", read)
