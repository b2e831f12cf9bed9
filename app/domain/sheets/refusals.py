"""The ways a file is not a roster, each with what to do about it."""

from app.errors import Refusal
from app.words import N_


class UnreadableFile(Refusal):
    """The uploaded file cannot be read as a table of people or organizations."""

    code, status, field = "unreadable_file", 422, "file"
    words = N_("读不了这个文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再传。")


class EmptyFile(UnreadableFile):
    words = N_("这个文件是空的。请检查是不是选错了文件。")


class TooBig(UnreadableFile):
    words = N_(
        "文件太大了，最多 %(megabytes)s MB。请删去图片和用不到的列，或按支部分成几个文件再传。"
    )


class TooHeavy(UnreadableFile):
    words = N_(
        "读这个文件用的内存或时间超过了上限。请把名单复制到一个空白工作簿里，另存为 .xlsx 再传。"
    )


class TooManyRows(UnreadableFile):
    words = N_("行数太多，最多 %(rows)s 行。请按支部分成几个文件再传。")


class TooManyColumns(UnreadableFile):
    words = N_("列数太多，最多 %(columns)s 列。请删去名单右边用不到的列，保存后再传。")


class NotATable(UnreadableFile):
    words = N_("这不是表格文件。可以传 .xlsx、.xls、.ods、.csv 和 .txt，请另存为其中一种再传。")


class WebPage(UnreadableFile):
    words = N_("这个文件其实是网页格式。请用 Excel 或 WPS 打开，另存为 .xlsx 后再传。")


class Locked(UnreadableFile):
    words = N_("这个文件加了密码。请打开后取消密码，保存后再传。")


class Damaged(UnreadableFile):
    words = N_("这个文件不完整或已损坏。请重新导出或重新下载一份再传。")


class BrokenQuotes(UnreadableFile):
    words = N_("第 %(line)s 行附近的引号没有配对。请改好这一行，或另存为 .xlsx 后再传。")


class NoHeader(UnreadableFile):
    words = N_(
        "前 %(rows)s 行里没有找到表头。"
        "团员名单要有“%(people)s”等列名，组织名单要有“%(orgs)s”等列名。"
    )


class BadMapping(UnreadableFile):
    code, field = "bad_mapping", "mapping"
    words = N_("列的对应关系不对：每一项最多选一列，而且不能把团员和组织的项混在一起。")


class PastedNothing(UnreadableFile):
    code, field = "pasted_nothing", "text"
    words = N_("框里还没有字。把群里的名单或 Excel 里的几列复制过来，粘贴到这里。")


class PastedTooMuch(UnreadableFile):
    code, field = "pasted_too_much", "text"
    words = N_("一次最多粘贴 %(lines)s 行。再多请存成文件上传，或分几次粘贴。")
