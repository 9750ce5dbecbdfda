"""PostgreSQL: tables with the types, keys, references and constraints of the descriptor, filled by COPY, on a server for the run alone."""

import json
import os
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

from sql import quoted, references, statement
from told import listed, run, table, tell

TYPES = {"integer": "bigint", "number": "numeric", "date": "date", "boolean": "boolean", "array": "jsonb"}
BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
AS = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []  # it does not run as root


def psql(place, sql):
    """Run statements in one transaction; what the last one gives."""
    options = ["-h", place, "-U", "dxgov", "-d", "postgres", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-1", "-f", "-"]
    return run(*AS, BIN / "psql", *options, input=sql)[0]


def reader(place):
    def read(package, way):
        parts, tables = ["DROP SCHEMA public CASCADE; CREATE SCHEMA public;"], {}
        for resource in listed(package):
            parts.append(statement(resource, TYPES, "{0} ~ ('^(' || {1} || ')$')") + ";")
            columns = ", ".join(quoted(field["name"]) for field in resource["schema"]["fields"])
            path = package / resource["path"]
            parts.append(f"\\copy {quoted(resource['name'])} ({columns}) FROM '{path}' WITH (FORMAT csv, HEADER match, ENCODING 'UTF8')")
        keys = [f"ALTER TABLE {quoted(resource['name'])} ADD {key};" for resource in listed(package) for key in references(resource)]
        psql(place, "\n".join([*parts, *keys]))
        for resource in listed(package):
            rows = [json.loads(line) for line in psql(place, f"SELECT row_to_json(t) FROM {quoted(resource['name'])} t;").splitlines()]
            types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
            for row in rows:  # JSON has no dates
                row.update({name: date.fromisoformat(row[name]) for name, type in types.items() if type == "date" and row[name]})
            tables[resource["name"]] = table(types, [[row[name] for name in types] for row in rows])
        return [], tables

    return read


with tempfile.TemporaryDirectory() as place:
    Path(place).chmod(0o777)
    run(*AS, BIN / "initdb", "-D", f"{place}/data", "-U", "dxgov", "-E", "UTF8", "--locale=C", "-A", "trust")
    command = [*AS, BIN / "postgres", "-D", f"{place}/data", "-k", place, "-c", "listen_addresses="]
    server = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None and subprocess.run([BIN / "pg_isready", "-q", "-h", place], check=False).returncode:
            time.sleep(0.1)
        tell("postgresql", reader(place), version=psql(place, "SHOW server_version;").split()[0])
    finally:
        server.terminate()
        server.wait()
