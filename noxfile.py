"""The checks that a change must pass: ``nox`` runs all of them, ``nox -s tests`` the tests alone.

Every session has an environment of its own. The tests run against the built wheel, not the checkout.
"""

import filecmp
import shutil
import tarfile
import zipfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "types", "data", "docs", "package", "portals", "speed", "site", "attacks", "notebooks", "tests"]

ROOT = Path(__file__).parent
GROUPS = nox.project.load_toml(ROOT / "pyproject.toml")
EXTRAS = ",".join(extra for extra in GROUPS["project"]["optional-dependencies"] if extra != "gs")
"""The optional dependencies with which the tests run, apart from Google Cloud Storage, which no test reaches."""


def _list_group(name: str) -> list[str]:
    return list(nox.project.dependency_groups(GROUPS, name))


def _build_wheel(session: nox.Session) -> str:
    """Build the wheel and return its path."""
    folder = Path(session.create_tmp()) / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT), silent=True)
    (wheel,) = folder.glob("dxgov-*.whl")
    return str(wheel)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests against the wheel; arguments go to pytest."""
    session.install(f"{_build_wheel(session)}[{EXTRAS}]", *_list_group("test"))
    session.run("pytest", "-n", "auto", "--dist", "worksteal", *session.posargs)


@nox.session
def quick(session: nox.Session) -> None:
    """Run the tests that are not slow in the checkout, with few random examples; arguments go to pytest."""
    session.install("-e", f".[{EXTRAS}]", *_list_group("test"))
    session.run("pytest", "-n", "auto", "--dist", "worksteal", "-m", "not slow", "--hypothesis-profile", "quick", *session.posargs)


@nox.session
def portals(session: nox.Session) -> None:
    """Have the portals' own tools read the exports for them; a skipped test is an error."""
    session.install(_build_wheel(session), *_list_group("portals"))
    output = session.run("pytest", "tests/test_portals.py", "tests/test_rdf.py", *session.posargs, silent=True)
    session.log(str(output).strip().splitlines()[-1])
    if " skipped" in str(output):
        session.error(str(output))


@nox.session
def site(session: nox.Session) -> None:
    """Read the site, drafts and their review with a browser; a skipped test is an error. DXGOV_CHROMIUM is the path of a Chromium."""
    session.install(f"{_build_wheel(session)}[site]", *_list_group("browser"))
    files = sorted((ROOT / "tests").glob("test_*_browser.py"))
    output = session.run("pytest", *map(str, files), *session.posargs, silent=True)
    session.log(str(output).strip().splitlines()[-1])
    if " skipped" in str(output):
        session.error(str(output))


@nox.session
def notebooks(session: nox.Session) -> None:
    """Run the notebooks, and compare their output with the stored one; ``--write`` stores the new output."""
    session.install(f"{_build_wheel(session)}[business]", *_list_group("notebooks"))
    books = sorted(map(str, (ROOT / "examples").glob("*.ipynb")))
    if session.posargs == ["--write"]:
        quiet = "--ExecutePreprocessor.record_timing=False"
        session.run("jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", quiet, *books)
    else:
        session.run("pytest", "-p", "no:xdist", "-p", "no:cacheprovider", "--nbval", *session.posargs, *books)


