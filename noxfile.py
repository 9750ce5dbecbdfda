"""What must hold before a change lands: ``nox`` runs it all, ``nox -s tests`` the tests alone.

Every session installs what it needs into an environment of its own. The tests run against the built wheel, not the checkout.
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
EXTRAS = "business,dask,duckdb,frictionless,ical,plot,remote,s3,site,testing,xlsx"
"""What the library can use beside what it needs."""
GROUPS = nox.project.load_toml(ROOT / "pyproject.toml")


def _group(name: str) -> list[str]:
    return list(nox.project.dependency_groups(GROUPS, name))


def _wheel(session: nox.Session) -> str:
    """Build the wheel and return its path."""
    place = Path(session.create_tmp()) / "wheel"
    shutil.rmtree(place, ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(ROOT), silent=True)
    (wheel,) = place.glob("dxgov-*.whl")
    return str(wheel)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests against the wheel; arguments go to pytest."""
    session.install(f"{_wheel(session)}[{EXTRAS}]", *_group("test"))
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session
def quick(session: nox.Session) -> None:
    """Run the tests that are not slow in the checkout, with few random examples; arguments go to pytest."""
    session.install("-e", f".[{EXTRAS}]", *_group("test"))
    session.run("pytest", "-n", "auto", "-m", "not slow", "--hypothesis-profile", "quick", *session.posargs)


@nox.session
def portals(session: nox.Session) -> None:
    """Have the portals' own tools read what is exported for them; none of these tests may be skipped here."""
    session.install(_wheel(session), *_group("portals"))
    told = session.run("pytest", "tests/test_portals.py", "tests/test_rdf.py", *session.posargs, silent=True)
    session.log(str(told).strip().splitlines()[-1])
    if " skipped" in str(told):
        session.error(str(told))


@nox.session
def site(session: nox.Session) -> None:
    """Have a browser read the site; it must be there, so that no test is skipped. DXGOV_CHROMIUM tells where a Chromium is."""
    session.install(f"{_wheel(session)}[site]", *_group("browser"))
    told = session.run("pytest", "tests/test_site.py", "tests/test_site_browser.py", *session.posargs, silent=True)
    session.log(str(told).strip().splitlines()[-1])
    if " skipped" in str(told):
        session.error(str(told))


@nox.session
def notebooks(session: nox.Session) -> None:
    """Run the notebooks, and see that they show what is kept in them; ``--write`` keeps what they show now."""
    session.install(f"{_wheel(session)}[business,plot]", *_group("notebooks"))
    books = sorted(map(str, (ROOT / "examples").glob("*.ipynb")))
    if session.posargs == ["--write"]:
        quiet = "--ExecutePreprocessor.record_timing=False"
        session.run("jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", quiet, *books)
    else:
        session.run("pytest", "-p", "no:xdist", "-p", "no:cacheprovider", "--nbval", *session.posargs, *books)


