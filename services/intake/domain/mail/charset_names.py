"""Which codec a charset name stands for, whatever it is called.

Names follow the WHATWG Encoding Standard where senders and standards differ: "iso-8859-1" is read as
windows-1252, "gb2312" as gb18030, "shift_jis" as cp932, because that is what mailers mean by them.
"""

import codecs
import re
from functools import lru_cache

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+\-]{0,63}")

_MEANT = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "646": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "gb_2312-80": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "ms932": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-unknown": "",
    "unknown-8bit": "",
    "unknown": "",
    "x-user-defined": "",
    "8bit": "",
    "7bit": "",
    "binary": "",
    "default": "",
    "none": "",
    "ansi": "cp1252",
    "unicode": "utf-16",
    "x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "cn-gb": "gb18030",
    "x-gb2312": "gb18030",
    "gb-2312": "gb18030",
    "hz-gb-2312": "hz",
    "x-euc-jp": "euc-jp",
    "x-euc-kr": "cp949",
    "ms949": "cp949",
    "x-windows-949": "cp949",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "koi8-ru": "koi8-u",
}

# Python also has codecs that are no charsets, or that cost quadratic time; only these are looked at. By the names that the
# codecs give themselves: to ask them would load all of them (1.5 MiB), and most mail names two.
TRUSTED = frozenset(
    (
        *("utf-8", "utf-8-sig", "utf-7"),
        *("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
        *(f"iso8859-{number}" for number in range(2, 17) if number != 12),
        *(f"cp{number}" for number in (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865)),
        *(f"cp{number}" for number in (866, 869, 874, 932, 949, 950, 1125, *range(1250, 1259))),
        *("koi8-r", "koi8-u", "koi8-t", "kz1048", "ptcp154", "mac-roman", "mac-cyrillic", "mac-greek"),
        *("mac-latin2", "mac-turkish", "gb18030", "hz", "big5", "big5hkscs", "euc_jp", "euc_kr", "johab"),
        *("iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr"),
    )
)

_NUMBERED = (
    (re.compile(r"(?:x[-_]?)?(?:windows|win|cp|ms|ibm|dos)[-_ ]?(\d{3,4})"), "cp"),
    (re.compile(r"(?:x[-_]?|cs)?iso[-_ ]?8859[-_ ]?(\d{1,2})(?:[-_:].*)?"), "iso8859-"),
    (re.compile(r"(?:x[-_]?|cs)?utf[-_ ]?(8|16|32)"), "utf-"),
)
# What is meant by a name that the standard library knows for something narrower.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}


@lru_cache(maxsize=256)
def known_codec(charset: str) -> str:
    """The codec a charset name stands for, "" when there is none that we trust."""
    name = charset.strip().strip("\"'").lower()
    if not _NAME.fullmatch(name):
        return ""
    if name not in _MEANT:
        for pattern, prefix in _NUMBERED:
            if match := pattern.fullmatch(name):
                name = f"{prefix}{match[1]}"
    name = _MEANT.get(name.replace("iso8859-", "iso-8859-"), _MEANT.get(name, name))
    try:
        codec = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    codec = _WIDER.get(codec, codec)
    return codec if codec in TRUSTED else ""
