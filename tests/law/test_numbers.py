"""Credit codes and filing numbers: parts, slips, and printing as the inverse of reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import credit_code, filing_number
from law.division import province
from law.filing_number import AlgorithmClass, FilingNumberError, compose

GOOD = "110108823483901230031"
CODE = "91110108MA01YL8X3A"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_a_credit_code_is_read_as_it_is_printed(first):
    text = first + credit_code.check_character(first)

    code = credit_code.parse(text)

    assert str(code) == text
    assert code.check_holds
    assert "".join(characters for _, characters, _ in code.parts()) == text
    assert credit_code.near(text) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "现有 0 位"), (CODE[:-1], "现有 17 位"), (CODE[:-1] + "I", "I"), ("中" * 18, "中")],
)
def test_what_is_no_credit_code_is_refused(text, words):
    with pytest.raises(credit_code.CreditCodeError, match=words):
        credit_code.parse(text)


@pytest.mark.parametrize(
    "slip",
    [
        CODE.replace("01YL", "O1YL"),
        "9111O108MA01YL8X3A",
        "91110108MA10YL8X3A",
        CODE[:-1] + "B",
    ],
)
def test_a_slip_of_a_credit_code_finds_the_right_one(slip):
    assert CODE in credit_code.near(slip)


def test_a_wrong_check_character_is_explained_and_not_refused():
    code = credit_code.parse(CODE[:-1] + "B")

    assert not code.check_holds
    assert code.doubts()[0].en == "the check character would be A, not B"
    assert credit_code.parse(CODE).doubts() == ()
    assert code.parts()[-1][2].en == "does not follow from the first seventeen"
    assert credit_code.parse("71110108MA01YL8X3A").parts()[0][2].en == "not listed"


def test_the_parts_of_a_filing_number_are_explained():
    parts = filing_number.parse(GOOD).parts()

    assert [digits for _, digits, _ in parts] == ["110108", "8234839", "01", "23", "003", "1"]
    assert parts[2][2].zh == "生成合成类"
    assert parts[5][2].en == "follows the derived rule"


@pytest.mark.parametrize(
    ("number", "doubts"),
    [
        (GOOD, []),
        ("110108823483901230033", ["校验位应为 1"]),
        ("400108823483901230033", ["校验位", "没有以 40 开头"]),
        ("110108823483901210031", ["校验位", "没有 2021 年"]),
        ("110108823483901230001", ["校验位", "序号从 001 起"]),
    ],
)
def test_what_speaks_against_a_number_is_said_and_refuses_nothing(number, doubts):
    found = filing_number.parse(number).doubts()

    assert len(found) == len(doubts)
    for words, expected in zip(found, doubts, strict=True):
        assert expected in words.zh


def test_a_division_is_named_by_its_province():
    assert filing_number.parse(GOOD).parts()[0][2].en == "Beijing (GB/T 2260)"
    assert filing_number.parse("400108823483901230033").parts()[0][2].zh[:4] == "未知区划"
    assert province("99") is None


def test_a_slip_in_division_or_class_finds_the_right_one():
    assert f"网信算备{GOOD}号" in filing_number.near("410108" + GOOD[6:], most=50)
    assert f"网信算备{GOOD}号" in filing_number.near(GOOD[:14] + "9" + GOOD[15:], most=50)


def test_a_number_that_fails_the_check_is_a_warning():
    number = filing_number.parse("440305295988702220055")

    assert not number.check_holds
    assert number.parts()[5][2].zh.endswith("（仅提示）")


@pytest.mark.parametrize(
    "slip",
    [
        GOOD[:-1] + "3",  # the check digit
        "110108823483901320031",  # two digits swapped
        "110108823483901230041",  # one digit of the serial
    ],
)
def test_a_slip_of_a_filing_number_finds_the_right_one(slip):
    assert f"网信算备{GOOD}号" in filing_number.near(slip, most=50)


@pytest.mark.parametrize(
    "slip",
    [
        GOOD + "0",  # a digit too many
        GOOD[:8] + GOOD[9:],  # a digit too few
        GOOD.replace("0", "O", 1),
        "１" + GOOD[1:-1] + "3",
    ],
)
def test_a_number_typed_too_long_too_short_or_in_letters_finds_the_right_one(slip):
    assert f"网信算备{GOOD}号" in filing_number.near(slip, most=100)


def test_full_width_digits_are_read():
    assert filing_number.parse("１" + GOOD[1:]).digits == GOOD


@pytest.mark.parametrize("text", [GOOD, f"网信算备{GOOD}号", "1", "x" * 21, ""])
def test_what_holds_or_is_no_number_has_no_near_one(text):
    assert filing_number.near(text) == ()


@pytest.mark.parametrize(
    ("entity", "serial", "fits"),
    [
        ("9900101", 1, True),
        ("9900101", 999, True),
        ("9900101", 1000, False),
        ("", 1, False),
        ("990010", 1, False),
        ("99001x1", 1, False),
    ],
)
def test_a_number_is_composed_only_of_parts_that_fit(entity, serial, fits):
    kind = AlgorithmClass.SYNTHESIS

    if fits:
        assert compose("110108", entity, kind, 2026, serial).check_holds
    else:
        with pytest.raises(FilingNumberError, match="不能组成编号"):
            compose("110108", entity, kind, 2026, serial)


def test_what_is_far_from_a_code_has_no_near_one():
    assert credit_code.near("91") == ()
    assert credit_code.near("中" * 18) == ()
