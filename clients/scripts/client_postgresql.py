"""PostgreSQL: tables with the types, keys, references and constraints of the descriptor, filled by COPY, on a server for the run alone."""

import json
import os
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

from sql import foreign_keys, quote, statement
from told import list_resources, run, table, tell

TYPES = {"integer": "bigint", "number": "numeric", "date": "date", "boolean": "boolean", "array": "jsonb"}
BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
AS = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []  # it does not run as root


def psql(folder, sql):
    """Run statements in one transaction; return the output of the last one."""
    options = ["-h", folder, "-U", "dxgov", "-d", "postgres", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-1", "-f", "-"]
    return run(*AS, BIN / "psql", *options, input=sql)[0]


def reader(folder):
    def read(package, way):
        parts, tables = ["DROP SCHEMA public CASCADE; CREATE SCHEMA public;"], {}
        for resource in list_resources(package):
            parts.append(statement(resource, TYPES, "{0} ~ ('^(' || {1} || ')$')") + ";")
            columns = ", ".join(quote(field["name"]) for field in resource["schema"]["fields"])
            path = package / resource["path"]
            parts.append(f"\\copy {quote(resource['name'])} ({columns}) FROM '{path}' WITH (FORMAT csv, HEADER match, ENCODING 'UTF8')")
        keys = [
            f"ALTER TABLE {quote(resource['name'])} ADD {key};" for resource in list_resources(package) for key in foreign_keys(resource)
        ]
        psql(folder, "\n".join([*parts, *keys]))
        for resource in list_resources(package):
            rows = [json.loads(line) for line in psql(folder, f"SELECT row_to_json(t) FROM {quote(resource['name'])} t;").splitlines()]
            types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
            for row in rows:  # JSON has no dates
                row.update({name: date.fromisoformat(row[name]) for name, type in types.items() if type == "date" and row[name]})
            tables[resource["name"]] = table(types, [[row[name] for name in types] for row in rows])
        return [], tables

    return read


with tempfile.TemporaryDirectory() as folder:
    Path(folder).chmod(0o777)
    run(*AS, BIN / "initdb", "-D", f"{folder}/data", "-U", "dxgov", "-E", "UTF8", "--locale=C", "-A", "trust")
    command = [*AS, BIN / "postgres", "-D", f"{folder}/data", "-k", folder, "-c", "listen_addresses="]
    server = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None and subprocess.run([BIN / "pg_isready", "-q", "-h", folder], check=False).returncode:
            time.sleep(0.1)
        tell("postgresql", reader(folder), version=psql(folder, "SHOW server_version;").split()[0])
    finally:
        server.terminate()
        server.wait()
