"""The kinds of actors, apart from the actors so that records that only name a kind load less."""

from dxgov.codes import Code

_ORG = "http://www.w3.org/ns/org#"
_FOAF = "http://xmlns.com/foaf/0.1/"


class ActorKind(Code):
    """What kind of actor it is."""

    NATION = (
        "nation",
        "国",
        "The state, where a document says 'the nation' and no more.",
        "文書が単に「国」と記すもの。",
        (_ORG + "FormalOrganization",),
    )
    MINISTRY_AGENCY = (
        "ministry_agency",
        "府省庁",
        "A ministry or agency of the nation.",
        "国の府省庁またはその一部。",
        (_ORG + "Organization",),
    )
    COUNCIL = (
        "council",
        "会議体",
        "A council, headquarters or the like, of the nation or of nation and local governments together.",
        "国の、または国と地方が共に設ける会議、本部など。",
        (_ORG + "Organization",),
    )
    INDEPENDENT_AGENCY = (
        "independent_agency",
        "独立行政法人",
        "An incorporated administrative agency of the nation or of local governments.",
        "国または地方の独立行政法人。",
        (_ORG + "FormalOrganization",),
    )
    METROPOLIS = "metropolis", "都", "Tokyo as a prefecture.", "東京都。", (_ORG + "FormalOrganization",)
    PREFECTURE = "prefecture", "道府県", "A prefecture other than Tokyo.", "東京都以外の道府県。", (_ORG + "FormalOrganization",)
    SPECIAL_WARD = "special_ward", "特別区", "One of the 23 wards of Tokyo.", "東京都の23の特別区。", (_ORG + "FormalOrganization",)
    CITY = "city", "市", "A city.", "市。", (_ORG + "FormalOrganization",)
    TOWN = "town", "町", "A town.", "町。", (_ORG + "FormalOrganization",)
    VILLAGE = "village", "村", "A village.", "村。", (_ORG + "FormalOrganization",)
    BUREAU = (
        "bureau",
        "局・部・課",
        "A bureau, department, division, office or team of a government.",
        "行政機関の局、部、課、室、チームなど。",
        (_ORG + "OrganizationalUnit",),
    )
    ASSEMBLY = (
        "assembly",
        "議会",
        "The Diet, a house of it, or the assembly of a local government.",
        "国会、その各院、または地方議会。",
        (_ORG + "Organization",),
    )
    COMMITTEE = (
        "committee",
        "委員会",
        "A committee of an assembly, or an administrative commission.",
        "議会の委員会、または行政委員会。",
        (_ORG + "Organization",),
    )
    CAUCUS = (
        "caucus",
        "会派・政党",
        "A parliamentary group of an assembly, or a political party.",
        "議会の会派、または政党。",
        (_ORG + "Organization",),
    )
    SECRETARIAT = (
        "secretariat",
        "事務局",
        "The secretariat of a council, forum, assembly or association.",
        "会議体、フォーラム、議会または団体の事務局。",
        (_ORG + "OrganizationalUnit",),
    )
    ASSOCIATION = (
        "association",
        "団体",
        "An association of local governments or of their heads.",
        "地方公共団体またはその長による団体。",
        (_ORG + "Organization",),
    )
    INCORPORATED_BODY = (
        "incorporated_body",
        "法人",
        "A body incorporated by law, such as J-LIS.",
        "法律によって設立された法人。J-LISなど。",
        (_ORG + "FormalOrganization",),
    )
    COMPANY = "company", "企業", "A company or a firm.", "企業または事務所。", (_ORG + "FormalOrganization",)
    EDUCATION_BOARD = "education_board", "教育委員会", "A board of education.", "教育委員会。", (_ORG + "Organization",)
    FORUM = (
        "forum",
        "フォーラム",
        "A standing place of exchange among governments, or among governments and others.",
        "行政機関どうし、または行政機関とそれ以外の者が交流する常設の場。",
        (_ORG + "Organization",),
    )
    WORKING_GROUP = (
        "working_group",
        "ワーキンググループ",
        "A working group or working team.",
        "ワーキンググループまたはワーキングチーム。",
        (_ORG + "Organization",),
    )
    POST = (
        "post",
        "役職",
        "An office that persons hold in turn, such as a governor's, or the role in which a guest appears.",
        "知事のように人が交代で就く職、または招かれた者の肩書。",
        (_ORG + "Post",),
    )
    PERSON = (
        "person",
        "人物",
        "A person in a public office; recorded for that office only.",
        "公職にある人。公職に関してのみ記録する。",
        (_FOAF + "Person",),
    )
    COLLECTIVE = (
        "collective",
        "総称",
        "A set of actors that a document names together, such as 'municipalities'.",
        "「市町村」のように、文書が複数の主体をまとめて呼ぶもの。",
        (_FOAF + "Group",),
    )
    UNSPECIFIED = "unspecified", "不特定", "Stands where a document does not say who.", "文書が主体を示していない場合に用いるもの。"


def any_kind_but(*kinds: ActorKind) -> tuple[ActorKind, ...]:
    """Return all kinds of actors except `kinds`, for references that cannot lead to these."""
    return tuple(kind for kind in ActorKind if kind not in kinds)


NAMED = any_kind_but(ActorKind.UNSPECIFIED)
"""The kinds of actors that a document names. Optional fields are empty, not unspecified, if the document names nobody."""

BODIES = any_kind_but(ActorKind.PERSON, ActorKind.POST, ActorKind.COLLECTIVE, ActorKind.UNSPECIFIED)
"""The kinds of actors that others can be a part of."""
