"""What is generated from declarations in the code says what they say."""

from types import ModuleType

import pytest

from tools.docs import unknowns
from tools.docs.__main__ import GENERATED


@pytest.mark.parametrize("page", GENERATED, ids=lambda page: page.DOCUMENT.name)
def test_a_generated_file_is_up_to_date(page: ModuleType) -> None:
    assert page.DOCUMENT.read_text() == page.text(), "run `make docs`"


def test_every_switch_of_the_emulator_is_explained() -> None:
    assert set(unknowns.switches()) == set(unknowns.EITHER_WAY)
