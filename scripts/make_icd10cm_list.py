#!/usr/bin/env python3
"""Write the codes of ICD-10-CM as a code list for `harmonize --codes`.

The codes come from the PyPI package simple-icd-10-cm, which is not among the requirements of this
repository: `pip install simple-icd-10-cm==1.5.0` before. The list says which codes are headings of
others; it holds no dates, because the package holds one release only.
"""

import argparse
import csv
import sys
from pathlib import Path

import simple_icd_10_cm as icd

COLUMNS = ["system", "code", "display", "valid_from", "valid_to", "status"]


def main() -> None:
    """Read the arguments and write the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="file to write, such as icd10cm.csv")
    out = parser.parse_args().out
    codes = [code for code in icd.get_all_codes(True) if not icd.is_chapter_or_block(code)]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for code in codes:
            status = "active" if icd.is_leaf(code) else "header"
            writer.writerow(["ICD-10-CM", code, icd.get_description(code), "", "", status])
    print(f"{len(codes)} codes in {out}", file=sys.stderr)


if __name__ == "__main__":
    main()