@nox.session
def differential(session: nox.Session) -> None:
    """Have dxgov and frictionless judge 500 random packages; what only one of them finds must have a known reason."""
    session.install(f"{_wheel(session)}[frictionless,testing]", *_group("differential"))
    session.run("pytest", "-n", "auto", "tests/test_differential.py", "--packages", "500", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and the direction of imports."""
    session.install(*_group("lint"), "-e", f".[{EXTRAS}]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, and that at least 98 % of the public ones are complete."""
    session.install(_wheel(session), *_group("types"))
    session.run("mypy")
    verdict = session.run("pyright", "--verifytypes", "dxgov", "--ignoreexternal", silent=True, success_codes=[0, 1])
    score = next(line for line in str(verdict).splitlines() if "completeness score" in line)
    session.log(score.strip())
    if float(score.rpartition(":")[2].strip(" %")) < 98:
        session.error(str(verdict))


@nox.session
def attacks(session: nox.Session) -> None:
    """Read hostile packages of full size; takes minutes and some gibibytes of disk. The figures of memory are printed."""
    session.install(f"{_wheel(session)}[business,duckdb,frictionless,ical,testing,xlsx]", *_group("test"))
    told = ("-rP", "-o", "tmp_path_retention_policy=failed")
    session.run("pytest", *told, "tests/test_hostile.py", "-k", "attack_is_told", *session.posargs, env={"DXGOV_FULL_ATTACKS": "1"})


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz each reader for two minutes, or as long as libFuzzer is told to."""
    session.install("-e", ".", *_group("fuzz"))
    for kind in ("descriptor", "csv", "parquet", "zip"):
        session.run("python", "tests/fuzz/reading.py", kind, *(session.posargs or ["-max_total_time=120"]))


@nox.session
def data(session: nox.Session) -> None:
    """Check the bundled data: sound by dxgov and by frictionless, in both formats."""
    session.install(f"{_wheel(session)}[frictionless]")
    exported = Path(session.create_tmp()) / "open-data"
    shutil.rmtree(exported, ignore_errors=True)
    session.run("dxgov", "export", str(exported))
    for package in (ROOT / "datasets" / "japan-dx-governance", exported / "csv", exported / "parquet"):
        session.run("dxgov", "validate", str(package))
        session.run("frictionless", "validate", str(package / "datapackage.json"))


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation without a network; a warning is an error."""
    session.install(*_group("docs"), "-e", f".[{EXTRAS}]")
    session.run("python", "docs/generate.py", "--check")
    session.run("sphinx-build", "-W", "--keep-going", "-E", "-b", "html", "docs", "docs/_build/html")


@nox.session
def package(session: nox.Session) -> None:
    """Build sdist and wheel; both give the same wheel, and it works where it is installed."""
    session.install("build", "twine", *GROUPS["build-system"]["requires"])
    place = Path(session.create_tmp()) / "package"
    shutil.rmtree(place, ignore_errors=True)
    session.run("python", "-m", "build", "--no-isolation", "--sdist", "--wheel", "--outdir", str(place / "tree"), silent=True)
    session.run("twine", "check", "--strict", *map(str, (place / "tree").iterdir()))
    (sdist,) = (place / "tree").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(place, filter="data")
    source = place / sdist.name.removesuffix(".tar.gz")
    session.run("python", "-m", "build", "--no-isolation", "--wheel", "--outdir", str(place / "sdist"), str(source), silent=True)
    (one,), (other,) = (place / "tree").glob("*.whl"), (place / "sdist").glob("*.whl")
    if not filecmp.cmp(one, other, shallow=False):
        names = [set(zipfile.ZipFile(each).namelist()) for each in (one, other)]
        session.error(f"the wheels differ: {sorted(names[0] ^ names[1]) or 'in content'}")
    session.install(str(one))
    with session.chdir(place):
        session.run("dxgov", "info")
        session.run("python", "-c", "import dxgov; assert len(dxgov.load().asks) > 0")
    session.install("-e", str(ROOT))
    with session.chdir(place):
        session.run("dxgov", "validate")


@nox.session
def clients(session: nox.Session) -> None:
    """Try packages with other people's programs, each in an environment of its own; ``--quick``: those that pip brings within seconds."""
    session.install(_wheel(session))
    session.run("python", "-m", "clients", str(Path(session.create_tmp()) / "clients"), *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Hold dxgov against its peers, and write what came out into the docs."""
    session.install(_wheel(session), *_group("benchmarks"))
    session.run("python", "benchmarks/date_readers.py")
    session.run("python", "benchmarks/date_speed.py")
    session.run("python", "benchmarks/run.py", *session.posargs)
    session.run("python", "benchmarks/large.py")
    session.run("python", "benchmarks/operations.py")


@nox.session
def speed(session: nox.Session) -> None:
    """Run every benchmark once on a small data set, so that none rots; what it took does not matter."""
    session.install(_wheel(session), *_group("speed"))
    place = session.create_tmp()
    session.run("python", "benchmarks/run.py", "--rows", "1000", "--rounds", "1", "--out", place)
    session.run("python", "benchmarks/large.py", "--rows", "1000", "--out", place)
    session.run("python", "benchmarks/operations.py", "--rows", "1000", "--out", place)
