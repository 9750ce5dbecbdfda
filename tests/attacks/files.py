"""Attacks by what lies in the place of a file."""

import os
import socket
from pathlib import Path

from attacks.attack import attack, instead
from dxgov import ProblemCode as Code


@attack(Code.UNSAFE_PATH, says="leads out")
def link_to_a_file_outside(package: Path) -> None:
    instead(package).symlink_to("/etc/passwd")


@attack(Code.UNSAFE_PATH, says="leads out")
def link_to_a_device(package: Path) -> None:
    instead(package).symlink_to("/dev/zero")


@attack(Code.UNREADABLE_FILE, says="link")
def links_in_a_circle(package: Path) -> None:
    place = instead(package)
    place.symlink_to(package / "data" / "other.csv")
    (package / "data" / "other.csv").symlink_to(place)


@attack(Code.UNSAFE_PATH, says="leads out")
def folder_that_is_a_link_out(package: Path) -> None:
    (package / "data").rename(package.parent / "elsewhere")
    (package / "data").symlink_to(package.parent / "elsewhere")


@attack(Code.UNSAFE_PATH, says="leads out")
def descriptor_that_is_a_link_out(package: Path) -> None:
    (package / "datapackage.json").rename(package.parent / "secret.json")
    (package / "datapackage.json").symlink_to(package.parent / "secret.json")


@attack(Code.UNREADABLE_FILE, says="is a folder")
def folder_in_place_of_a_file(package: Path) -> None:
    instead(package).mkdir()


@attack(Code.UNREADABLE_FILE, says="is a pipe")
def pipe_in_place_of_a_file(package: Path) -> None:
    os.mkfifo(instead(package))


@attack(Code.UNREADABLE_FILE, says="is a socket")
def socket_in_place_of_a_file(package: Path) -> None:
    place = instead(package)
    before = Path.cwd()
    os.chdir(place.parent)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(place.name)
    finally:
        os.chdir(before)


@attack(Code.TOO_LARGE, says="1,099,511,627,776 bytes")
def file_of_a_tebibyte_of_holes(package: Path) -> None:
    with instead(package).open("wb") as file:
        file.truncate(2**40)
