"""A package as SQL: a table for each resource, with the keys, references and constraints that its descriptor states."""

TYPES = {"integer": "BIGINT", "number": "DECIMAL(38, 10)", "date": "DATE", "boolean": "BOOLEAN"}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def text(value):
    return "'" + str(value).replace("'", "''") + "'"


def columns(names):
    return ", ".join(map(quoted, names))


def statement(resource, types=TYPES, matches="regexp_full_match({0}, {1})", more=()):
    """CREATE TABLE for a resource; `matches` is how a text is held against a pattern, and `more` stands at the end."""
    schema = resource["schema"]
    parts = [definition(field, types, matches) for field in schema["fields"]]
    parts.append(f"PRIMARY KEY ({columns(schema['primaryKey'])})")
    return f"CREATE TABLE {quoted(resource['name'])} ({', '.join([*parts, *more])})"


def definition(field, types, matches):
    """A column with its constraints."""
    name, constraints = quoted(field["name"]), field.get("constraints", {})
    part = f"{name} {types.get(field['type'], 'TEXT')}"
    if constraints.get("required"):
        part += " NOT NULL"
    if "enum" in constraints:
        part += f" CHECK ({name} IN ({', '.join(map(text, constraints['enum']))}))"
    if "minimum" in constraints:
        part += f" CHECK ({name} >= {constraints['minimum']})"
    if "pattern" in constraints:
        part += f" CHECK ({matches.format(name, text(constraints['pattern']))})"
    return part


def references(resource):
    """The foreign keys of a resource."""
    for key in resource["schema"].get("foreignKeys", []):
        target = key["reference"]
        yield f"FOREIGN KEY ({columns(key['fields'])}) REFERENCES {quoted(target['resource'])} ({columns(target['fields'])})"


def orphans(resource):
    """A query for each foreign key that counts the rows which refer to nothing."""
    for key in resource["schema"].get("foreignKeys", []):
        (name,), target = key["fields"], key["reference"]
        there = f"SELECT {columns(target['fields'])} FROM {quoted(target['resource'])}"
        yield name, f"SELECT count(*) FROM {quoted(resource['name'])} WHERE {quoted(name)} IS NOT NULL AND {quoted(name)} NOT IN ({there})"
