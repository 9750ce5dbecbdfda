"""Write the packages that the tasks read: ``python benchmarks/packages.py FOLDER ROWS [faulty]``."""

import sys
from pathlib import Path

import faults
import generate


def main(folder: Path, rows: int, *, faulty: bool) -> None:
    """Write packages of one data set in both formats, and if `faulty` one with faults."""
    tables = generate.package_tables(generate.dataset(rows))
    generate.write_package(tables, folder / "csv", "csv")
    generate.write_package(tables, folder / "parquet", "parquet")
    if faulty:
        corrupted, _ = faults.plant(tables, 20, "csv")
        generate.write_package(corrupted, folder / "faulty", "csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), faulty="faulty" in sys.argv)
