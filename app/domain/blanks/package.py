"""The parts of an .xlsx: read behind the gates of every workbook, and written again with a few of them
changed. Every other part comes out byte for byte as it went in."""

import zipfile
import zlib
from io import BytesIO
from posixpath import join, normpath

from app.domain.blanks import xml
from app.domain.sheets import workbook
from app.domain.sheets.refusals import Damaged, NotATable, TooBig, TooHeavy, UnreadableFile
from app.words import N_

MEGABYTES = 2
MOST_UNPACKED = 24 * 2**20
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


class WithMacros(UnreadableFile):
    words = N_("这个文件里有宏，收不了。请另存为不带宏的 .xlsx 再传。")


class NotXlsx(UnreadableFile):
    words = N_("套表要用 .xlsx 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 再传。")


class Package:
    """An .xlsx as its parts."""

    def __init__(self, content: bytes):
        if len(content) > MEGABYTES * 2**20:
            raise TooBig(megabytes=MEGABYTES)
        if not content.startswith(workbook.ZIP):
            raise NotXlsx
        workbook.check(content)
        self.content = content
        with zipfile.ZipFile(BytesIO(content)) as packed:
            self.entries = packed.infolist()
            self._gates(self.entries)
            try:
                self.parts = {one.filename: packed.read(one) for one in self.entries}
            except (
                zipfile.BadZipFile,
                EOFError,
                OSError,
                ValueError,
                zipfile.LargeZipFile,
                zlib.error,
            ) as error:
                raise Damaged from error
        if BOOK not in self.parts:
            raise NotATable
        if b"macroEnabled" in self.parts.get("[Content_Types].xml", b""):
            raise WithMacros

    def sheets(self) -> list[tuple[str, str]]:
        """(name, part) of each worksheet, in the order of the tabs."""
        targets = {
            row["Id"]: normpath(join("xl", row["Target"])).lstrip("/")
            for _name, row in xml.elements(self.parts.get(RELATIONS, b""), "Relationship")
            if row.get("Type", "").endswith("/worksheet")
            and {"Id", "Target"} <= row.keys() and row.get("TargetMode") != "External"
        }  # fmt: skip
        found = []
        for _name, row in xml.elements(self.parts[BOOK], "sheet"):
            key = next((value for name, value in row.items() if name.split(":")[-1] == "id"), "")
            if targets.get(key) in self.parts:
                found.append((row.get("name", ""), targets[key]))
        return found

    def shared_strings(self) -> list[xml.Text]:
        """The texts that cells point at."""
        part = self.parts.get("xl/sharedStrings.xml")
        return xml.shared_strings(part) if part else []

    def written(self, changed: dict[str, bytes]) -> bytes:
        """The file with these parts in place of its own."""
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for entry in self.entries:
                kept = zipfile.ZipInfo(entry.filename, entry.date_time)
                kept.compress_type, kept.external_attr = entry.compress_type, entry.external_attr
                packed.writestr(kept, changed.get(entry.filename, self.parts[entry.filename]))
        return out.getvalue()

    @staticmethod
    def _gates(entries):
        names = [one.filename for one in entries]
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise WithMacros
        if sum(one.file_size for one in entries) > MOST_UNPACKED:
            raise TooHeavy
        if len(set(names)) < len(names) or any(
            one.compress_type not in PACKINGS for one in entries
        ):
            raise Damaged
