"""One list against another."""

from lists.compare import compare
from lists.official import listed
from tests.lists.making import SYNTHESIS, docx
from tests.records.register.test_importing import OTHER, row


def test_two_lists_are_held_against_each_other():
    third = "网信算备310101216601301260049号"
    rows = [row(), row(number=OTHER), row(number="暂无")]
    first = docx([SYNTHESIS, *rows])
    second = docx([SYNTHESIS, row(product="乙(APP)"), row(number=OTHER), row(number=third)])

    found = compare(listed(*first), listed(*second))

    assert (len(found.only_first), [e.number for e in found.only_second]) == (
        0,
        ["310101216601301260049"],
    )
    (one,) = found.differing
    assert [(c.field, c.before, c.after) for c in one.changes] == [
        ("product", "甲(APP)", "乙(APP)")
    ]
    assert (found.same, found.unreadable) == (1, 1)


def test_a_number_that_stands_twice_is_compared_twice():
    first = docx([SYNTHESIS, row(algorithm="甲"), row(algorithm="乙", entity="乙公司")])
    second = docx([SYNTHESIS, row(algorithm="甲"), row(algorithm="丙", entity="乙公司")])

    found = compare(listed(*first), listed(*second))

    assert found.same == 1
    assert [(d.algorithm, [c.field for c in d.changes]) for d in found.differing] == [
        ("乙", ["algorithm"])
    ]
    assert (found.only_first, found.only_second) == ((), ())


def test_what_one_list_has_more_often_is_only_there():
    first = docx([SYNTHESIS, row(algorithm="甲"), row(algorithm="乙")])
    second = docx([SYNTHESIS, row(algorithm="乙")])

    found = compare(listed(*first), listed(*second))

    assert found.same == 1
    assert [e.algorithm for e in found.only_first] == ["甲"]
