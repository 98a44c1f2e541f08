"""A workbook, written by hand: what a test needs of XLSX, and what it must not have."""

import io
import zipfile

NAMESPACE = "http://schemas.openxmlformats.org/"
SHEET = f'<worksheet xmlns="{NAMESPACE}spreadsheetml/2006/main"><sheetData>'
TYPES = f"""<Types xmlns="{NAMESPACE}package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/></Types>"""
BOOK = f"""<workbook xmlns="{NAMESPACE}spreadsheetml/2006/main"
xmlns:r="{NAMESPACE}officeDocument/2006/relationships"><sheets>
<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"""


def zipped(**members: bytes) -> bytes:
    """Return a ZIP archive of files by their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return packed.getvalue()


def workbook(sheet: str, before: str = "") -> bytes:
    """Return a workbook of one sheet of these rows, ``before`` which stands what XML may."""
    links = "".join(
        f'<Relationships xmlns="{NAMESPACE}package/2006/relationships"><Relationship Id="r1" '
        f'Type="{NAMESPACE}officeDocument/2006/relationships/{{}}" Target="{{}}"/></Relationships>'
    )
    return zipped(
        **{
            "[Content_Types].xml": TYPES.encode(),
            "_rels/.rels": links.format("officeDocument", "xl/workbook.xml").encode(),
            "xl/workbook.xml": BOOK.encode(),
            "xl/_rels/workbook.xml.rels": links.format(
                "worksheet", "worksheets/sheet1.xml"
            ).encode(),
            "xl/worksheets/sheet1.xml": f"{before}{SHEET}{sheet}</sheetData></worksheet>".encode(),
        }
    )


def row(*cells: str) -> str:
    """Return a row of a sheet; every cell is text."""
    inner = "".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in cells)
    return f"<row>{inner}</row>"
