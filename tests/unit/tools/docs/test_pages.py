"""The pages that are made from code say what the code says."""

from types import ModuleType

import pytest

from tools.docs import definition, errors, unknowns


@pytest.mark.parametrize("page", [definition, errors, unknowns], ids=lambda page: page.DOCUMENT.name)
def test_a_page_is_up_to_date(page: ModuleType) -> None:
    assert page.DOCUMENT.read_text() == page.text(), "run `make docs`"


def test_every_switch_of_the_emulator_is_explained() -> None:
    assert set(unknowns.switches()) == set(unknowns.EITHER_WAY)
