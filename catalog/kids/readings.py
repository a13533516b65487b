"""Furigana for words from our own code. Titles and names have readings in their records."""

import re

from django.utils.safestring import SafeString

from japanese.furigana import spelled

_KNOWN = """
予約《よやく》かごに 予約《よやく》できます 予約《よやく》
点入《てんい》れました 入《い》れました 入《はい》っています 入《い》れる 出《だ》しました
選《えら》んでください 資料《しりょう》 視聴覚《しちょうかく》 大切《たいせつ》
件《けん》 点《てん》 冊《さつ》 巻《かん》 号《ごう》 第《だい》 月《がつ》 年《ねん》
上《じょう》 中《ちゅう》 下《げ》 前編《ぜんぺん》 後編《こうへん》 続《ぞく》 部《ぶ》
来訪編《らいほうへん》 帰還編《きかんへん》
絵《え》 訳《やく》 文《ぶん》 作《さく》 編《へん》
監修《かんしゅう》 原作《げんさく》 写真《しゃしん》
脚本《きゃくほん》 指導《しどう》 編集《へんしゅう》 漫画《まんが》 著《ちょ》 画《が》
絵本《えほん》 児童《じどう》 一般《いっぱん》 書庫《しょこ》 参考《さんこう》 郷土《きょうど》
文庫《ぶんこ》 紙芝居《かみしばい》 大型《おおがた》 雑誌《ざっし》
外国語《がいこくご》 新書《しんしょ》
大活字《だいかつじ》 点字《てんじ》 地域《ちいき》 新刊《しんかん》 赤《あか》ちゃん
"""
_READ = re.compile("《[^》]*》")
_SPELLED = {_READ.sub("", word): word for word in re.findall(r"\S+", _KNOWN)}
_ANY = re.compile("|".join(sorted(map(re.escape, _SPELLED), key=len, reverse=True)))


def read_out(text: str) -> SafeString:
    """Return the text with the readings of known words."""
    return spelled(_ANY.sub(lambda found: _SPELLED[found[0]], text))
