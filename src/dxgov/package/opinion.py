"""A second opinion on a package, by frictionless."""

from pathlib import Path
from typing import Any

import frictionless

from dxgov.package.container import open_container


def second_opinion(path: Path) -> list[str]:
    """What frictionless finds wrong with a package, a line for each error.

    It checks what Table Schema can say: types, keys, foreign keys, codes, patterns, sizes and hashes of CSV files. It does not know
    of vague dates, check digits and the like, and takes minutes where `validate` takes seconds.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        NotAPackageError: there is something else than a package.
        DataError: a zip has members that lead out of it.
    """
    open_container(path)
    source = path / "datapackage.json" if path.is_dir() else path
    report: Any = frictionless.Package(str(source.absolute())).validate()
    errors = [f"frictionless: {error.message} [{error.type}]" for error in report.errors]
    return errors + [f"frictionless: {task.place}: {error.message} [{error.type}]" for task in report.tasks for error in task.errors]
