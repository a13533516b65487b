"""Kanji that are written in more than one way, and the one form we search by.

`TRADITIONAL` are the forms the 常用漢字表 (Cabinet notice of 30 November 2010) shows in
parentheses, the so-called 康熙字典体, in the order of that table. It shows 364; the 62 that
Unicode keeps as compatibility ideographs (U+FA45 for 海 …) become the common form by NFKC and
are not listed. Of 弁 the table gives three (辨 瓣 辯).

`NAMES_AND_PRINT` are further forms met in personal names, place names and older print. Which
of two forms stands second carries no judgement: folding is for finding, never for display.

`REWRITTEN` are kanji for which others are written since 1956: 篇 is 編, 智 is 知.

`LOOSE` are different characters that people do not keep apart in names.
"""

from japanese.simplified_chinese import simplified_folding

TRADITIONAL = """
亞亜 惡悪 壓圧 圍囲 醫医 爲為 壹壱 隱隠 榮栄 營営 衞衛 驛駅 圓円 鹽塩 緣縁 艷艶 應応 歐欧 毆殴
櫻桜 奧奥 橫横 溫温 穩穏 假仮 價価 畫画 會会 繪絵 壞壊 懷懐 槪概 擴拡 殼殻 覺覚 學学 嶽岳 樂楽
渴渇 罐缶 卷巻 陷陥 勸勧 寬寛 關関 歡歓 觀観 氣気 歸帰 龜亀 僞偽 戲戯 犧犠 舊旧 據拠 擧挙 虛虚
峽峡 挾挟 狹狭 鄕郷 曉暁 區区 驅駆 勳勲 薰薫 徑径 莖茎 惠恵 揭掲 溪渓 經経 螢蛍 輕軽 繼継 鷄鶏
藝芸 擊撃 缺欠 硏研 縣県 儉倹 劍剣 險険 圈圏 檢検 獻献 權権 顯顕 驗験 嚴厳 廣広 效効 恆恒 黃黄
鑛鉱 號号 國国 黑黒 碎砕 濟済 齋斎 劑剤 雜雑 參参 棧桟 蠶蚕 慘惨 贊賛 殘残 絲糸 齒歯 兒児 辭辞
濕湿 實実 寫写 釋釈 壽寿 收収 從従 澁渋 獸獣 縱縦 肅粛 處処 緖緒 敍叙 將将 稱称 涉渉 燒焼 證証
奬奨 條条 狀状 乘乗 淨浄 剩剰 疊畳 繩縄 壤壌 孃嬢 讓譲 釀醸 觸触 囑嘱 眞真 寢寝 愼慎 盡尽 圖図
粹粋 醉酔 穗穂 隨随 髓髄 樞枢 數数 瀨瀬 聲声 齊斉 靜静 竊窃 攝摂 專専 淺浅 戰戦 踐践 錢銭 潛潜
纖繊 禪禅 雙双 壯壮 爭争 莊荘 搜捜 插挿 巢巣 曾曽 瘦痩 裝装 總総 騷騒 增増 藏蔵 臟臓 卽即 屬属
續続 墮堕 對対 體体 帶帯 滯滞 臺台 瀧滝 擇択 澤沢 擔担 單単 膽胆 團団 斷断 彈弾 遲遅 癡痴 蟲虫
晝昼 鑄鋳 廳庁 徵徴 聽聴 敕勅 鎭鎮 遞逓 鐵鉄 點点 轉転 傳伝 燈灯 當当 黨党 盜盗 稻稲 鬭闘 德徳
獨独 讀読 屆届 貳弐 惱悩 腦脳 霸覇 拜拝 廢廃 賣売 麥麦 發発 髮髪 拔抜 晚晩 蠻蛮 祕秘 濱浜 甁瓶
拂払 佛仏 倂併 竝並 餠餅 邊辺 變変 辨弁 瓣弁 辯弁 步歩 寶宝 豐豊 襃褒 飜翻 每毎 萬万 滿満 麵麺
默黙 彌弥 譯訳 藥薬 與与 豫予 餘余 譽誉 搖揺 樣様 謠謡 來来 賴頼 亂乱 覽覧 龍竜 兩両 獵猟 綠緑
淚涙 壘塁 禮礼 勵励 戾戻 靈霊 齡齢 曆暦 歷歴 戀恋 鍊錬 爐炉 勞労 郞郎 樓楼 錄録 灣湾
"""

