"""``python -m dxgov``."""

from dxgov.cli import main

if __name__ == "__main__":
    main(prog_name="dxgov")
