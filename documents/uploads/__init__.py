"""What a case's attachments may be, and why a file is refused, in words.

Light on purpose: the libraries that read files are loaded only by the processes that do so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from law.finding import WordedError
from law.words import Words

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
DOCX: Final = f"{_OFFICE}.wordprocessingml.document"
XLSX: Final = f"{_OFFICE}.spreadsheetml.sheet"
CSV: Final = "text/csv"
TEXT: Final = "text/plain"
ENDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {PDF: "pdf", PNG: "png", JPEG: "jpg", DOCX: "docx", XLSX: "xlsx", CSV: "csv", TEXT: "txt"}
)
"""The ending under which a file of each media type is kept."""
LARGEST: Final = 32 << 20
"""Bytes an attachment may have."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is by its content; only a PDF has pages."""

    media: str
    pages: int | None = None


class UploadError(WordedError):
    """The file is refused; `code` is stable, `words` say why and what to do."""

    def __init__(self, code: str, words: Words) -> None:
        super().__init__(words)
        self.code = code

    # Without it the error cannot cross from the process that reads to the one that asked.
    def __reduce__(self) -> tuple[type["UploadError"], tuple[str, Words]]:
        """Return how the error is made again on the other side."""
        return type(self), (self.code, self.words)


def refusal(code: str, zh: str = "", en: str = "") -> UploadError:
    """Return the refusal with a code; what is told about this file goes into its words."""
    words = _WORDS[code]
    told = Words(words.zh.format(zh), words.en.format(en or zh))
    return UploadError(f"upload.{code}", told)


_AGAIN: Final = Words(
    "请用原软件重新导出，或者打印为 PDF 后上传", "export it again, or print it to a new PDF"
)
_WORDS: Final[Mapping[str, Words]] = {
    "empty": Words("文件是空的，请重新选择文件", "the file is empty; choose it again"),
    "too_large": Words(
        "文件超过 {} MB，请压缩图片或者拆分后上传",
        "the file exceeds {} MB; shrink its pictures or split it",
    ),
    "unknown_type": Words(
        "只接受 PDF、PNG、JPEG、DOCX、XLSX、CSV 和 TXT，请转换为其中一种",
        "only PDF, PNG, JPEG, DOCX, XLSX, CSV and TXT are accepted; convert it to one of them",
    ),
    "wrong_ending": Words(
        "文件内容与扩展名不符：内容是 {}，请改正扩展名或者选择正确的文件",
        "the ending does not fit: it is {} inside; correct the ending, or choose another file",
    ),
    "polyglot": Words(
        f"文件前后或者内部夹带了另一种文件，{_AGAIN.zh}",
        f"the file carries another one before, after or within it; {_AGAIN.en}",
    ),
    "bomb": Words(
        f"文件解压后过大，不予打开，{_AGAIN.zh}",
        f"the file grows too large when unpacked and is not opened; {_AGAIN.en}",
    ),
    "pdf_encrypted": Words(
        "PDF 设有密码或者权限限制，请取消加密后上传",
        "the PDF is encrypted, perhaps only to restrict its use; remove that and upload again",
    ),
    "pdf_damaged": Words(f"PDF 损坏，{_AGAIN.zh}", f"the PDF is damaged; {_AGAIN.en}"),
    "pdf_too_much": Words(
        "PDF 的页数、对象或者版本过多，请拆分后上传",
        "the PDF has too many pages, objects or revisions; split it",
    ),
    "pdf_javascript": Words(
        f"PDF 含有 JavaScript 脚本，{_AGAIN.zh}", f"the PDF holds JavaScript; {_AGAIN.en}"
    ),
    "pdf_launch": Words(
        f"PDF 会启动其他程序，{_AGAIN.zh}", f"the PDF starts programs; {_AGAIN.en}"
    ),
    "pdf_submit": Words(
        f"PDF 会向外提交表单，{_AGAIN.zh}", f"the PDF sends its form away; {_AGAIN.en}"
    ),
    "pdf_import": Words(
        f"PDF 会导入外部数据，{_AGAIN.zh}", f"the PDF imports data; {_AGAIN.en}"
    ),
    "pdf_remote": Words(
        f"PDF 引用其他文件，{_AGAIN.zh}", f"the PDF refers to other files; {_AGAIN.en}"
    ),
    "pdf_media": Words(
        f"PDF 含有音视频、三维或者富媒体，{_AGAIN.zh}",
        f"the PDF holds sound, film, 3D or rich media; {_AGAIN.en}",
    ),
    "pdf_xfa": Words(
        f"PDF 含有 XFA 动态表单，{_AGAIN.zh}", f"the PDF holds an XFA form; {_AGAIN.en}"
    ),
    "pdf_files": Words(
        "PDF 内嵌其他文件，请移除，需要的另行上传",
        "the PDF holds other files; remove them, and upload those that matter by themselves",
    ),
    "image_broken": Words(
        "图片损坏或者不完整，请重新保存后上传", "the image is broken; save it again"
    ),
    "image_pixels": Words(
        "图片超过 {} 万像素，请缩小后上传",
        "the image is too large ({}0 000 pixels); shrink it",
    ),
    "image_trailing": Words(
        "图片之后还有其他数据（如动态照片），请另存为普通图片",
        "more data follows the image (a motion photo?); save it as a plain image",
    ),
    "office_encrypted": Words(
        "Office 文件设有密码，请取消密码后上传", "the file has a password; remove it"
    ),
    "office_old": Words(
        "这是旧版 Office 文件（.doc、.xls），请另存为 .docx 或者 .xlsx",
        "an old Office file (.doc, .xls); save it as .docx or .xlsx",
    ),
    "office_broken": Words(
        "Office 文件损坏：{}，请重新保存", "the Office file is broken: {}; save it again"
    ),
    "office_path": Words(
        "压缩包内的文件名不合规范：{}，请用 Office 重新保存",
        "a name inside the archive is not as it should be: {}; save it again with Office",
    ),
    "office_macro": Words(
        "文件含有宏，请另存为不含宏的文件", "the file holds macros; save it without them"
    ),
    "office_embedded": Words(
        "文件内嵌了对象或者控件：{}，请移除，需要的另行上传",
        "the file holds an embedded object or control: {}; remove it",
    ),
    "office_external": Words(
        "文件引用外部内容：{}，请断开链接或者嵌入后上传",
        "the file refers to outside content: {}; break the link",
    ),
    "office_entities": Words(
        "文件的 XML 含有 DTD 声明，请用 Office 重新保存",
        "the file's XML declares a DTD; save it again with Office",
    ),
    "text_encoding": Words(
        "文本编码是 {}，请另存为 UTF-8", "the text is encoded as {}; save it as UTF-8"
    ),
    "text_command": Words(
        "单元格会调用其他程序（DDE），请删除公式后上传",
        "a cell calls another program (DDE); remove the formula",
    ),
    "text_nul": Words(
        "文本含有空字符（NUL），请重新导出", "the text holds NUL characters; export it again"
    ),
    "text_control": Words(
        "文本含有控制字符 {}，请删除后上传", "the text holds control character {}; remove it"
    ),
}