NAMES_AND_PRINT = """
髙高 﨑崎 嵜崎 碕崎 𠮷吉 𠮟叱 邉辺 濵浜 嶋島 嶌島 㠀島 冨富 峯峰 桒桑 渕淵 渊淵 曻昇 陞昇 舘館 劔剣
劒剣 劎剣 釼剣 埜野 圀国 栁柳 楳梅 枩松 柗松 槗橋 𣘺橋 鐡鉄 銕鉄 秌秋 穐秋 龝秋 﨟臈 﨤返 﨔欅 凬風
靏鶴 靎鶴 寉鶴 鳫雁 鴈雁 悳徳 壻婿 聟婿 姊姉 翆翠 逹達 邨村 卆卒 𡈽土 圡土 刄刃 亝斉 淸清 靑青 敎教
說説 税稅 産產 彦彥 顔顏 姫姬 內内 戶戸 吳呉 尙尚 晉晋 既旣 悅悦 閱閲 銳鋭 脫脱 强強 舍舎 絕絶 槇槙
禰祢 袮祢 堯尭 凜凛 檜桧 遙遥 瑤瑶 巖巌 亙亘 晄晃 晧皓 昻昂 煕熙 熈熙 凞熙 萠萌 珎珍 琹琴 璢瑠 甞嘗
畧略 畍界 畊耕 皐皋 頴穎 薗園 苅刈 乕虎 豬猪 兔兎 莵兎 鼡鼠 舩船 鄰隣 讚讃 聰聡 萊莱 蘆芦 蘓蘇 薮藪
桝枡 侭儘 倶俱 侠俠 啞唖 噓嘘 嚙噛 囊嚢 塡填 剝剥 吞呑 屛屏 幷并 姸妍 搔掻 摑掴 攪撹 焰焔 瀆涜 潑溌
灌潅 濤涛 祿禄 禱祷 簞箪 繡繍 繫繋 蔣蒋 蝉蟬 蠟蝋 蠣蛎 蠅蝿 軀躯 醬醤 醱醗 鉤鈎 靱靭 頰頬 頸頚 顚顛
驒騨 鬪闘 鯵鰺 鴎鷗 鴬鶯 鹼鹸 麪麺 麴麹 礦鉱 砿鉱 壷壺 篭籠 簑蓑 稾稿 籖籤 糺糾 綫線 緜綿 纒纏 羣群
羡羨 耻恥 胷胸 脉脈 艪櫓 艣櫓 莓苺 葢蓋 盖蓋 菴庵 裡裏 襍雑 諫諌 讐讎 貎猊 賎賤 躰体 軆体 軣轟 輌両
輛両 迩邇 迯逃 迴回 囘回 廻回 溯遡 釡釜 銹錆 鑒鑑 閙鬧 闊濶 隄堤 霛霊 雞鶏 飃飄 飮飲 餝飾 駈駆 鮓鮨
麁粗 黏粘 颱台 仝同 亊事 仭仞 伜倅 侫佞 俻備 冐冒 冲沖 凉涼 况況 决決 减減 凖準 凾函 刧劫 劵券 卧臥
卻却 厠廁 厨廚 厩廐 廏廐 启啓 歎嘆 墻牆 夘卯 夲本 寃冤 寳宝 巓巔 帋紙 庻庶 廰庁 弌一 弍二 弎三 徃往
恠怪 慙慚 戞戛 揷挿 昿曠 暎映 曵曳 梼檮 栖棲 欝鬱 欵款 歿没 沒没 毘毗 泪涙 濳潜 炮砲 烟煙 爼俎 牀床
猨猿 獎奨 玅妙 痺痹 竈竃 罇樽 聨連 聯連 膓腸 蹟跡 迹跡 阯址 隸隷 皃貌 皷鼓 蹈踏 慾欲 蓆席 註注 舖舗
妝粧 竒奇 彜彝 煑煮 梦夢
"""

# 同音の漢字による書きかえ (report of the 国語審議会, 5 July 1956): kanji that went out of use, with
# their replacements, as far as both occur in titles.
REWRITTEN = """
篇編 輯集 附付 綜総 蒐収 帖帳 坐座 叛反 絃弦 智知 稀希 劃画 兇凶 熔溶 鎔溶 掠略 抛放 讃賛 翳影
"""

# CJK radicals instead of kanji in text copied from PDF files; NFKC does not change them.
RADICALS = "⺟母 ⺠民 ⻁虎 ⻄西 ⻑長 ⻘青 ⻝食 ⻤鬼 ⻨麦 ⻩黄 ⻫斉 ⻭歯 ⻯竜 ⻲亀 ⻳亀 ⼾戸"

LOOSE = "斎斉"


def kanji_folding() -> dict[str, str]:
    """Return variant → form for searching; chains are followed to the end (齋 → 斎 → 斉)."""
    step: dict[str, str] = {}
    for pair in " ".join((TRADITIONAL, NAMES_AND_PRINT, REWRITTEN, RADICALS, LOOSE)).split():
        variant, form = pair[0], pair[1]
        if variant != form:
            step.setdefault(variant, form)
    for variant, form in simplified_folding().items():
        step.setdefault(variant, form)
    return {variant: _last(step, variant) for variant in step}


def _last(step: dict[str, str], kanji: str) -> str:
    while kanji in step:
        kanji = step[kanji]
    return kanji
