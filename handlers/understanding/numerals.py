"""Numbers as people write them: 15, 十五, 廿五, 二零二六, 一百二十."""

from __future__ import annotations

DIGITS = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
UNITS = {"十": 10, "百": 100, "千": 1000}
TENS = {"廿": 20, "卅": 30}


def number(text: str) -> int | None:
    """The value of a numeral, or None when it is none (三一 is 31, 十 is 10, 半 is none)."""
    if not text or len(text) > 12:
        return None
    if text.isdecimal():
        return int(text)
    if any(each in UNITS or each in TENS for each in text):
        return _counted(text)
    value = 0
    for each in text:
        digit = int(each) if each.isdecimal() else DIGITS.get(each)
        if digit is None:
            return None
        value = value * 10 + digit
    return value


def _counted(text: str) -> int | None:
    """Numerals with units: 二十五, 百二, 廿五, 2十."""
    total, pending = 0, None
    for each in text:
        if each in UNITS:
            total += (1 if pending is None else pending) * UNITS[each]
            pending = None
        elif each in TENS:
            total, pending = total + TENS[each], None
        else:
            digit = int(each) if each.isdecimal() else DIGITS.get(each)
            if digit is None or pending:
                return None
            pending = digit
    return total + (pending or 0)
