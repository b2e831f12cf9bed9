"""Whether a word may be somebody's name: surnames, and the words that only look like one."""

import re
from itertools import groupby

from app.text import COMPOUND_SURNAMES, HAN

SURNAMES = set(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计"
    "伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经"
    "房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧"
    "隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池"
    "乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易"
    "慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相"
    "查后荆红游竺权逯盖益桓公肖付代闫涂覃岳佟苑尧原展郎鹿谌佘佴揭来占英操奉黎邝甯蹇佃覃冼区麦植门洛仝青矫阳粟向滚侬那岩"
)
# Words of a chat that begin like a surname and are nobody.
WORDS = set(
    re.findall(
        r"\S+",
        "谢谢 多谢 明白 知道 收到 好的 方便 马上 安排 时间 成功 平安 温馨 关于 于是 祝贺 祝福 金额 路上 康复 许可 何时 任务 "
        "应到 公告 党员 单位 车牌 计划 项目 包括 经费 管理 白天 查收 查看 向上 常委 连接 解释 高兴 程序 万一 周一 周二 周三 周四 "
        "周五 周六 周日 周末 全部 全体 名单 报名 参加 请假 联系 电话 手机 备注 合计 总计 支部 团员 群众 干部 班长 班级 和平 "
        "有事 到了 别的 那个 那边 相关 公司 国家 通知 通过 原因 益阳 常德 岳阳 师范 温州 苏州 杭州 江苏 广东 海南 云南 申请 成员 "
        "家长 师生 相同 英语 花名册 能来 能到 来了 不来 关注 易拉宝 时间地点 明天 明天见 平时 计算机 武汉 广西 山西 山东 江西 江苏 "
        "强烈 双手 严格 支持 祝好 祝您 祝大家 成绩 应该 文件 文明 文字 文化 文艺 满员 利用 居住 国庆 元旦 元宵 满意 从事 容易 "
        "荣誉 原来 都来 都到 都可以 经过 经常 安全 安心 安好 越来越 习惯 须知 相信 别忘了 何处 代签 代表 代替 广播 公开 后天 后面 "
        "来不了 来自 全到 全勤 充电 空白 干活 干事 宣传 宣传部 组织部 红旗 东西 空",
    )
)
# 周 is a surname, 周五前 is a day; 周一鸣 and 周天乐 are somebody.
DAYS = re.compile(r"周[一二三四五六日天](?:[前后早晚见止]|之[前后]|以[前后]|[上下中]午|早上|晚上)")
TITLES = re.compile(r"(?:老师|书记|支书|委员|主任|同学|部长|会长|队长|组长|班长|主席|同志|经理)$")
NOT_GIVEN = {"男", "女", "党员", "青年"}
SINGLE = re.compile(f"[{HAN}]")
ONLY_HAN = re.compile(f"[{HAN}]+")
DOTTED = re.compile(f"[{HAN}]{{1,12}}(?:·[{HAN}]{{1,12}})+")
LATIN = re.compile(r"[A-Za-z][A-Za-z.'’]*(?: [A-Za-z][A-Za-z.'’]*)*")
LATIN_WORDS = {"ok", "yes", "no", "done", "thanks", "hi", "hello", "pm", "am", "no.", "qq", "wx"}


def is_word(text: str) -> bool:
    """Whether it is a word of a chat or somebody's title, no name."""
    if text in WORDS or text.casefold() in LATIN_WORDS:
        return True
    return bool(TITLES.search(text) or DAYS.fullmatch(text))


def starts_with_surname(text: str) -> bool:
    return text[:2] in COMPOUND_SURNAMES or text[:1] in SURNAMES


def is_name(text: str, *, is_sure: bool = False) -> bool:
    """Whether the word can be taken for a name. `is_sure`: it stands where a name is to be expected
    (after a number, beside a phone, in a cell), so a rare surname or Latin letters will do."""
    if is_word(text):
        return False
    if DOTTED.fullmatch(text):
        return len(text) <= 40
    if ONLY_HAN.fullmatch(text):
        if text[:2] in COMPOUND_SURNAMES:
            return 3 <= len(text) <= 4
        if starts_with_surname(text):
            return 2 <= len(text) <= (4 if is_sure else 3)
        return is_sure and 2 <= len(text) <= 4
    return is_sure and LATIN.fullmatch(text) is not None and 2 <= len(text) <= 40


def joined(words):
    """张 三 is one name, so are 王 小 明, 欧阳 娜娜 and 张 三丰; 张三 李四 are two."""
    found = []
    for is_single, run in groupby(words, lambda word: SINGLE.fullmatch(word) is not None):
        run = list(run)
        found += _of_singles(run) if is_single else run
    whole = []
    for word in found:
        if whole and _goes_on(whole[-1], word):
            whole[-1] += word
        else:
            whole.append(word)
    return whole


def _of_singles(run):
    """One name of up to three characters (four behind a compound surname); 张 三 李 四 are two."""
    text = "".join(run)
    if len(run) <= 3 or (len(run) == 4 and text[:2] in COMPOUND_SURNAMES):
        return [text]
    pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
    return pairs if all(is_name(pair) for pair in pairs) else run


def _goes_on(before, word):
    """Whether a word carries the name before it on: 张 + 三丰, 欧阳 + 娜娜."""
    if not re.fullmatch(f"[{HAN}]{{1,2}}", word) or is_word(word) or word in NOT_GIVEN:
        return False
    return before in COMPOUND_SURNAMES or (
        SINGLE.fullmatch(before) is not None and starts_with_surname(before)
    )


def latin_together(words):
    """Tom Hanks is one name."""
    found = []
    for word in words:
        if (
            found
            and re.fullmatch(r"[A-Za-z.'’]+", word)
            and re.fullmatch(r"[A-Za-z.'’ ]+", found[-1])
        ):
            found[-1] += " " + word
        else:
            found.append(word)
    return found
