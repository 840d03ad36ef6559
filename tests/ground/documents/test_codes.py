from __future__ import annotations

import pytest

from tongban.ground.documents.codes import ALPHABET, LENGTH, new_code, normalise_code, spaced_code


def test_codes_are_twelve_characters_of_sixty_random_bits() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert {len(c) for c in codes} == {LENGTH}
    assert set("".join(codes)) == set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    ["7K2M9QXR04TB", "7k2m 9qxr 04tb", " 7K2M-9QXR-04TB ", "7K2M9QXRO4TB", "\uff17\uff2b\uff12\uff2d9QXR04TB"],
)
def test_what_a_person_types_from_paper_is_understood(typed: str) -> None:
    assert normalise_code(typed) == "7K2M9QXR04TB"


def test_codes_are_printed_in_groups_and_read_back() -> None:
    code = new_code()
    assert spaced_code(code).count(" ") == 2
    assert normalise_code(spaced_code(code)) == code
