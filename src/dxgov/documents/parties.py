"""`Party`: who is named in a line or text, with body, post, person, kind and code of local government."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from attrs import evolve, frozen

from dxgov.documents.lines import Line
from dxgov.documents.local_governments import (
    LocalGovernment,
    find_by_code,
    find_local_governments,
    list_prefectures,
    load_local_governments,
)
from dxgov.documents.readings import Certainty, Value

HONORIFICS = "(?<![同多仕模])様|殿|御中|先生|閣下|各位|宛て?|あて|氏|君|くん|さん"
"""Alternation of the words behind the name of somebody who is addressed or politely named."""

POSTS = (
    "内閣総理大臣臨時代理|内閣総理大臣|総理大臣|総理|首相|内閣官房長官|内閣官房副長官|官房副?長官|国務大臣|副大臣|大臣政務官|政務官|大臣補佐官|大臣|事務次官|政府特別補佐人|政府参考人"
    "|[都道府県]?副?知事|副?[市区町村]長|首長|職務代理者?|臨時議長|仮議長|副?議長|委員長職務代理者?|委員長代理|副?委員長|会長代理|副?会長|副?会頭|座長代理|副?座長|部会長|分科会長|議員"
    "|(?:監査|臨時|専門)?委員(?!会)|構成員|オブザーバー|アドバイザー|事務総長|事務局次長|事務局長|書記長|書記|秘書官|教育次長|教育長|課長補佐|課長|部長|次長|局長|室長|所長|館長|園長"
    "|校長|院長|署長|係長|班長|支部長|組合長|センター長|チーム長|長官|審議官|参事官|統括官|統括監|補佐官|補佐監|政策監|技監|デジタル監|総監|総裁|総長|企画官|調整官|推進監|管理監"
    "|主任主査|主査|主幹|主任|主事|参事|専務理事|常務理事|副?理事長|代表理事|理事者?|監事|会計管理者|管理者|代表取締役社長|代表取締役会長|代表取締役|取締役|執行役員?|共同代表|代表者"
    "|代表|副?社長|副?本部長|消防長|副?団長|サブリーダー|リーダー|副?幹事長|政務調査会長|幹事|参考人|公述人|准教授|教授|講師|弁護士|副?学長|顧問|(?:CIO)?補佐官|CIO|CDO|CISO"
)
"""Alternation of the last words of posts; a longer word stands before one that begins like it."""

_MINISTRIES = (
    "内閣官房|内閣府|内閣法制局|人事院|会計検査院|デジタル庁|復興庁|総務省|法務省|外務省|財務省|文部科学省|厚生労働省|農林水産省|経済産業省|国土交通省|環境省|防衛省|警察庁|金融庁"
    "|消費者庁|こども家庭庁|宮内庁|消防庁|公安調査庁|出入国在留管理庁|国税庁|スポーツ庁|文化庁|林野庁|水産庁|資源エネルギー庁|特許庁|中小企業庁|観光庁|気象庁|海上保安庁|原子力規制庁"
    "|防衛装備庁|検察庁|公正取引委員会|国家公安委員会|個人情報保護委員会|カジノ管理委員会|原子力規制委員会|公害等調整委員会|中央労働委員会"
)
_GOVERNMENT_END = "[都道府県市区町村]"
_UNLISTED = (
    "(?!.*(?:都|中心|中核|政令|温泉|門前|城下|行政|自治|選挙|特別?|[各全同当本農漁山下学校住地])[市区町村]$)"
    "(?:[一-鿿々ヶケノァ-ヴー]{2,5}|[ぁ-ん]{2,4})"
)
"""Names of municipalities that are not in the table: former ones, and those of examples."""
_UNLISTED_KINDS = ("city", "town", "village", "special_ward", "prefecture")
_GOVERNMENT_KINDS = (*_UNLISTED_KINDS, "metropolis", "ministry_agency")
_DESIGNATED = "札幌|仙台|横浜|川崎|名古屋|京都|大阪|堺|神戸|広島|北九州|福岡"
_BODY_KINDS: Mapping[str, str] = {
    "nation": "国|日本国|(?:日本国?|わが国)?政府",
    "ministry_agency": _MINISTRIES,
    "collective": (
        f"(?:全国|関係|各|全|都|府|県|道|区|市|町|村|特別区|及び|並びに|内の|の|・)*(?:(?<![^都道府県関係各全])府?省庁|都道府県|{_GOVERNMENT_END}?市町村|市区町村|区市町村"
        "|地方公共団体|地方自治体|自治体|(?<=関係)(?:各?機関|各?団体|者|大臣|部局|各?局)|(?<=各)(?:大臣|部局|局|都市|会派|団体))(?:等|各位)?|地方[三六]団体|.+一同|.+の各(?:局|部局|課)"
    ),
    "assembly": f"国会|両院|衆議院|参議院|(?:.*{_GOVERNMENT_END})議会|(?:{_DESIGNATED})市会",
    "education_board": ".*教育委員会",
    "committee": ".+委員会",
    "secretariat": ".*事務局",
    "caucus": ".+(?:議員団|会派|議員連盟)|(?!(?:各|両|与|野|同|全|政)党).+党|日本維新の会|れいわ新選組",
    "company": r"(?:株式会社|有限会社|合同会社|\(株\)|㈱).+|.+(?:株式会社|有限会社|合同会社|\(株\)|㈱|法律事務所|新聞社|銀行)",
    "independent_agency": "(?:(?:地方)?独立行政法人|国立研究開発法人).+",
    "incorporated_body": (
        "(?:(?:一般|公益)(?:社団|財団)|特定非営利活動|NPO|社会福祉|学校|国立大学|医療)法人(?!化?$).+"
        "|(?!.{0,7}法人$).+(?:機構|公社|財団|大学|大学院|病院|法人)"
    ),
    "working_group": ".*(?:WG|WT|PT|ワーキング・?(?:グループ|チーム)|作業部会|分科会|部会|タスクフォース|プロジェクトチーム)",
    "forum": ".+(?:フォーラム|プラットフォーム|連絡会|連絡会議|交流会|懇談会|コンソーシアム)",
    "council": ".+(?:会議|会合|審議会|調査会|検討会|協議会|[^一-鿿]本部|推進本部|対策本部|戦略本部|臨調)",
    "association": (
        "(?:.+(?:知事|区長|市長|町村|町村長|議長)会|全国.+会)|.+(?:協会|連合会|連盟|同盟|連合|組合|会議所|商工会|自治会|町内会|婦人会|生徒会|保護者会|老人会|青年会|商店会|同窓会|後援会|医師会|弁護士会|同友会|労連|総連|の会|[るす]会"
        "|ネットワーク|[振促推][興進]会)"
    ),
    "bureau": (
        "(?!.*(?:大臣|会議|応接|教)室$)(?!.*(?:薬局|結局|当局)$)"
        "(?:東京消防庁|警視庁|.+(?:[都道府県]庁|[市区]役所|[町村]役場)"
        "|.+(?:局|(?<![内外一全幹東西南北細腹頭])部|課|室|(?<!コール)センター|チーム|支所|事務所))"
    ),
    "city": f"{_UNLISTED}市",
    "town": f"{_UNLISTED}町",
    "village": f"{_UNLISTED}村",
    "special_ward": f"{_UNLISTED}区",
    "prefecture": "(?![本同各全他両])[一-鿿]{2,3}県",
}
"""Patterns of whole names of bodies by the kind of actor, as text; the first that fits counts, local governments come before all."""
_BODY = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _BODY_KINDS.items()))
_POST = re.compile(POSTS)

_SURNAMES = (
    "佐藤|鈴木|高橋|田中|伊藤|渡辺|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|林|斎藤|斉藤|清水|山崎|森|池田|橋本|阿部|石川|山下|中島|石井|小川|前田|岡田"
    "|長谷川|藤田|後藤|近藤|村上|遠藤|青木|坂本|福田|太田|西村|藤井|金子|岡本|藤原|中野|三浦|原田|中川|松田|竹内|小野|田村|中山|和田|石田|森田|上田|原|内田|柴田|酒井|宮崎"
    "|横山|高木|安藤|宮本|大野|小島|谷口|今井|工藤|高田|増田|丸山|杉山|村田|大塚|新井|小山|平野|藤本|河野|上野|野口|武田|松井|千葉|岩崎|菅原|木下|久保|佐野|野村|松尾|市川"
    "|菊地|杉本|古川|大西|島田|水野|桜井|渡部|吉川|山内|西田|飯田|菊池|西川|小松|北村|安田|五十嵐|川口|平田|関|中田|久保田|服部|東|岩田|土屋|川崎|福島|本田|辻|樋口|秋山"
    "|田口|永井|山中|中西|吉村|川上|石原|大橋|松岡|馬場|浜田|森本|星野|矢野|浅野|松下|大久保|吉岡|小池|野田|荒木|熊谷|松浦|大谷|内藤|黒田|尾崎|川村|永田|望月|松村|田辺|菅野"
    "|荒井|堀|平井|大島|西山|早川|栗原|広瀬|横田|石橋|岩本|萩原|片山|宮坂|関口|宮田|大石|本間|高野|須藤|岡|富田|金井|片岡|小田|沢田|川田|岡崎|牧野|杉浦|奥村|篠原|白石|古賀"
    "|大川|平川|小泉|岸田|石破|河村|鳩山|麻生|安倍|菅|谷|林田|村井|湯崎|福井|内堀|黒岩|大村|山根|阿久津"
)
"""Alternation of frequent family names, and those of heads of governments."""
_CHARACTER = "[一-鿿々〆ヶケノぁ-んァ-ヴー]"
_KANJI_NAME = "[一-鿿々〆ヶ]"
_SPACED_NAME = rf"{_CHARACTER}{{1,5}}\s+{_CHARACTER}{{1,5}}|(?:{_CHARACTER}{{1,3}}\s+){{2,5}}{_CHARACTER}{{1,3}}"
_BLANK_NAME = r"[○〇◯△□×●]{2,}(?:\s*[○〇◯△□×●]+)?"
_PERSON = re.compile(rf"{_SPACED_NAME}|{_KANJI_NAME}{{2,6}}|(?:{_SURNAMES})[ぁ-ん]{{2,4}}|{_BLANK_NAME}")
_ADDRESSED_PERSON = re.compile(rf"{_SPACED_NAME}|{_CHARACTER}{{2,8}}|{_BLANK_NAME}|[ァ-ヴー]+(?:・[ァ-ヴー]+)+")
"""A person before an honorific, who may have kana in the name."""
_QUALIFIER = re.compile(
    "社会|総務|厚生|文教|建設|区民|市民|町民|県民|都民|民生|環境|経済|産業|福祉|教育|予算|決算|特別|運営|企画|財政|財務|都市|交通|議会|公募|学識|専門|専務|常務|各|他|一部|整備|農林|水産|土木|警察"
    "|消防|商工|観光|常任|行政|情報|政策|戦略|人事|税務|保健|医療|健康|子ども|こども|防災|危機|管理|国際|広報|監査|選挙|法務|外務|防衛|国土|復興|文部|地域|地方|担当|統括|最高|推進|改革|デジタル"
    "|事務|会計|契約|支援|施設|住宅|水道|港湾|道路|河川|生活|協働|共生|臨時|代表|高齢|戸籍|住民|学校|保育|児童|文化|生涯|障害|青少年|公園|緑化|建築|用地|資産|納税|課税|国保|介護|年金"
    "|広聴|秘書|職員|庶務|調査|計画|開発|指導|労働|雇用|統計|検査|研究|技術|通信|図書|給食|体育|スポーツ|システム|ふるさと|まち|くらし|みどり|[A-Z]{2}|[ァ-ヴー]{3}|センター|関係"
    "|^(?:副|仮|同|当|両|全|各|他|元(?![木谷村])|前(?![田川原島橋野])|本(?![間田多橋村])|[東西南北中]部|第)"
)
"""Words of which names of posts are made, and hardly names of persons."""
_PORTFOLIO = re.compile(
    r"(?:デジタル|総務|法務|外務|財務|文部|厚生|農林|経済|国土|環境|防衛|復興|国家公安|金融|消費者|少子|こども|規制|行政|沖縄|北方|防災|地方|内閣府|特命|IT|情報|科学|共生|女性).*"
)
_KNOWN_PERSON = re.compile(
    rf"(?P<person>(?:{_SURNAMES})(?P<given>(?<=..)(?!(?:{_QUALIFIER.pattern}))[一-鿿々ぁ-ん]{{1,3}}?)?)(?P<portfolio>{_PORTFOLIO.pattern})?"
)
"""A frequent family name before a post, with or without the given name."""
_PERSON_APART = re.compile(rf"(?P<person>{_SPACED_NAME}|{_KANJI_NAME}{{2,6}})\s+(?P<head>.*)")
_PERSON_BEFORE_BODY = re.compile(
    rf"(?P<person>{_KANJI_NAME}{{2,6}}?(?=(?:{_MINISTRIES}))|(?:{_SURNAMES})(?=(?:{_QUALIFIER.pattern})|.{{1,5}}[市区町村]))(?P<head>.+)"
)
"""A person directly before a ministry, or a frequent family name before a unit or a municipality."""
_NAME_BEFORE_UNIT = re.compile(rf"(?P<person>{_KANJI_NAME}{{1,3}})(?P<unit>(?:{_QUALIFIER.pattern}).*)")
_MARK = re.compile(r"^[\s・○◯〇◎●◆◇■□※*＊•-]+(?=\S{2})")
_LABEL = re.compile(
    r"^[(\[【〔]?\s*(?:(?:宛て?|あて|提出|送付|要望|要請|陳情|請願)先|(?:要望|要請|請願|陳情|提出|提案|申入れ?|発表|説明|報告|発言)者|差出人|出席者|団体名|職氏名|講師|司会|主催)\s*"
    r"(?:[)\]】〕]\s*:?|:)\s*"
)
_HONORIFIC_TAIL = re.compile(rf"\s*\(?\s*(?P<honorific>{HONORIFICS})\s*\)?\s*$")
_ASSOCIATION_STEM = re.compile("(?:町村長?|市長|区長|知事|議長|商工)$")
"""What stands before 会 in the name of an association of local governments, or of commerce."""
_TAIL_BRACKET = re.compile(r"\s*\((?P<inner>[^()]*)\)\s*$")
_TWO_POSTS = re.compile(
    rf"(?P<first>\S*?(?:{POSTS}))(?P<joint>\s*[兼・]|\s)\s*\S*(?:{POSTS})(?:\([^()]*\))?\s*(?P<person>{_PERSON.pattern})?$"
)
_NO_PARTY = re.compile(
    r"[。「」『』@〒]|\d{2,4}-\d{2,4}-\d{3,4}|丁目|番地|https?:"
    r"|^(?:住\s*所|所在地|電\s*話|TEL|FAX|メール|E-?mail|担\s*当(?![者課部局室大])|紹介議員|連絡先|公?印$|記$|以上)",
    re.IGNORECASE,
)
"""Addresses and other lines near parties that name none."""
_SEPARATORS = re.compile(rf"\s*[、，;；]\s*|(?<=[様殿氏])[\s・]+|\s*(?:並びに|及び)\s*|・(?=\S*(?:{POSTS})\b)|\s{{3,}}(?=\S*(?:{POSTS}))")
_NAMED_KINDS = ("association", "council", "forum", "working_group", "company", "independent_agency", "incorporated_body")
"""Kinds of bodies whose long names are proper names."""
_HALF_POSTS = frozenset({"大臣", "副大臣", "政務官", "長官", "議員", "委員"})
"""Posts that say nothing of the office if no portfolio or body stands before them."""
_TIME_WORDS = re.compile("今回|本日|先日|当日|昨日|同日|昨年|今年|前回|次回|現在|当時|元|前|現|旧|新")
_FOLLOWING_PERSON = re.compile(
    rf"の?\s*(?P<person>{_KANJI_NAME}{{1,4}}\s{_KANJI_NAME}{{1,4}}|{_KANJI_NAME}{{2,6}}?)\s?(?P<honorific>様|殿|氏|さん|先生)"
)
"""A person behind a post in prose."""
_MAX_LENGTH = 60
"""Maximum length of the text of a party, in characters."""
_MAX_POST_HEAD = 20
"""Maximum length of what stands before the last word of a post, in characters."""
_WIDTHS = {**{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}, 0x3000: " ", 0xA0: " ", 0x09: " "}
"""Full-width letters, brackets and blanks; all by one character, so that positions stay."""

_CERTAINTIES: Mapping[str, Certainty] = {
    "local-government": Certainty.SURE,
    "body-of-local-government": Certainty.SURE,
    "local-government-by-context": Certainty.LIKELY,
    "local-government-shared-name": Certainty.UNSURE,
    "unlisted-local-government": Certainty.LIKELY,
    "name-or-place": Certainty.UNSURE,
    "national-body": Certainty.SURE,
    "minister": Certainty.SURE,
    "body": Certainty.LIKELY,
    "post": Certainty.LIKELY,
    "collective": Certainty.LIKELY,
    "surname-and-post": Certainty.LIKELY,
    "name-and-post": Certainty.UNSURE,
    "name-and-honorific": Certainty.LIKELY,
    "name": Certainty.UNSURE,
}
"""The rules by which a party is read, with the certainty that each gives."""


@frozen
class Party:
    """Somebody whom a text names."""

    name: str
    """The post with its body, such as 町田市長; else the body, else the person."""

    reason: str
    """The name of the rule by which it was read."""

    start: int = 0
    end: int = 0
    """The span in the text, honorific included."""

    body: str | None = None
    """The organisation, such as 町田市 of 町田市長; None if none is printed."""

    post: str | None = None
    """The post without its body, such as 市長; None if none is printed."""

    person: str | None = None
    """The person without honorific, with one blank where there are any."""

    body_kind: str | None = None
    """The kind of actor of the body, as text."""

    honorific: str | None = None
    local_governments: tuple[LocalGovernment, ...] = ()
    """The local government that is the body, or all that its name can mean."""

    @classmethod
    def of_name(cls, name: str, *, body: str | None = None, post: str | None = None, person: str | None = None) -> "Party":
        """Return the party of a name that was read already, with the parts that are known of it; without any, the name is divided.

        A name such as 斉藤大臣, whose post says little, stays whole.
        """
        if body is None and post is None and person is None:
            party = read_party(name)
            return party if party and not (party.person and party.post in _HALF_POSTS) else cls(name, "name")
        if body is None:
            return cls(name, "post" if post else "name", post=post, person=person)
        kind, governments = classify_body(body)
        return evolve(_make_party(body, post, kind, governments, name=name), person=person)

    @classmethod
    def of_values(cls, values: Mapping[str, Value]) -> "Party | None":
        """Return the party of the values of an entry, as `list_values` makes them; None if they name nobody."""
        texts = {name: str(value.value) for name, value in values.items() if value.value}
        parts = {name: texts[name] for name in ("body", "post", "person") if name in texts}
        name, kind = texts.get("name") or (texts.get("body", "") + texts.get("post", "")) or texts.get("person"), texts.get("kind")
        if not name:
            return None
        if not parts and kind not in (None, "post"):
            parts = {"person" if kind == "person" else "body": name}
        party = cls.of_name(name, **parts)
        # The values know of the context in which the name was read.
        if kind not in (None, "post", "person") and name == party.body:
            party = evolve(party, body_kind=kind)
        if (code := values.get("local_government_code")) is not None:
            governments = map(find_by_code, (code.value, *code.alternatives))
            party = evolve(party, local_governments=tuple(government for government in governments if government is not None))
        return party

    @property
    def organisation(self) -> "Party | None":
        """The body as a party of its own; None if none is printed."""
        return evolve(self, name=self.body, post=None, person=None) if self.body else None

    @property
    def is_generic(self) -> bool:
        """True for a post such as 副知事, which exists in many bodies, if none is printed."""
        return self.post is not None and self.body is None and self.reason != "minister" and bool(re.fullmatch(POSTS, self.post))

    @property
    def certainty(self) -> Certainty:
        """The certainty of the rule."""
        return _CERTAINTIES[self.reason]

    @property
    def kind(self) -> str | None:
        """The kind of actor of the name, as text; None if unknown."""
        return "post" if self.post else self.body_kind if self.body else "person"

    @property
    def local_government_code(self) -> str | None:
        """The code of the body, if it is a local government and only one is meant."""
        return self.local_governments[0].code if len(self.local_governments) == 1 else None

    def list_values(self, role: str, first_line: int = 0, last_line: int = 0) -> dict[str, Value]:
        """Return the values of an entry for the party in a role, at lines; 0 for those of the entry."""
        codes = tuple(government.code for government in self.local_governments)
        values = {
            "role": (role, ()),
            "name": (self.name, ()),
            "kind": (self.kind, ()),
            "body": (self.body, ()),
            "post": (self.post, ()),
            "person": (self.person, ()),
            "local_government_code": (next(iter(codes), None), codes[1:]),
        }
        return {
            name: Value(value, self.certainty, self.reason, first_line, last_line, alternatives)
            for name, (value, alternatives) in values.items()
            if value
        }


def classify_body(name: str, context: str = "") -> tuple[str | None, tuple[LocalGovernment, ...]]:
    """Return the kind of a body by its name, None if it is none, and the local governments that the name means."""
    governments = find_local_governments(name, context)
    if governments:
        return governments[0].kind, governments
    match = _BODY.fullmatch(re.sub(r"\s", "", name))
    return (match.lastgroup if match else None), ()


def read_party(text: str, context: str = "") -> Party | None:
    """Return the party that a text names, such as a line of a head, a label of a speaker or a cell; None if it names none.

    Args:
        text: A text that names one party and says no more.
        context: Text near it; prefectures in it choose among local governments of the same name.
    """
    folded = text.translate(_WIDTHS)
    start = 0
    for pattern in (_LABEL, _MARK, _LABEL):
        start += match.end() if (match := pattern.match(folded[start:])) else 0
    printed = re.sub(r"[\s:]+$", "", folded[start:])
    start += len(printed) - len(printed.lstrip())
    printed = printed.lstrip()
    if not printed or len(printed) > _MAX_LENGTH or _NO_PARTY.search(printed):
        return None
    bracket = _TAIL_BRACKET.search(printed)
    if bracket and re.fullmatch(HONORIFICS, bracket["inner"].strip()):
        bracket = None
    outer = printed[: bracket.start()] if bracket else printed
    honorific = _HONORIFIC_TAIL.search(outer)
    name = outer[: honorific.start()] if honorific else outer
    # The honorific may stand behind the bracket, as in 特命担当大臣（防災） 殿.
    if honorific and (bracket := bracket or _TAIL_BRACKET.search(name)):
        name = name[: bracket.start()]
    party = _divide(name, context, is_addressed=honorific is not None)
    if party is None:
        return None
    party = evolve(party, start=start, end=start + len(printed), honorific=honorific["honorific"] if honorific else None)
    return _restore_widths(_join_bracket(party, bracket["inner"], context) if bracket else party, text)


def _restore_widths(party: Party, text: str) -> Party:
    """Return a party whose name, body and post have full-width characters where the text has them."""
    source = re.sub(r"\s", "", text[party.start : party.end])
    folded = source.translate(_WIDTHS)
    if source == folded:
        return party

    def restore(value: str) -> str:
        return source[folded.index(value) :][: len(value)] if value in folded else value

    body, post = (value and restore(value) for value in (party.body, party.post))
    return evolve(party, name=restore(party.name), body=body, post=post)


def _join_bracket(party: Party, inner: str, context: str) -> Party:
    """Return a party with what a bracket behind it says: the portfolio of a minister, the person of a post, or the post of a person."""
    if party.post and party.post.endswith("大臣") and _PORTFOLIO.fullmatch(inner):
        return evolve(party, post=f"{party.post}({inner})", name=f"{party.name}({inner})")
    other = read_party(inner, context)
    if other is None:
        return party
    if party.post and not party.person and other.person and not other.post and not other.body:
        return evolve(party, person=other.person, honorific=other.honorific)
    if party.person and not party.post and not party.body and not other.person:
        return evolve(other, person=party.person, start=party.start, end=party.end, honorific=party.honorific)
    return party


def _divide(text: str, context: str, *, is_addressed: bool) -> Party | None:
    """Divide a folded text without honorific into body, post and person."""
    if two := _TWO_POSTS.match(text):
        # A person with two posts, such as the president of an association who is a mayor; the first is that of the document.
        first = _divide(two["first"], context, is_addressed=False)
        if first is not None and first.post and (two["person"] or two["joint"].strip()):
            return evolve(first, person=_tidy_person(two["person"]) if two["person"] else None)
    pattern = _ADDRESSED_PERSON if is_addressed else _PERSON
    kind, governments = classify_body(text, context)
    # Names such as 関係大臣 and 神戸市長田区 hold the word of a post.
    if kind == "collective" or governments:
        name = re.sub(r"\s", "", text)
        return _make_party(name, None, str(kind), governments, name=name)
    for match in reversed(list(_POST.finditer(text))):
        rest = text[match.end() :].strip()
        if not rest or _is_person(rest, pattern):
            party = _divide_office(text[: match.start()], match[0], context, is_named=bool(rest))
            if party is not None and not (rest and party.person):
                return evolve(party, person=_tidy_person(rest) if rest else party.person)
    if kind is not None:
        body = text.strip() if kind == "company" else re.sub(r"\s", "", text)
        return _make_party(body, None, kind, governments, name=body)
    # A body and a person, as in rosters.
    if pair := re.match(rf"(?P<body>\S+)\s+(?P<person>{pattern.pattern})$", text):
        kind, governments = classify_body(pair["body"], context)
        if kind is not None:
            party = _make_party(pair["body"], None, kind, governments, name=pair["body"])
            return evolve(party, person=_tidy_person(pair["person"]))
    if _is_person(text.strip(), pattern):
        name = _tidy_person(text)
        return Party(name, "name-and-honorific" if is_addressed else "name", person=name)
    return None


def _is_person(text: str, pattern: re.Pattern[str]) -> bool:
    """Return True if a text has the shape of a name, and is no body or post."""
    compact = re.sub(r"\s", "", text)
    return bool(pattern.fullmatch(text)) and classify_body(compact)[0] is None and not _POST.search(compact)


def _tidy_person(name: str) -> str:
    """Return a name with one blank where there are any; characters that stand apart are joined."""
    parts = name.split()
    if len(parts) == 2:  # 林 学 has two parts, 林 学 人 is spaced
        return " ".join(parts)
    return re.sub(r"(?<=(?<!\S)\S) (?=\S(?!\S))", "", " ".join(parts))


def _divide_office(head: str, post: str, context: str, *, is_named: bool) -> Party | None:
    """Divide what stands before the last word of a post into person, body and the post's first words; None if it is no post.

    Args:
        head: What stands before it.
        post: The last word of the post.
        context: As for `read_party`.
        is_named: True if the person stands behind the post, so that none stands before it.
    """
    # A person before body and post, as in rosters and labels of speakers.
    for match in (_PERSON_APART.match(head), _PERSON_BEFORE_BODY.match(head)):
        person, rest = (match["person"], match["head"]) if match else ("", "")
        if person and not is_named and _is_person(person, _PERSON) and not _QUALIFIER.search(person):
            party = _divide_office(rest, post, context, is_named=True)
            if party is not None and (party.body or not rest):
                return evolve(party, person=_tidy_person(person), reason=party.reason if party.body else "name-and-post")
    compact = re.sub(r"\s", "", head)
    # The character 市 of 町田市長 ends the body and begins the post.
    if re.match(f"{_GOVERNMENT_END}(?:長|副?知事)", post):
        title = post if post[1] == "長" else post[1:]
        name = compact + post[0]
        for begin in range(min(7, len(name) - 1)):
            kind, governments = classify_body(name[begin:], context)
            if kind == "collective" and not begin:
                return Party(compact + post, "collective", body=compact + post, body_kind=kind)
            is_government = governments or (kind in _UNLISTED_KINDS and not begin and (is_named or not _KNOWN_PERSON.fullmatch(compact)))
            if is_government and (not begin or (not is_named and _is_person(name[:begin], _PERSON))):
                party = _make_party(name[begin:], title, str(kind), governments, name=name[begin:] + post[1:])
                is_unclear = not governments and not is_named and kind != "prefecture"
                return evolve(party, person=name[:begin] or None, reason="name-or-place" if is_unclear else party.reason)
    # The character 会 of 町村会長 ends the body and begins the post.
    if post == "会長" and _ASSOCIATION_STEM.search(compact):
        kind, governments = classify_body(f"{compact}会", context)
        if kind is not None:
            return _make_party(f"{compact}会", post, kind, governments, name=compact + post)
    for stop in range(len(compact), 1, -1):
        kind, governments = classify_body(compact[:stop], context)
        if kind is not None and kind != "collective":
            body = head.strip() if kind == "company" and stop == len(compact) else compact[:stop]
            return _make_party(body, compact[stop:].removeprefix("の") + post, kind, governments, name=body + compact[stop:] + post)
    if is_named:
        return Party(compact + post, "post", post=compact + post) if len(compact) <= _MAX_POST_HEAD else None
    return _read_person_before_post(compact, post)


def _read_person_before_post(head: str, post: str) -> Party | None:
    """Return the party of a post without body, before which a family name may stand."""
    is_unit = re.search("(?:[局部課室所班係]|センター)長$", post)
    match = _KNOWN_PERSON.fullmatch(head)
    if match and not (is_unit and match["given"]):
        post = (match["portfolio"] or "") + post
        return Party(post, "surname-and-post", post=post, person=match["person"])
    if re.search("大臣|長官|政務官|総理|首相", post):
        if _PORTFOLIO.fullmatch(head) or len(post) > 4 or (not head and re.match("総理|首相|官房", post)):
            return Party(head + post, "minister", post=head + post)
        if match := re.fullmatch(rf"(?P<person>{_KANJI_NAME}{{2,4}}?)(?P<portfolio>{_PORTFOLIO.pattern})?", head):
            post = (match["portfolio"] or "") + post
            return Party(post, "name-and-post", post=post, person=match["person"])
    if not is_unit and not _QUALIFIER.search(head) and re.fullmatch(f"{_KANJI_NAME}{{1,6}}|(?!ほか|など)[ぁ-ん]{{2,4}}", head):
        return Party(post, "name-and-post", post=post, person=head)
    # 寺嶋福祉部長: a family name before the words of a unit.
    match = _NAME_BEFORE_UNIT.fullmatch(head) if is_unit else None
    if match and not _QUALIFIER.search(match["person"]):
        reason = "surname-and-post" if re.fullmatch(_SURNAMES, match["person"]) else "name-and-post"
        return Party(match["unit"] + post, reason, post=match["unit"] + post, person=match["person"])
    return Party(head + post, "post", post=head + post) if len(head) <= _MAX_POST_HEAD and not re.search("[ぁ-ん]{3}", head) else None


def _make_party(body: str, post: str | None, kind: str | None, governments: tuple[LocalGovernment, ...], *, name: str) -> Party:
    """Make a party of a body."""
    if len(governments) > 1:
        reason = "local-government-shared-name"
    elif governments:
        reason = "local-government" if len(find_local_governments(body)) == 1 else "local-government-by-context"
    elif kind == "nation" or re.match(f"{_MINISTRIES}|衆議院$|参議院$|国会$", body):
        reason = "national-body"
    elif kind in ("assembly", "education_board", "committee", "bureau") and len(find_local_governments(find_government(body) or "")) == 1:
        reason = "body-of-local-government"
    elif kind in _UNLISTED_KINDS:
        reason = "unlisted-local-government"
    else:
        reason = "collective" if kind == "collective" else "body"
    return Party(name, reason, body=body, post=post, body_kind=kind, local_governments=governments)


def find_government(body: str) -> str | None:
    """Return the local government or ministry whose name begins that of a body; None if none does."""
    prefixes = [body[: match.end()] for match in re.finditer("[都道府県市区町村省庁]", body) if match.end() > 1]
    return next((name for name in reversed(prefixes) if classify_body(name)[0] in _GOVERNMENT_KINDS), None)


def read_parties(lines: Sequence[Line], context: str = "") -> list[tuple[Party, Sequence[Line]]]:
    """Return the parties that lines name, such as all addressees of a letter, each with its lines.

    A person below a post belongs to it, and so does a post below a body. An honorific that stands once counts for all before it.

    Args:
        lines: Lines that name parties and say no more; blank ones are skipped.
        context: Text near them, as for `read_party`.
    """
    parties: list[tuple[Party, Sequence[Line]]] = []
    for line in lines:
        for start, end in _split_names(line.text):
            segment = line.text[start:end]
            if re.fullmatch(rf"[\s(]*(?:{HONORIFICS})[\s)]*", segment.translate(_WIDTHS)):
                parties = [(evolve(party, honorific=party.honorific or segment.strip()), own) for party, own in parties]
                continue
            party = read_party(segment, context)
            if party is None:
                continue
            party = evolve(party, start=party.start + start, end=party.end + start)
            joined = _join_below(parties[-1][0], party) if parties and parties[-1][1][-1] is not line else None
            if joined is not None:
                parties[-1] = (joined, (*parties[-1][1], line))
            else:
                parties.append((party, (line,)))
            if party.honorific:
                parties = [(evolve(other, honorific=other.honorific or party.honorific), own) for other, own in parties]
    return parties


def _join_below(above: Party, below: Party) -> Party | None:
    """Return a party that stands on two lines; None if these are two parties."""
    if above.person:
        return None
    if below.person and not below.post and not below.body:
        return evolve(above, person=below.person, honorific=below.honorific)
    if below.post and not below.body and not above.post and "大臣" not in below.post:
        return evolve(above, name=above.name + below.name, post=below.post, person=below.person, honorific=below.honorific)
    return None


def _split_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the names in a line."""
    folded = text.translate(_WIDTHS)
    stops = [match.span() for match in _SEPARATORS.finditer(folded)]
    for begin, stop in zip([0, *(end for _, end in stops)], [*(start for start, _ in stops), len(text)], strict=True):
        if folded[begin:stop].strip():
            yield begin, stop


