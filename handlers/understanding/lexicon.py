"""Every form in which a time is written, and every form that only looks like one, as one ordered list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from handlers.understanding.normalise import table

C = "一二三四五六七八九"
HOUR = rf"(?:\d{{1,2}}|二十[{C}]?|十[{C}]?|[零{C}两])"
NUM = rf"(?:\d{{1,3}}|[两{C}]?十[{C}]?|[{C}两])"
DAY_NUM = rf"(?:\d{{1,2}}|三十一?|二十[{C}]?|十[{C}]?|廿[{C}]?|卅一?|[{C}])"
MONTH_NUM = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
YEAR = rf"(?:(?:\d{{4}}|\d{{2}}|[零{C}两千]{{2,5}})\s?年|今年|明年|后年|去年|前年|下年)"
WEEK = r"(?:周|星期|礼拜|(?<![礼崇拜跪])拜(?=[一二三四五六日天](?:[上下早晚中 ,。\d]|$)))"
WEEK_PREFIX = r"(?:上上|下下下|下下|再下|上|下|这|本|今|那)(?:一)?个?"
MINUTES = (
    rf"(?:整|正|钟(?:整)?)?(?:(?P<half>[踏搭]?半)(?!天|年)|(?P<quarter>[一二两三123])刻|(?:过|零|踏|搭)?\s?"
    rf"(?P<minute>\d{{1,2}}(?=分)|\d{{2}}(?![\d号月日人个岁年]|点|到\d)|零[{C}\d]|[二三四五]十[{C}]?|十[{C}]?(?!点)|[{C}](?=分))分?|(?P<mark>[踏搭]?(?:十一|十|[{C}])(?:个字)?))?"
)
CLOCK = rf"(?P<h>{HOUR})\s?(?:点|时(?!间|候|常))"
UNIT = r"(?:个?半?(?:小时|钟头|钟)|分钟?|刻钟?|天|日|周|个?(?:星期|礼拜)|个半?月|年)"
AMOUNT = rf"(?:\d{{1,3}}\.\d|{NUM}|半)"
AFTER = r"(?:之后|以后|过后|后|之前|以前|前)"
ROAD = "路街巷弄道村"


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))


def _ascending() -> str:
    days = "一二三四五六"
    return "|".join(f"{each}[{days[at + 1:]}日天]" for at, each in enumerate(days))


def _rows() -> Iterator[tuple[str, str]]:
    times = table("times")
    parts = _any(word for words in times["parts"].values() for word in words)
    holidays = _any(name for kind in times["holidays"].values() for name in kind)
    shield = times["shield"]
    # 1. Certainly no time.
    yield "shield", rf"[小阿{times['shield']['surnames']}]明(?=天天|晚自习|天(?:总|老|又))"
    yield "shield", r"《[^》]{0,60}》"
    yield "shield", r"(?:\d{1,3}\.){3}\d{1,3}"
    yield "compact_date", r"20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    yield "shield", r"\d{3,4}-\d{3,4}(?:-\d{4})?(?!\d)|\d{7,}"
    yield "shield", rf"[{C}十高初]{{1,2}}年级(?:[({C}\d)]{{1,4}}班)?|(?:[{C}高初]|[1-9])[({C}]\d{{0,2}}[{C}十]{{0,2}}\)?班|初[一二三](?:\(?\d{{1,2}}\)?班|的?学生|毕业|上学期|下学期|数学|语文|英语)|高[一二三](?!点)|[1-9]\d{{2,3}}班|[{C}十]{{1,3}}班(?!\s?主任办)|\d{{1,2}}班"
    yield "shield", rf"(?<=[{ROAD}])\s?(?:\d{{1,5}}|[{C}十百]{{1,4}})号(?:院|楼)?(?:\d+(?:-\d+)*(?:室|号|栋|幢|单元)?)*"
    yield "shield", rf"(?:\d{{1,5}}|[{C}十]{{1,3}})(?:号楼|号院|号门|号线|号房|号公馆|号桌|栋|幢|单元|室|弄|号店)(?:\d+(?:单元|室|号)?)*"
    yield "shield", r"\d{1,3}:\d{1,3}(?=的?(?:比分|赢|输|战胜|获胜|领先|险胜|大胜))|\d+比\d+"
    yield "shield", rf"(?:{NUM}|几|第{NUM})点(?:钟)?小?(?:{shield['points']})|第{NUM}点|比{NUM}点"
    yield "shield", r"(?:\d{1,4}|[一二三四五六七八九十百]{1,5})(?:\.\d+)?分(?![钟])(?:之[一二三四五六七八九十\d]+)?"
    yield "shield", r"\d+(?:\.\d+)?(?:元|块|毛|米|公里|千米|kg|斤|%|度|人|岁|平米?|厘米)|\d+\.\d{3,}|-\d+(?:\.\d+)?度"
    yield "same_hour", f"(?:{_any(times['same']['hour'])})"
    yield "shield", f"(?:{_any(shield['words'])})"
    yield "shield", r"[今明后昨]天天气"
    # 2. Recurring.
    yield "recurring", rf"(?:{_any(times['recurring']['soft'])})的?(?:{parts})"
    yield "shield", rf"(?:{_any(times['recurring']['soft'])})"
    yield "recurring", rf"(?:{_any(times['recurring']['words'])})(?:[{C}日天](?=[ ,。上下早晚中]|$))?"
    # 3. Offsets and shifts.
    yield "vague_day", r"过(?:几|两|一两|两三|些)天(?=吧|再|$|[ ,。])"
    yield "ordinal_day", rf"第{NUM}天(?=假|$|[ ,。上下早晚中行可去来])|(?<=[期假节])第{NUM}天|[头前后]一天|头天|最后一天|前一日|后一日"
    yield "shift", (
        rf"(?:(?:再?(?:往|向)(?P<to>后|前)|(?P<to2>后|前)|顺)(?:推迟|推|挪|延迟|延期|延|移|调|拖|提|顺延|改|错)(?:后)?|(?P<word>延后|延迟|延期|推迟|推后|顺延|提前|提早|晚|早|迟))(?:到|来|个|了)?(?P<n>{AMOUNT}|几|一两|两三)(?P<half>个?半(?=(?:个)?(?:小时|钟头|钟|天|月)))?(?P<unit>{UNIT})(?!后|前)"
    )
    yield "offset", rf"(?:再?过|再)?(?P<n>{AMOUNT}|几|一两|两三|三四)(?P<half>个半)?(?P<unit>{UNIT})(?P<half2>半)?(?P<dir>{AFTER})(?!天|半)"
    yield "offset", rf"(?:再?过|再)(?P<n>{AMOUNT})(?P<half>个半)?(?P<unit>{UNIT})(?!级)"
    yield "span", rf"(?:未来|接下来|今后|之后|往后|这)的?(?P<n>{NUM}|几)(?P<unit>{UNIT})(?:内|之内|里)?"
    yield "shield", r"(?:\d{1,3}(?:\.\d)?|[一二两三四五六七八九十半几]{1,3})个?半?(?:小时|钟头|分钟|刻钟|秒)(?:左右|以上|以内|之内|内)?"
    # 4. Dates.
    yield "date", rf"(?P<lunar>农历|阴历|旧历)?(?P<y>{YEAR})?[的\s]?(?P<lunar2>农历|阴历|旧历)?(?P<m>{MONTH_NUM})\s?月份?的?\s?(?P<d>{DAY_NUM})\s?(?:[号日](?!楼|线|院|门|房)|(?={parts})|(?=$|[ ,。?!(]))"
    yield "lunar", rf"(?:农历|阴历|旧历)?(?P<y>{YEAR})?(?:农历|阴历|旧历)?(?P<m>正|冬|腊|{MONTH_NUM})月(?P<d>初十|初[{C}]|廿[{C}]?|三十|二十[{C}]?|十[{C}]?)(?![点号日])"
    yield "lunar", rf"(?:(?P<new>大年|新年|年)(?P<d>三十|初十|初[{C}])|(?P<eve>除夕夜?|年三十|年卅))(?!班|年级)"
    yield "lunar_day", rf"初十|初[{C}](?!年|班|中|\()"
    yield "date", r"(?P<y>\d{4}|\d{2})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d|[-/.]\d)"
    yield "date", r"(?P<y>(?:19|20)\d{2})\s(?P<m>0\d|1[0-2])\s(?P<d>[0-3]\d)(?!\d)"
    yield "hour", r"(?<=[午上晚早])\s?(?P<h>1[0-2]|0?[1-9])\.(?P<minute>[0-5]\d)(?!\d|分)"
    yield "date", r"(?<![\d.])(?P<m>1[0-2]|0?[1-9])[/.](?P<d>3[01]|[12]\d|0?[1-9])(?!\d|[./]\d|\.?\d*分|小时|个|元|万|倍|%|天|点)(?:号|日)?"
    yield "date", rf"(?<![\d-])(?P<m>1[0-2]|0?[1-9])-(?P<d>3[01]|[12]\d|0?[1-9])(?=\s(?:{parts}|{HOUR}[:点])|(?:{parts}))"
    yield "nth", rf"(?:(?P<y>{YEAR})?(?P<m>{MONTH_NUM})月份?|(?P<rel>下下个?|上个?|下个?|这个?|本|当)月)?的?(?P<nth>第{NUM}个?|头一个|首个|最后一个?|倒数第一个?)(?:{WEEK})(?P<w>[一二三四五六日天])"
    yield "nth_week", rf"(?:(?P<y>{YEAR})?(?P<m>{MONTH_NUM})月份?|(?:下下个?|上个?|下个?|这个?|本)月)的?(?:第{NUM}个?|头一个?|最后一个?){WEEK}|(?:{YEAR})第{NUM}个月"
    yield "dom", rf"(?P<y>去年|今年|明年)?(?P<rel>下下个?|上个?|下个?|这个?|本|当)月的?(?P<d>{DAY_NUM})\s?[号日]?(?![\d天周个])"
    yield "month_part", rf"(?:(?:{YEAR})?{MONTH_NUM}月份?|(?:下下个?|上个?|下个?|这个?|本|当)月|这个?|本|下|上)?的?(?:月底|月末|月初|月中|中旬|上旬|下旬|上半月|下半月|底前?(?=$|[ ,。]))"
    yield "month", rf"(?:{YEAR})?的?(?P<m>{MONTH_NUM})\s?月份?(?![考球日])|(?:下下个?|上上个?|上个?|下个?|这个?|本|当)月"
    yield "dom", rf"(?P<next>下次的?|下个)?(?P<d>{DAY_NUM})\s?号(?!楼|线|院|门|房|码|字|选|位|机|桌|同学|公馆|店)"
    yield "dom", rf"(?P<d>{DAY_NUM})日(?!语|子|常|后|前|之|以|内|本|三)"
    yield "dom", rf"(?P<d>{DAY_NUM})(?=\s?(?:到|至|-|~|、|和|或)\s?{DAY_NUM}\s?[号日])"
    # 5. Clock times.
    yield "hour", r"(?P<ap2>[ap])\.?m\.?\s?(?P<h>\d{1,2})(?::(?P<minute>\d{2}))?"
    yield "hour", r"(?<![\d:])(?P<h>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?![\d:])分?(?:\s?(?P<ap>[ap])(?:\.?m\.?)?(?![a-z]))?"
    yield "hour", r"(?<!\d)(?P<h>\d{1,2})\s?(?P<ap>[ap])\.?m\.?(?![a-z])"
    yield "hour", rf"差(?P<less>{NUM}分钟?|[一1]刻钟?)(?:到|就)?(?P<h>{HOUR})点(?:钟|整)?"
    yield "hour", rf"{CLOCK}差(?P<less>{NUM}分钟?|[一1]刻钟?)"
    yield "some_hour", r"(?:一两|两三|二三|三四|四五|五六|六七|七八|八九|九十|十一二)点钟?(?:左右|的样子|吧)?"
    yield "hour", rf"(?:两千|{C[0]}千)?{CLOCK}{MINUTES}(?P<more>来钟|多钟?|几分)?"
    yield "hour", rf"(?P<h>{HOUR})(?=\s?(?:到|至|-|~)\s?{HOUR}\s?(?:点|时))"
    yield "hour", r"(?<![\d.])(?P<h>[01]?\d|2[0-3])\.(?P<minute>[0-5][05])(?![\d.分])(?=\s?(?:去|到|来|在|家|$|[-~]))"
    yield "midnight", r"零时|子夜"
    # 6. Weeks.
    yield "weekend", rf"(?P<pre>{WEEK_PREFIX})?(?:周末|礼拜末|星期末|双休日|双休)"
    yield "weekdays", rf"(?P<pre>{WEEK_PREFIX})?{WEEK}(?P<days>(?:{_ascending()})[三四五六日天]?[四五六日天]?)(?![点时号月:\d十年班语程气\(]|子|起|常|记)"
    yield "weekday", rf"(?P<pre>{WEEK_PREFIX})?的?{WEEK}\s?(?P<w>[一二三四五六日天](?!鸣)|[1-7](?!\d))(?:这天|那天|当天)?"
    yield "weekday", r"(?<=[、,/和跟或到至-])(?P<w>[一二三四五六日天])(?=$|[ ,。上下早晚中都行可])(?<!.[周期拜].)"
    yield "week", rf"(?P<pre>{WEEK_PREFIX}){WEEK}(?![一二三四五六日天])(?:内|里|之内)?|(?:一|本)周(?:内|之内)|周内"
    # 7. Days.
    yield "now", r"现在|此时此刻|此时|此刻|当前|目前"
    yield "relative", r"(?P<big>大*)(?P<far>[前后])[天日](?P<tail>晚|早|夜)?(?!前|班)|(?P<near>[今明昨])(?:(?:天|日)(?P<tail2>晚|早|夜)?|(?P<tail3>晚上|早上|早晨|晚|早|晨|夜)(?!报))(?!自习室)"
    yield "holiday", rf"(?P<y>今年|明年|后年|去年)?(?:国际)?(?P<name>(?<![第{C}十年零])(?:十一|五一|六一)(?=$|[ ,。?上下早晚前后放假期长节那当去来到在可行都的第有劳国儿]|中午|中秋)(?!下|个|小|去世)|(?!十一|五一|六一)(?:{holidays}))(?:国际)?(?:国庆节?|劳动节?|儿童节?|节|青年节)?(?P<rest>小?长?假期?|放假|期间|假)?"
    # 8. Parts of a day; school; vague; the visit under discussion.
    yield "same_day", f"(?:{_any(times['same']['day'])})"
    yield "next_day", f"(?:{_any(times['same']['next_day'])})"
    yield "part", f"(?P<word>{parts})"
    yield "part", rf"(?P<word>早|晚)(?=\s?{HOUR}(?:点|时|:))(?!一点(?![半钟\d]))"
    yield "event", rf"(?P<habit>{_any(times['vague']['habits'])})|(?P<lunch>{_any(times['school']['lunch'])})(?:的?时候|时间|时)?|第[{C}\d]{{1,2}}节课|(?:{_any(times['school']['events'])})"
    yield "vague_day", f"(?:{_any(times['vague']['day'])})(?!自习)"
    yield "vague_time", f"(?:{_any(times['vague']['time'])})"
    yield "weak", rf"(?:{_any(times['vague']['weak'])})(?!几)|(?:{_any(times['vague']['asking'])})(?=都|也)|(?:{_any(times['vague']['lately'])})(?=$|[有,。 哪几]|方便|可以)|{NUM}(?:天|周|个?星期|个?礼拜)(?:之|以)?内"
    # 9. Amounts of things, and single characters of time.
    yield "shield", rf"第?(?:\d{{1,5}}|[{C}两几十百]{{1,4}})(?:\.\d+)?[{shield['things']}]"
    yield "shield", rf"[{C}两几]{{1,2}}(?:天|周|年|个?月|个?星期|个?礼拜)(?:左右|以来|内|里|多|半)?|\d+(?:天|周|年|个?月|个?星期|个?礼拜)(?:左右|以来|内|里|多|半)?"
    yield "edge", r"(?P<word>大约|大概|约莫|差不多|左右|前后|上下|以后|之后|过后|以前|之前|之间|期间|除外|以外|之外)"


@cache
def lexicon() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    """The joint pattern, and each form by itself for its parts."""
    rows = tuple(_rows())
    bare = [re.sub(r"\(\?P<\w+>", "(?:", pattern) for _, pattern in rows]
    joint = "|".join(f"(?P<r{at}>{pattern})" for at, pattern in enumerate(bare))
    # Only a character that occurs in some form can begin one; that spares most of a text.
    heads = "".join(sorted({each for pattern in bare for each in pattern if each.isalpha()}))
    return re.compile(rf"(?=[\d\s《\-{heads}])(?:{joint})"), tuple((kind, re.compile(pattern)) for kind, pattern in rows)


def tokens(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Kind and match of every form in the text, from left to right, without overlap."""
    joint, rows = lexicon()
    for found in joint.finditer(text):
        kind, pattern = rows[int((found.lastgroup or "r0")[1:])]
        match = pattern.match(text, found.start())
        if match is not None:
            yield kind, match
