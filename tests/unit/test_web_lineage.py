import gzip
import io
import json

import pytest

from web.api.lineage import NoMemberError, Wanted, changes, members


def line(file: str, rule: str = "STD-001") -> bytes:
    document = {
        "file": file,
        "table": "patient",
        "origin": "x",
        "changes": [
            {"field": "zip", "rules": [rule], "values": [["1", "00001"], ["2", "00002"]]},
            {"field": "city", "rules": ["TXT-001", rule], "values": [["a", "A"]]},
        ],
        "rows": [[1, 2, 0, 2], [4, 6, "value", 1]],
    }
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def packed(*texts: bytes) -> bytes:
    return b"".join(gzip.compress(one) for one in texts)


def test_members_are_read_from_any_of_them_on() -> None:
    texts = [line("a"), b"", line("b") * 5000, line("c")]
    stored = packed(*texts)
    found = list(members(io.BytesIO(stored), 0))
    assert [text for _, _, text in found] == texts
    assert [begin for begin, _, _ in found[1:]] == [end for _, end, _ in found[:-1]]
    assert found[-1][1] == len(stored)
    for at, (begin, _, _) in enumerate(found):
        assert list(members(io.BytesIO(stored), begin)) == found[at:]
    assert list(members(io.BytesIO(stored), len(stored))) == []


@pytest.mark.parametrize("begin", [1, 15, 30])
def test_elsewhere_no_member_begins(begin: int) -> None:
    with pytest.raises(NoMemberError):
        list(members(io.BytesIO(packed(line("a"))), begin))


def test_a_member_that_is_cut_is_none() -> None:
    with pytest.raises(NoMemberError):
        list(members(io.BytesIO(packed(line("a"))[:-9]), 0))


def test_cells_are_told_in_the_order_of_rows() -> None:
    text = line("a") + line("b")
    told = [
        (at, one["file"], one["record_no"], one["field"], one["before"])
        for at, one in changes(text, Wanted())
    ]
    assert told == [
        (0, "a", 1, "zip", "1"),
        (1, "a", 1, "city", "a"),
        (2, "a", 4, "zip", "2"),
        (3, "b", 1, "zip", "1"),
        (4, "b", 1, "city", "a"),
        (5, "b", 4, "zip", "2"),
    ]
    assert [one["column"] for _, one in changes(text, Wanted())][:3] == [None, None, "value"]


def test_they_are_narrowed_and_keep_their_places() -> None:
    text = line("a") + line("b", "ZIP-002")

    def places(wanted: Wanted) -> list[int]:
        return [at for at, _ in changes(text, wanted)]

    assert places(Wanted(field="city")) == [1, 4]
    assert places(Wanted(rule="ZIP-002")) == [3, 4, 5]
    assert places(Wanted(rule="ZIP-002", field="city", file="b")) == [4]
    assert places(Wanted(rule="ZIP-002", file="a")) == []
    assert places(Wanted(rule="NONE-001")) == []


def test_a_suggestion_stands_as_it_arrived() -> None:
    document = json.loads(line("a"))
    document |= {"suggestions": document["changes"], "suggested": [[9, 10, 2]]}
    document |= {"changes": [], "rows": []}
    [(at, one)] = changes(json.dumps(document).encode(), Wanted())
    assert (at, one["record_no"], one["before"], one["after"], one["suggested"]) == (
        0,
        9,
        "a",
        "A",
        True,
    )