def find_parties(text: str, context: str = "") -> list[Party]:
    """Return the parties that running prose names, in order, with their spans: those that a list or a long name confirms.

    Posts alone, such as 市長, and persons without a post or honorific are left out.

    Args:
        text: The text, of one line or many.
        context: Text near it; by default the text itself.
    """
    context = context or text
    parties: list[Party] = []
    for run in _compile_runs().finditer(text):
        # The run as a whole, as 新宮市長, comes before its parts without dots and words of time, as in 総務省・財務省 or 前町田市長.
        start = run.start() + (prefix.end() if (prefix := _TIME_WORDS.match(run[0])) else 0)
        parts = [(start + part.start(), start + part.end()) for part in re.finditer("[^・]+", text[start : run.end()])]
        for begin, stop in dict.fromkeys([run.span(), *parts]):
            party = read_party(text[begin:stop], context)
            if party is None or not _is_confirmed(party, context):
                continue
            party = evolve(party, start=begin + party.start, end=begin + party.end)
            person = _FOLLOWING_PERSON.match(text, party.end)
            if person and not party.person and party.post:
                party = evolve(party, person=_tidy_person(person["person"]), honorific=person["honorific"], end=person.end())
            parties.append(party)
            if stop == run.end():
                break
    return parties


def _is_confirmed(party: Party, context: str) -> bool:
    """Return True if a party of prose is more than a common noun, or a place that is named like a town elsewhere."""
    if party.person and not party.honorific and party.reason != "surname-and-post":
        return False
    if party.reason == "local-government" and not party.post and party.body_kind in ("town", "village"):
        prefectures = list_prefectures(context)
        return not prefectures or party.local_governments[0].prefecture in prefectures
    if party.reason == "body":
        return party.body_kind in _NAMED_KINDS and len(party.body or "") > 4
    return party.certainty is Certainty.SURE or party.reason in (
        "local-government-by-context",
        "local-government-shared-name",
        "surname-and-post",
        "collective",
    )


@cache
def _compile_runs() -> re.Pattern[str]:
    """Compile the pattern of runs of characters that names have: no hiragana, but for names of local governments that have some."""
    character = r"[^\s、。，．,.「」『』（）()\[\]【】〔〕:：;；/!！?？<>＜＞…‥＝=\"'ぁ-ゖ]"
    names = {government.name for government in load_local_governments() if re.search("[ぁ-ゖ]", government.name)}
    return re.compile(f"{character}*(?:{'|'.join(sorted(names, key=len, reverse=True))}){character}*|{character}+")
