"""Province-level divisions by the first two digits of a division code (GB/T 2260)."""

from typing import Final

from law.words import Words

PROVINCES: Final = {
    "11": Words("北京市", "Beijing"),
    "12": Words("天津市", "Tianjin"),
    "13": Words("河北省", "Hebei"),
    "14": Words("山西省", "Shanxi"),
    "15": Words("内蒙古自治区", "Inner Mongolia"),
    "21": Words("辽宁省", "Liaoning"),
    "22": Words("吉林省", "Jilin"),
    "23": Words("黑龙江省", "Heilongjiang"),
    "31": Words("上海市", "Shanghai"),
    "32": Words("江苏省", "Jiangsu"),
    "33": Words("浙江省", "Zhejiang"),
    "34": Words("安徽省", "Anhui"),
    "35": Words("福建省", "Fujian"),
    "36": Words("江西省", "Jiangxi"),
    "37": Words("山东省", "Shandong"),
    "41": Words("河南省", "Henan"),
    "42": Words("湖北省", "Hubei"),
    "43": Words("湖南省", "Hunan"),
    "44": Words("广东省", "Guangdong"),
    "45": Words("广西壮族自治区", "Guangxi"),
    "46": Words("海南省", "Hainan"),
    "50": Words("重庆市", "Chongqing"),
    "51": Words("四川省", "Sichuan"),
    "52": Words("贵州省", "Guizhou"),
    "53": Words("云南省", "Yunnan"),
    "54": Words("西藏自治区", "Tibet"),
    "61": Words("陕西省", "Shaanxi"),
    "62": Words("甘肃省", "Gansu"),
    "63": Words("青海省", "Qinghai"),
    "64": Words("宁夏回族自治区", "Ningxia"),
    "65": Words("新疆维吾尔自治区", "Xinjiang"),
    "71": Words("台湾省", "Taiwan"),
    "81": Words("香港特别行政区", "Hong Kong"),
    "82": Words("澳门特别行政区", "Macao"),
}


def province(division: str) -> Words | None:
    """Return the province-level division that a code of two to six digits begins with.

    >>> province("110108").en
    'Beijing'
    """
    return PROVINCES.get(division[:2])
