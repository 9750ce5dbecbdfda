"""Make an index of an assembly's minutes: ``python minutes_index.py meetings.jsonl jp-13-kaifu 海風区 special_ward TEXTS PACKAGE``."""

import json
import re
import sys
from hashlib import sha256
from pathlib import Path

import dxgov

_, path, ward, name, kind, texts, package = sys.argv
made, minutes = {}, [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
PRESIDES = re.compile(  # a sentence that opens, calls, counts or closes, and can do nothing else
    r"(.*、)?([^、]*((開会|閉会|散会|再開|休憩|採決|決定|終了)(いた)?します|(会議を開き|議題に供し|異議なしと認め|質疑を(行い|続け))ます|終了いたしました"
    r"|(説明|発言|報告|挙手|起立|着席)を?お?願い(いた)?し?ます|(説明|朗読|報告)が終わりました|(異議|質疑)(ございませんか|ありませんか))"
    r"|[^、]{1,12}(委員|議員|君)|ほかに([^、]{0,9}(ございますか|ございますでしょうか|ありませんか|いかがでしょうか|よろしいでしょうか))?)。"
)
# A post that stands without a name in the text, as 防災課長 does in 「の防災課長」, tells where the speaker 海野防災課長 splits.
POST = re.compile("(?<=[、。「（\nのはもがをにでと])(?:[一-龠ァ-ヶーＡ-ｚ・]|子ども|子育て|..づくり)+(?:長|管理者|監査委員)(?![一-龠])")
posts = "|".join({post for meeting in minutes for turn in meeting["voices"] for post in POST.findall(f"\n{turn['text']}")})
family = f"(?!副.{{1,2}}長)([^（]{{1,3}}?(?:（.）)?|[ぁ-ん]{{1,5}}?)((?:{posts}|副?委員長|委員|議員|理事|書記|参事|リーダー)(?:（.+）)?)"
SPEAKER = re.compile(f"(?:(.+)（)?([^（]+)君）?|{family}|(.+)(議員)|(.+)")  # with a whole name, a family name, a member's name, or none


def add(record: type[dxgov.Record], id: str, citation: dxgov.Citation, **fields: object) -> str:
    """Add a record unless it is there, and return its id; an id with Japanese is hashed."""
    id = id if id.isascii() else f"{ward}.{sha256(id.encode()).hexdigest()[:10]}"
    made[id] = made.get(id) or record(id=id, citation=citation, review="drafted", drafted_with="minutes_index 1.0", **fields)
    return id


for meeting in minutes:
    paragraphs = [f"○{turn['speaker']}\n{turn['text']}\n" for turn in meeting["voices"]]  # a circle and the speaker, then what is said
    document = dxgov.Document("\n".join([f"{meeting['title']}\n", *paragraphs]), f"src-{ward}-{meeting['id']}")
    Path(texts, f"{document.source_id}.txt").write_bytes(document.text.encode())
    day, title, series, ordinal = re.fullmatch(r"(\S+) ((.+?)(?:（第(\d+)日目）)?)", meeting["title"]).groups()
    head, held, last = document.cite(1), dxgov.dates.read(day), 1
    add(dxgov.Actor, ward, head, kind=kind, name=name, name_status="editorial")
    assembly = add(dxgov.Actor, f"{ward}.assembly", head, kind="assembly", name=f"{name}議会", name_status="editorial", part_of_id=ward)
    body = assembly if ordinal else add(dxgov.Actor, series, head, kind="committee", name=series, part_of_id=assembly)
    source = {"kind": "transcript", "depth": "index", "language": "ja", "completeness": "complete", "issuer_ids": [assembly]}
    source |= {"title": meeting["title"], "url": meeting["sourceUrl"], "file_sha256": document.sha256}
    add(dxgov.Source, document.source_id, head, published=dxgov.When(day, f"{held.edtf}/..", "within", "editorial"), **source)
    about = {"name": title, "series": series, "ordinal": ordinal and int(ordinal), "body_id": body, "held": held, "status": "held"}
    session = add(dxgov.Meeting, f"mtg-{ward}-{meeting['id']}", head, kind="plenary" if ordinal else "committee", **about)
    for i, turn in enumerate(meeting["voices"], 1):
        line, last = document.cite(last + 2), last + 3 + turn["text"].count("\n")
        printed = re.sub("^.+(氏|さん)$|^(参考人|公述人)（.+", r"\1\2", turn["speaker"])  # guests, who hold no public office, stay unnamed
        office, whole, surname, post, member, role, other = SPEAKER.fullmatch(printed).groups()
        post, person = office or post or role or other, whole or surname or member
        match = re.search("^((?:副|臨時)?委員長|委員|理事|書記)$|(議長|議員|[^会]委員長)", post or "")
        org = (ward, body, assembly)[match.lastindex if match else 0] if printed == turn["speaker"] else None
        seat = post and add(dxgov.Actor, f"{org} {post}", line, kind="post", name=post, label=org and made[org].name + post, part_of_id=org)
        status = {"label": printed, "name_status": "family_only"} if surname else {}
        speaker = person and add(dxgov.Actor, f"{person} {surname and seat}", line, kind="person", name=person, **status)
        presides = re.search("議長|委員長", post or "") and all(map(PRESIDES.fullmatch, re.findall("[^。\n]+(?:。|$)", turn["text"])))
        said = {"turn": i, "point": 1, "speaker_as_printed": printed, "speaker_id": speaker or seat, "speaker_post_id": speaker and seat}
        said |= {"meeting_id": session, "kind": "procedure" if presides else None}
        add(dxgov.Statement, f"{session}.t{i:03}.p1", document.cite(line.first_line, last), **said)
dxgov.export(dxgov.Dataset.of(made.values(), dxgov.Metadata(name=f"{ward}-minutes", title=f"{name}議会会議録索引")), package, "csv")
