"""Characters of symbol fonts, such as the bullets of Wingdings, as others that look like them."""

import re

_SYMBOL_FONTS = re.compile("Wingdings|Symbol|Webdings", re.IGNORECASE)
_LIKENESSES = str.maketrans(
    {
        "l": "●",
        "n": "■",
        "u": "◆",
        "p": "□",
        "q": "□",
        "Ø": "➢",
        "ü": "✓",
        "v": "❖",
        "w": "◆",
        "o": "○",
        "m": "○",
        "r": "□",
        "§": "■",
        "·": "・",
        "\x9e": "・",
        "\x9f": "●",
    }
)


def translate_symbols(text: str, font: str = "") -> str:
    """Return a text without characters of symbol fonts: those of the private area, and all of a font with such a name."""
    characters = "".join(chr(ord(character) - 0xF000) if 0xF020 <= ord(character) <= 0xF0FF else character for character in text)
    return characters.translate(_LIKENESSES) if characters != text or _SYMBOL_FONTS.match(font) else text
