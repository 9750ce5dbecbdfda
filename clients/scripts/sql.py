"""A package as SQL: a table for each resource, with the keys, references and constraints that its descriptor states."""

TYPES = {"integer": "BIGINT", "number": "DECIMAL(38, 10)", "date": "DATE", "boolean": "BOOLEAN"}


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def text(value):
    return "'" + str(value).replace("'", "''") + "'"


def columns(names):
    return ", ".join(map(quote, names))


def statement(resource, types=TYPES, matches="regexp_full_match({0}, {1})", more=()):
    """Return the CREATE TABLE statement for a resource.

    Args:
        resource: the resource in the descriptor.
        types: the SQL types, by type of the descriptor; others are TEXT.
        matches: the template of a condition that text {0} matches pattern {1}.
        more: parts to append, such as foreign keys.
    """
    schema = resource["schema"]
    parts = [definition(field, types, matches) for field in schema["fields"]]
    parts.append(f"PRIMARY KEY ({columns(schema['primaryKey'])})")
    return f"CREATE TABLE {quote(resource['name'])} ({', '.join([*parts, *more])})"


def definition(field, types, matches):
    """Return the definition of a column with its constraints."""
    name, constraints = quote(field["name"]), field.get("constraints", {})
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


def foreign_keys(resource):
    """Yield the foreign key clauses of a resource."""
    for key in resource["schema"].get("foreignKeys", []):
        target = key["reference"]
        yield f"FOREIGN KEY ({columns(key['fields'])}) REFERENCES {quote(target['resource'])} ({columns(target['fields'])})"


def orphan_queries(resource):
    """Yield for each foreign key its column and a query that counts the rows without a target."""
    for key in resource["schema"].get("foreignKeys", []):
        (name,), reference = key["fields"], key["reference"]
        targets = f"SELECT {columns(reference['fields'])} FROM {quote(reference['resource'])}"
        yield name, f"SELECT count(*) FROM {quote(resource['name'])} WHERE {quote(name)} IS NOT NULL AND {quote(name)} NOT IN ({targets})"
