import pytest

from akiruno_library import policy


@pytest.fixture
def hold_ready_delay(settings) -> None:
    """Mails of holds wait as long as the policy says, not as the settings of tests."""
    settings.HOLD_READY_DELAY = policy.HOLD_READY_DELAY
