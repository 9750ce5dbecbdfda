"""Attacks by zips."""

import struct
import zipfile
from pathlib import Path

from attacks.attack import BIG, MIB, attack, instead
from dxgov import ProblemCode as Code
from package_files import find_file


def _zipped(package: Path, *more: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    target = package.parent / "hostile.zip"
    with zipfile.ZipFile(target, "w", compression) as archive:
        for path in sorted(package.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(package).as_posix())
        for name, content in more:
            archive.writestr(name, content)
    return target


def _member(name: str, path: str, says: str) -> None:
    attack(Code.UNSAFE_PATH, name=f"member {name}", says=says)(lambda package: _zipped(package, (path, b"x")))


for _name, _given, _says in [
    ("leading out", "../../evil.csv", "leads out"),
    ("absolute", "/etc/evil.csv", "is absolute"),
    ("of a drive", "C:/evil.csv", "is absolute"),
    ("leading out by backslashes", "..\\..\\evil.csv", "leads out"),
    ("of a Windows device", "data/con.csv", "name of a device"),
    ("that differs in case", "Data/THEMES.csv", "where upper and lower case are the same"),
]:
    _member(_name, _given, _says)


@attack(Code.UNSAFE_PATH, says="is there twice")
def member_twice(package: Path) -> Path:
    target = _zipped(package, ("data/themes.csw", b"id\r\n"))
    target.write_bytes(target.read_bytes().replace(b"data/themes.csw", b"data/themes.csv"))
    return target


@attack(Code.WRONG_SIZE, Code.MISSING_COLUMN, Code.UNKNOWN_COLUMN)
def member_that_is_a_link(package: Path) -> Path:
    instead(package)
    info = zipfile.ZipInfo("data/themes.csv")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return _zipped(package, (info, b"/etc/passwd"))


def _bombed(package: Path, size: int) -> Path:
    with find_file(package, "themes").open("ab") as file:
        for _ in range(size // MIB):
            file.write(b"a" * MIB)
    return _zipped(package)


@attack(Code.TOO_LARGE, says="times as many at most")
def zip_bomb_of_one_gibibyte(package: Path) -> Path:
    return _bombed(package, BIG)


@attack(Code.TOO_LARGE, says="at most", package=BIG // 4, ratio=10_000)
def zip_bomb_beyond_the_limit_of_a_package(package: Path) -> Path:
    return _bombed(package, BIG // 2)


def _patched(target: Path, member: bytes, offset: int, format: str, value: int) -> Path:
    """Change a field of the central directory's entry of a member."""
    content = bytearray(target.read_bytes())
    place = content.rfind(member) - 46
    assert content[place : place + 4] == b"PK\1\2"
    struct.pack_into(format, content, place + offset, value)
    target.write_bytes(content)
    return target


@attack(Code.UNREADABLE_FILE, says="cannot be unpacked")
def zip_bomb_that_claims_to_be_small(package: Path) -> Path:
    return _patched(_bombed(package, BIG), b"data/themes.csv", 24, "<I", 1_000)


@attack(Code.TOO_LARGE, says="at most")
def zip_that_claims_to_hold_gibibytes(package: Path) -> Path:
    return _patched(_zipped(package), b"data/themes.csv", 24, "<I", 3 * 2**30)


@attack(Code.NOT_A_PACKAGE, says="list of its members")
def zip_of_half_a_million_members(package: Path) -> Path:
    target = _zipped(package)
    content = target.read_bytes()
    start = content.index(b"PK\1\2")
    entry = content[start : content.index(b"PK\1\2", start + 4)]
    directory = entry * 500_000
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), start, 0)
    target.write_bytes(content[:start] + directory + end)
    return target


@attack(Code.TOO_LARGE, says="10,000 at most")
def zip_of_20_000_members(package: Path) -> Path:
    return _zipped(package, *((f"more/{number}", b"") for number in range(20_000)))


@attack(Code.NOT_A_PACKAGE)
def zip_cut_off(package: Path) -> Path:
    target = _zipped(package)
    target.write_bytes(target.read_bytes()[:-100])
    return target


@attack(Code.UNREADABLE_FILE, says="encrypted")
def zip_that_is_encrypted(package: Path) -> Path:
    return _patched(_zipped(package), b"data/themes.csv", 8, "<H", 1)


@attack(Code.UNREADABLE_FILE, says="packed in a way that is not taken")
def zip_packed_with_lzma(package: Path) -> Path:
    instead(package)
    return _zipped(package, (_lzma("data/themes.csv"), b"id"))


def _lzma(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_LZMA
    return info
