"""Settings and fixtures that all tests share."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, Phase, settings

import dxgov
import generate
from cited_documents import write_documents
from dxgov import Dataset
from package_files import PARTITION_BY, split_row_groups
from servers import Web, open_s3, s3_server, web_server
from soundness import few_tables, sound

settings.register_profile(
    "dxgov",
    deadline=None,
    # A gate fails for what was changed, not for an example of luck, and need not try so many.
    derandomize="CI" in os.environ,
    max_examples=15 if "CI" in os.environ else 25,
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("quick", settings.get_profile("dxgov"), max_examples=5, phases=[Phase.explicit, Phase.generate])
settings.load_profile("dxgov")


@pytest.fixture(scope="session", autouse=True)
def no_sync() -> Iterator[None]:
    """Let no test wait for the disk in ``fsync``, as none cuts the power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def ds() -> dxgov.Dataset:
    """The bundled data set."""
    return dxgov.load()


@pytest.fixture(scope="session")
def sound_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound data set as CSV and Parquet package, in folders and zips; not to be changed."""
    return dxgov.export(sound(), tmp_path_factory.mktemp("sound") / "export", zip=True)


@pytest.fixture(scope="session")
def few_tables_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound data of few tables as CSV and Parquet package; not to be changed."""
    return dxgov.export(few_tables(), tmp_path_factory.mktemp("few") / "export", ["csv", "parquet"])


@pytest.fixture
def copy_few_tables(few_tables_export: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A function that copies the package of few tables of a format, to damage the copy."""
    return lambda format: shutil.copytree(few_tables_export / format, tmp_path / format)


@pytest.fixture
def copy_package(sound_export: Path, few_tables_export: Path, tmp_path: Path) -> Callable[..., Path]:
    """A function that copies the sound package of a format, to damage the copy; where a table is all that counts, few others with it."""

    def copy(format: str, table: str | None = None) -> Path:
        is_among_few = (few_tables_export / format / "data" / f"{table}.{format}").exists()
        return shutil.copytree((few_tables_export if is_among_few else sound_export) / format, tmp_path / format)

    return copy


@pytest.fixture(scope="session")
def generated() -> Dataset:
    """A data set of some 600 random records."""
    return generate.dataset(600, seed=3)  # type: ignore[return-value]


@pytest.fixture(scope="session")
def partition(generated: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated data set with one table partitioned by year and one by code, in small row groups; not to be changed."""
    return split_row_groups(dxgov.partition(generated, tmp_path_factory.mktemp("partition") / "package", PARTITION_BY), 10)


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Path]:
    """A data set of some 12,000 random records and its Parquet package of many row groups; not to be changed."""
    data = generate.dataset(12_000, seed=3)
    package = dxgov.export(data, tmp_path_factory.mktemp("large") / "export", ["parquet"]) / "parquet"
    return data, split_row_groups(package, 300)  # type: ignore[return-value]


@pytest.fixture(scope="session")
def sound_partition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound data set with two tables partitioned; not to be changed."""
    return dxgov.partition(sound(), tmp_path_factory.mktemp("partition") / "small", {"requests": "submitted", "actors": "kind"})


@pytest.fixture
def small_partition(sound_partition: Path, tmp_path: Path) -> Path:
    """A copy of the sound data set with two tables partitioned, to be damaged."""
    return shutil.copytree(sound_partition, tmp_path / "small")


@pytest.fixture
def web(sound_export: Path, tmp_path: Path) -> Iterator[Web]:
    """A web server over a copy of the export of the sound data set."""
    pytest.importorskip("aiohttp")
    with web_server(shutil.copytree(sound_export, tmp_path / "web")) as server:
        yield server


@pytest.fixture
def memory() -> Iterator[str]:
    """The address of an empty store in memory."""
    store = pytest.importorskip("fsspec").filesystem("memory").store
    store.clear()
    yield "memory://"
    store.clear()


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of an S3 bucket that the tests of a module share."""
    pytest.importorskip("s3fs")
    pytest.importorskip("moto")
    with s3_server() as address, pytest.MonkeyPatch.context() as patch:
        for name, value in {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "DEFAULT_REGION": "us-east-1"}.items():
            patch.setenv(f"AWS_{name}", value)
        patch.setenv("AWS_ENDPOINT_URL", address)
        open_s3().mkdir("bucket")
        yield "s3://bucket"
        open_s3().rm("bucket", recursive=True)


@pytest.fixture(scope="session")
def exports(sound_export: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The exports of the sound and of the bundled data set; not to be changed."""
    return {"invented": sound_export, "bundled": dxgov.export(dxgov.load(), tmp_path_factory.mktemp("bundled") / "export", zip=True)}


@pytest.fixture(scope="session")
def bundled_site() -> dict[str, bytes]:
    """The files of the site of the bundled data set, by path."""
    from site_pages import build_site

    return build_site(dxgov.load())


@pytest.fixture(scope="session")
def bundled_pages(bundled_site: dict[str, bytes]) -> dict[str, ET.Element]:
    """The parsed pages of the site of the bundled data set, by path."""
    from site_pages import parse_pages

    return parse_pages(bundled_site)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder with the documents that `cited_documents.build_records` cites."""
    return write_documents(tmp_path / "documents")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many random packages are held against frictionless."""
    parser.addoption("--packages", type=int, default=30, help="how many random packages dxgov and frictionless both judge")
