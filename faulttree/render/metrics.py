"""How wide a character is drawn: advance widths of DejaVu Sans, which is wider than Helvetica, Arial and Liberation.

Text measured here therefore fits in any of them. Two digits of base 62 per code point of `RANGES` give the
width in thousandths of an em; `..` marks a code point that the font lacks.
To make the table again: python tests/render/make_metrics.py
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from string import ascii_letters, digits

__all__ = ["DIGITS", "RANGES", "char_width", "in_table"]

DIGITS = digits + ascii_letters
RANGES = (
    (0x0020, 0x007E),  # Latin, and its supplements to 0x024F
    (0x00A0, 0x024F),
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Latin with two marks
    (0x2010, 0x205F),  # punctuation
    (0x2070, 0x209C),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x214F),  # letterlike
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x25A0, 0x25FF),  # shapes
)

REGULAR = (
    "586t7qdwagfkcA4r6i6i84dw585P585ragagagagagagagagagag5r5rdwdwdw8zg8b2b4bgcqac9hcvc84L4LaA8ZdVc4cH9JcHbdaf9RbOb2fX"
    "b39Rb36i5r6idw84849Taf8Saf9V5Gafae4u4u9l4ufIae9Safaf6D8p6kae9ydc9y9y8tag5ragdw586tagagagag5r8484g87B9Sdw5Pg88484"
    "dw6t6t84agag58846t7B9SfDfDfD8zb2b2b2b2b2b2fIbgacacacac4L4L4L4Lcvc4cHcHcHcHcHdwcHbObObObO9R9Laa9T9T9T9T9T9TfQ8S9V"
    "9V9V9V4u4u4u4u9Sae9S9S9S9S9Sdw9Saeaeaeae9yaf9yb29Tb29Tb29Tbg8Sbg8Sbg8Sbg8Scqafcvafac9Vac9Vac9Vac9Vac9Vcvafcvafcv"
    "afcvafc8aeeMbd4L4u4L4u4L4u4L4u4L4u9w8Y4L4uaA9l9l8Z4u8Z4u8Z638Z5w944Ac4aec4aec4aed7c4aecH9ScH9ScH9Shggvbd6Dbd6Dbd"
    "6Daf8paf8paf8paf8p9R6k9R6k9R6kbOaebOaebOaebOaebOaebOaefXdc9R9y9Rb38tb38tb38t5GafbRb4afb4afblbg8Scvddb4af9SaccH9U"
    "9h5Gcvb5fS5I4Lc29l4u9yfIc4aecHeJ9Sfjcfawafbdaf8pac5q6k9R6k9RdQaeckbDc0bMb38taKaK9k8tagaK9k8eaf4L7W7p4LmWkXiCdtcH"
    "7nf1eUcRb29T4L4ucH9SbOaebOaebOaebOaebOae9Vb29Tb29TfIfQcvafcvafaA9lcH9ScH9SaK9k4umWkXiCcvafhXb0c4aeb29TfIfQcH9Sb2"
    "9Tb29Tac9Vac9V4L4u4L4ucH9ScH9Sbd6Dbd6DbOaebOaeaf8p9R6ka78pc8aebRdwbg9Qb38tb29Tac9VcH9ScH9ScH9ScH9S9R9y7FdB7H4ug6"
    "g6b2bg8S8Z9R8p8t9J7Jb4bOb2ac9V4L4ucBafbd6D9R9yay9adUar4u4uc4au....848R8S8R5r..........8484ba58c2e36A..d6..djdk5s"
    "b2b48Zb2acb3c8cH4LaAb2dVc4accHc89J..ac9R9RcHb3cHck4L9RaD8Jae5s9laDai9y9S8J8Mae9S5s9v9yag91909S9Iaf9tae9I9laE9kaE"
    "dv5s9l9S9ldvaA9U9ZbhdAbhaEdvaIcH9Sas9t9h7oaEaEdXa7f4dvceaDcM9Vb59Ncoa5bh9S9R8EaIaf8S4ucH9V9V9LafbgdVavafblbgblac"
    "accG9Qbgaf4L4L4LhEgRcGbsc49Pc8b2b4b49QcBachnalc4c4bsc8dVc8cHc89Jbg9R9PdTb3cwb4hfhEdreeb4bghqbd9T9X9v8tb99Vex8Aau"
    "au9Kajcaay9Sayaf8S9p9ydN9yaZ9xeLfcbpcK9v8RdA9I9V9Va58t8R8p4u4u4ueyeuaw9Kau9yayf4dvcraQfcc5ebcDiIg9cH9Sgzdiag8JdO"
    "e8cH9ScBaJcBaJg0eAfncej2gAf4dvbg8S8600000000006K6KcsaVb49v9Jaf9Q8taT9wa48yhnexal8Abs9Kbs9Kbs9KdOdqc8aFgme9hreMea"
    "bbbg8S9R9p9R9y9R9yb39yf4d1b49xb49xb4aefbbKfbbK4LhnexaA9KcwaOc8aFcwaZb49xekcu4ub29Tb29TfIfQac9VcH9VcH9Vhnexal8AaK"
    "9kc4auc4aucH9ScH9ScH9Sbg8R9P9y9P9y9P9yb49x9Q8teecKaT9wb39yb39yb49vgeetfJe1aX9uhifrhXfBcvaEctbt9U8Jc8ajiRg2eqdWgE"
    "fUcHaffXdcbs9KhreBhreIcNb1....................b29Tb4afb4afb4afbg8Scqafcqafcqafcqafcqafac9Vac9Vac9Vac9Vac9V9h5Gcv"
    "afc8aec8aec8aec8aec8ae4L4u4L4uaA9laA9laA9l8Z4E8Z4E8Z4u8Z4udVfIdVfIdVfIc4aec4aec4aec4aecH9ScH9ScH9ScH9S9Jaf9Jafbd"
    "6Dbd6Dbd6Dbd6Daf8paf8paf8paf8paf8p9R6k9R6k9R6k9R6kbOaebOaebOaebOaebOaeb29yb29yfXdcfXdcfXdcfXdcfXdcb39yb39y9R9yb3"
    "8tb38tb38tae6kdc9y9T5G5G5Gcp9Sb29Tb29Tb29Tb29Tb29Tb29Tb29Tb29Tb29Tb29Tb29Tb29Tac9Vac9Vac9Vac9Vac9Vac9Vac9Vac9V4L"
    "4u4L4ucH9ScH9ScH9ScH9ScH9ScH9ScH9SeJ9SeJ9SeJ9SeJ9SeJ9SbOaebOaedQaedQaedQaedQaedQae9R9y9R9y9R9y9R9ycp7H........5P"
    "5Pag84g8g88484585858588m8m8m8m84849w9w5oaLg858000000000000003elErZ3F628o3F628o5t6s6sdw7P8z84cYcY42g8842H6i6ieSbP"
    "bP81ag8484845rcY847gg8cYdw9saHdwdw58cRdw58583A6t2T....6t6t6t6t6t6t8w8w8w3Y3Y6q6t6t6t6t6t6t6t6t6t6t8w8w8w3Y3Y..6k"
    "6J6G7a6J6w6S2Ga36q6U614Le9agagagagfIagkwhkfXcEagagagagkwagagagagcuag....agagag....ag....grgrbgi7amgrhd9Ubgfm..fW"
    "cadIaeae7AbfbC6FdccVgMg8bfbjcHcSd8cMesb2gshkg8b2c19kckck9W5saAb2cGbldM9y9LcG9hhf7sc1aS7wap68eWjgbkbKaydHd5cv8Z8Z"
    "9Rddbq9V5F5F..cA....8u..dwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdw"
    "dwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdw"
    "dwdwdwdwdwdwdwdwdwdwdwdwb2ag8lacace3aNaNe3e3bAe3e3bAagcdcdaSdwdwdw5rahdwa6a6ahahahbwdrdwesesdw84848484bObObObO8p"
    "cJh38pcJh38p8p8pagag4cagdwdwdwdwdwdwdwdw63dwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdxdxg8g8dwdwdwdwdwdwdwdwdwdwdwdwdwdw"
    "dwdwdwdwdwdwgTgT7udwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwbObObOdwdwdwdwcAcAdwdwdwdwdwdwdw"
    "dwdwdwdwdwdwe3e3e3e38p8pe3e3e3e3e3e3e3e3dwdwdwdwdwdwg8g8dwdw8pbObObOdwdwdedededea658a6dwg8g8g8g8g8dwbObOdwdwdwdw"
    "dwdwdwdwmWmWdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwg8g8g8g8g8e3bAe3e3bAe3e3g8e3bAe3bAe3ffffffffffffffffffffaWaW"
    "ffff8S8Scpcpcpcp8686cpcp8686cpcpcpcp8686cpcp8686cpcpcpcpcpe57Ye5e5e5e5e5e5e5e5e5e5e58v8vcLfEfEfE6f6f6f6fe5e5cpcp"
    "cpcp9wffffffffffcpcpcpi3ffffffffe5e5e5e5cpcpcpdodobObOcp"
)
BOLD = (
    "5C7m8pdwbegae44W7n7n8rdw686H685Tbebebebebebebebebebe6s6sdwdwdw9mg8cucibQdob1b1dfdv6060cvahg3dvdIbPdIcqbCb0d6cuhN"
    "crbGbH7n5T7ndw8484aTby9zbyaW71bybu5x5xaJ5xgObub5byby7X9B7IbuaweUapaw9obu5Tbudw5C7mbebeagbe5T8484g896aqdw6Hg88484"
    "dw747484bSag68847496aqgHgHgH9mcucucucucucuhvbQb1b1b1b160606060dwdvdIdIdIdIdIdwdId6d6d6d6bGbUbBaTaTaTaTaTaTgU9zaW"
    "aWaWaW5x5x5x5xb5bub5b5b5b5b5dwb5bubububuawbyawcuaTcuaTcuaTbQ9zbQ9zbQ9zbQ9zdobydwbyb1aWb1aWb1aWb1aWb1aWdfbydfbydf"
    "bydfbydvbufIcK605x605x605x605x605xc0b4605xcvaJaJah5xah5xah7Jah8Zam5ZdvbudvbudvbufRdvbudIb5dIb5dIb5iPhEcq7Xcq7Xcq"
    "7XbC9BbC9BbC9BbC9Bb07Ib07Ib07Id6bud6bud6bud6bud6bud6buhNeUbGawbGbH9obH9obH9o71byd5cibycibybQbQ9zdwebcdbyb6b1dHbe"
    "b171dfcNgR726hcvaJ5O9ygOdvbudIe6b5hteIcCbycqbC9Bb18U7Ibp7Ib0dtbudId7cRcybH9ocscsal9obecsal9fby60aD8M60p5mMkWghfO"
    "b4jvj2h1cuaT605xdIb5d6bud6bud6bud6bud6buaWcuaTcuaThvgUdfbydfbycvaJdIb5dIb5cs9o5xp5mMkWdfbykNcHdvbucuaThvgUdIb5cu"
    "aTcuaTb1aWb1aW605x605xdIb5dIb5cq7Xcq7Xd6bud6bubC9Bb07Ib89NdvbudvdXd3aDbH9ocuaTb1aWdIb5dIb5dIb5dIb5bGaw7WdZ8g5xhy"
    "hycubQ9zahb09B9ocC9Ucid6cub1aW605xdScLcq7XbGawbg97gudu4S4Sdvbj....849z8S8R6s..........7784cR68dEgh95..en..fOeq6i"
    "cuciahcub1bHdvdI60cvcug3dvacdIdvbP..b1b0bGdIcrdIdI60bGb58Zbu6iaTb5byaZb58Z9xbub56ibsadbSaZ9xb5cLby9zczaiaTcCapcO"
    "e16iaTb5aTe1cvavaFc2fPc2cQe1c0dIb5bQ9zb17YbkaEePa7hDdvdqbyeYc0bPaucJaPc8byb09wc0by9z5xdIapaobUbybQg3bObybgbQbgb1"
    "b1eaahbQbC606060iCieeadbdvcrdvcuciciahenb1jKbsdvdvdbdpg3dvdIdvbPbQb0crg0creYd2jVlof9gIcibQiWcqaTbgad8qd2aWg39nbj"
    "bjaXbOdbb9b5b9by9z9mawg0apbXb5h8hPc7eAac9zfGamaWaWbw8q9z9B5x5x5xfZfqbQaXbjawb9hDe1dybSgkdxg0dqlUi5dIb5jWgfbe8Zhl"
    "h7dIb5dIbddIbdiwgPhkdVmFiVhDe1bQ9zaw00000000006K6Kfrd1ci9RbPbyah8qaK8Ld2aNjKg3bs9ncvaXdbaXdbaXgndkfqd2hNe6kxgpfm"
    "dQbQ9zb09mbGawbGawcraphWg8d2b5d2b5d2bugyd4gyd460jKg3cvaaflcZdvb9frd1d2b5hZf35xcuaTcuaThvgUb1aWdHaWdHaWjKg3bs9ncs"
    "aldvbjdvbjdIb5dIb5dIb5bQ9zcrawcrawcrawd2b5ah8qgIeAaK8Lcrapcrapci9OiHepi3eQdmbbk2gpkNgldxaif8cXbe8ZdpbOkKhehbfNhs"
    "gldIbyhNeUdbaXkrh5kxgpfrd1....................cuaTcibycibycibybQ9zdobydobydobydobydobyb1aWb1aWb1aWb1aWb1aWb171df"
    "bydvbudvbudvbudvbudvbu605x605xcvaJcvaJcvaJah5xah5xah5xah5xg3gOg3gOg3gOdvbudvbudvbudvbudIb5dIb5dIb5dIb5bPbybPbycq"
    "7Xcq7Xcq7Xcq7XbC9BbC9BbC9BbC9BbC9Bb07Ib07Ib07Ib07Id6bud6bud6bud6bud6bucuawcuawhNeUhNeUhNeUhNeUhNeUcrapcrapbGawbH"
    "9obH9obH9obu7IeUawaT717171esb5cuaTcuaTcuaTcuaTcuaTcuaTcuaTcuaTcuaTcuaTcuaTcuaTb1aWb1aWb1aWb1aWb1aWb1aWb1aWb1aW60"
    "5x605xdIb5dIb5dIb5dIb5dIb5dIb5dIb5e6b5e6b5e6b5e6b5e6b5d6bud6budtbudtbudtbudtbudtbubGawbGawbGawbGawfnao........6H"
    "6Hbe84g8g8848468686868aBaBaBaB8484ajaj5naLg85C000000000000003eneur4g7daa4g7daabP6E6EfGa79m84dmdm5jgv842H7n7ngCdn"
    "dn8hag84848r6sdm8r8Yg8dmdwb2d7dwdw68e4dw68683A743x....7474747474748w8w8w4E4E7m747474747474747474748w8w8w4E4E..7o"
    "7J7S6F7J7m7R3xaI7m7J696geZbebebebegObeoujrhNeAbebebebemsbebebebedRbe....bebebe....be....i4iSbQjxeshBis9Ubghw..hj"
    "eJekbubu9DbfdO7CfIdvjpg8bfc6dIf8d8cVesbsgskFg8cbca9kdIdIcj5scvcueYdcdMagbLd2b1j67vcObN7Yb268fflKcKbTaydVdycv8Zah"
    "cgdobyaW5x5x..e4....8P..dwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdw"
    "dwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdw"
    "dwdwdwdwdwdwdwdwdwdwdwdwcube8Mb1b1dObfbfesesc6esesc6agcHcHbAdwdwbe5Tbedwa668aLaLaLbudrdwesesdw84848484d6d6d6d69Q"
    "eZkT94fLla949494bebe4Kbedwdwdwdwdwdwdwdw63dwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwh8h8dwdwdwdwdwdwdwdwdwdwdwdwdwdw"
    "dwdwdwdwdzdzgTgT84dwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwd6d6d6dwdwdwdwcQcQdwdwdwdwdwdwdw"
    "dwdwdwdwdwdweKeKeKeK8K8KeKeKeKeKeKeKeKeKdwdwdwdwdwdwg8g8dwdw8Kd6d6d6dwdwdBdBdBdBa668a6dwg8g8g8g8g8dwd6d6dwdwdwdw"
    "dwdwdwdwmWmWdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwdwg8g8g8g8iGesc6esesc6esesiGesc6esc6esffffffffffffffffffffaWaW"
    "ffff8S8Scpcpcpcp8686cpcp8686cpcpcpcp8686cpcp8686cpcpcpcpcpe57Ye5e5e5e5e5e5e5e5e5e5e58v8vdyfEfEfE6f6f6f6fcpcpcpcp"
    "cpcpajffffffffffcpcpcpi3ffffffffe5e5e5e5cpcpcpdodobObOcp"
)


def _decoded(table: str) -> dict[str, float]:
    codes = (code for first, last in RANGES for code in range(first, last + 1))
    pairs = (table[at : at + 2] for at in range(0, len(table), 2))
    base = len(DIGITS)
    return {
        chr(code): (DIGITS.index(pair[0]) * base + DIGITS.index(pair[1])) / 1000
        for code, pair in zip(codes, pairs, strict=True)
        if pair != ".."
    }


@lru_cache(maxsize=2)
def _table(bold: bool) -> dict[str, float]:
    return _decoded(BOLD if bold else REGULAR)


def in_table(char: str) -> bool:
    """Whether the font has the character, as far as the table reaches."""
    return char in _table(False)


@lru_cache(maxsize=20_000)
def char_width(char: str, bold: bool = False) -> float:
    """Advance width in em. Combining marks and invisible characters: 0. Full width and unknown: 1."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    return _table(bold).get(char, 1.0)
