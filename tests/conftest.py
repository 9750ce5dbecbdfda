"""Settings and fixtures that all tests share."""

import pytest
from hypothesis import HealthCheck, settings

import dxgov

settings.register_profile("dxgov", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
settings.load_profile("dxgov")


@pytest.fixture(scope="session")
def ds() -> dxgov.Dataset:
    """The bundled data set."""
    return dxgov.load()
