"""Settings and fixtures that all tests share."""

import pytest
from hypothesis import HealthCheck, Phase, settings

import dxgov

settings.register_profile(
    "dxgov",
    deadline=None,
    max_examples=25,
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("quick", settings.get_profile("dxgov"), max_examples=5, phases=[Phase.explicit, Phase.generate])
settings.load_profile("dxgov")


@pytest.fixture(scope="session")
def ds() -> dxgov.Dataset:
    """The bundled data set."""
    return dxgov.load()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many random packages are held against frictionless."""
    parser.addoption("--packages", type=int, default=30, help="how many random packages dxgov and frictionless both judge")
