"""Names of a package that are imported when they are first used (PEP 562).

Type checkers read the stub beside the package's ``__init__.py``, which ``docs/generate.py`` writes from the same list of names.
"""

TYPE_CHECKING = False  # type checkers take it for true; importing typing would cost more than all else here

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def attach(
    package: str, homes: "Mapping[str, tuple[str, ...]]", *others: str
) -> "tuple[Callable[[str], object], Callable[[], list[str]], list[str]]":
    """Return `__getattr__`, `__dir__` and `__all__` for a package whose names are imported when they are first used.

    Args:
        package: The name of the package.
        homes: The public names by the module that defines them; a module of the package stands for itself.
        others: Public names that the package defines itself.
    """
    names = sorted([*others, *(name for group in homes.values() for name in group)])

    def import_attribute(name: str) -> object:
        from importlib import import_module

        module = import_module(package)
        for home, group in homes.items():
            if name in group:
                value = import_module(home) if home == f"{package}.{name}" else getattr(import_module(home), name)
                setattr(module, name, value)  # so that the next use costs nothing
                return value
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def list_attributes() -> list[str]:
        return names

    return import_attribute, list_attributes, names
