"""Tables for a terminal."""

from harmonizer.text_table import WIDEST_CELL, text_table


def test_columns_are_as_wide_as_they_need_and_numbers_stand_right() -> None:
    assert text_table(["file", "rows"], [["a.csv", 7], ["patients.csv", 12345]]) == [
        "file            rows",
        "------------  ------",
        "a.csv              7",
        "patients.csv  12,345",
    ]


def test_long_cells_are_cut_and_line_ends_do_not_break_the_table() -> None:
    [_, _, row] = text_table(["text"], [["a\nb " + "x" * 100]])
    assert row.startswith("a b xxx")
    assert row.endswith("…")
    assert len(row) == WIDEST_CELL


def test_a_table_without_rows_keeps_its_heads() -> None:
    assert text_table(["one", "two"], []) == ["one  two", "---  ---"]