@nox.session
def differential(session: nox.Session) -> None:
    """Have dxgov and frictionless check 500 random packages; every difference must have a known reason."""
    session.install(f"{_build_wheel(session)}[frictionless,testing]", *_list_group("differential"))
    session.run("pytest", "-n", "auto", "tests/test_differential.py", "--packages", "500", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Run the tests against small faults in the code; arguments choose the room, the sample and more."""
    session.install("-e", f".[{EXTRAS}]", *_list_group("mutants"))
    session.run("python", "tests/mutants/run.py", *session.posargs, env={"OPENBLAS_NUM_THREADS": "1"})


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and the direction of imports."""
    session.install(*_list_group("lint"), "-e", f".[{EXTRAS}]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, and that at least 98 % of the public ones are complete."""
    session.install(_build_wheel(session), *_list_group("types"))
    session.run("mypy")
    verdict = session.run("pyright", "--verifytypes", "dxgov", "--ignoreexternal", silent=True, success_codes=[0, 1])
    score = next(line for line in str(verdict).splitlines() if "completeness score" in line)
    session.log(score.strip())
    if float(score.rpartition(":")[2].strip(" %")) < 98:
        session.error(str(verdict))


@nox.session
def attacks(session: nox.Session) -> None:
    """Read hostile packages of full size, and print the memory used; takes minutes and some gibibytes of disk."""
    session.install(f"{_build_wheel(session)}[business,duckdb,frictionless,ical,testing,xlsx]", *_list_group("test"))
    options = ("-rP", "-o", "tmp_path_retention_policy=failed")
    session.run("pytest", *options, "tests/test_hostile.py", "-k", "attack_is_told", *session.posargs, env={"DXGOV_FULL_ATTACKS": "1"})


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz each reader for two minutes; arguments go to libFuzzer."""
    session.install("-e", ".", *_list_group("fuzz"))
    for kind in ("descriptor", "csv", "parquet", "zip"):
        session.run("python", "tests/fuzz/reading.py", kind, *(session.posargs or ["-max_total_time=120"]))


@nox.session
def data(session: nox.Session) -> None:
    """Check the bundled data with dxgov and with frictionless, in both formats."""
    session.install(f"{_build_wheel(session)}[frictionless]")
    exported = Path(session.create_tmp()) / "open-data"
    shutil.rmtree(exported, ignore_errors=True)
    session.run("dxgov", "export", str(exported))
    for package in (ROOT / "datasets" / "japan-dx-governance", exported / "csv", exported / "parquet"):
        session.run("dxgov", "validate", str(package))
        session.run("frictionless", "validate", str(package / "datapackage.json"))


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation without a network; a warning is an error."""
    session.install(*_list_group("docs"), "-e", f".[{EXTRAS}]")
    session.run("python", "docs/generate.py", "--check")
    session.run("sphinx-build", "-W", "--keep-going", "-E", "-b", "html", "docs", "docs/_build/html")


@nox.session
def package(session: nox.Session) -> None:
    """Build sdist and wheel; check that both give the same wheel, and that it works after installation."""
    session.install("build", "twine", *GROUPS["build-system"]["requires"])
    folder = Path(session.create_tmp()) / "package"
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "build", "--no-isolation", "--sdist", "--wheel", "--outdir", str(folder / "tree"), silent=True)
    session.run("twine", "check", "--strict", *map(str, (folder / "tree").iterdir()))
    (sdist,) = (folder / "tree").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    source = folder / sdist.name.removesuffix(".tar.gz")
    session.run("python", "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder / "sdist"), str(source), silent=True)
    (tree_wheel,), (sdist_wheel,) = (folder / "tree").glob("*.whl"), (folder / "sdist").glob("*.whl")
    if not filecmp.cmp(tree_wheel, sdist_wheel, shallow=False):
        names = [set(zipfile.ZipFile(wheel).namelist()) for wheel in (tree_wheel, sdist_wheel)]
        session.error(f"the wheels differ: {sorted(names[0] ^ names[1]) or 'in content'}")
    session.install(str(tree_wheel))
    with session.chdir(folder):
        session.run("dxgov", "info")
        session.run("python", "-c", "import dxgov; assert len(dxgov.load().asks) > 0")
    session.install("-e", str(ROOT))
    with session.chdir(folder):
        session.run("dxgov", "validate")


@nox.session
def clients(session: nox.Session) -> None:
    """Try packages with other people's programs, each in its own environment; ``--quick`` takes those that pip installs within seconds."""
    session.install(f"{_build_wheel(session)}[xlsx]")
    session.run("python", "-m", "clients", str(Path(session.create_tmp()) / "clients"), *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Compare dxgov with its peers, and write the results into the docs."""
    session.install(_build_wheel(session), *_list_group("benchmarks"))
    session.run("python", "benchmarks/date_readers.py")
    session.run("python", "benchmarks/date_speed.py")
    session.run("python", "benchmarks/run.py", *session.posargs)
    session.run("python", "benchmarks/large.py")
    session.run("python", "benchmarks/operations.py")
    session.run("python", "benchmarks/document_reading.py")


@nox.session
def speed(session: nox.Session) -> None:
    """Run every benchmark once on a small data set, to see that it works."""
    session.install(_build_wheel(session), *_list_group("speed"))
    folder = session.create_tmp()
    session.run("python", "benchmarks/run.py", "--rows", "1000", "--rounds", "1", "--out", folder)
    session.run("python", "benchmarks/large.py", "--rows", "1000", "--out", folder)
    session.run("python", "benchmarks/operations.py", "--rows", "1000", "--out", folder)
