"""Count which letters follow which in languages: `python scripts/make_letters.py FAKER_JS`.

Prints `go-worker/internal/encodings/letters.txt`. FAKER_JS is a folder with what
`npm install @faker-js/faker` puts into `node_modules`, read by node; `pip install Babel mimesis`
gives the rest. The words are those of CLDR (Unicode License), and the names, places, trades and
words of mimesis and of Faker for JavaScript (both MIT). Only how often a letter follows another is
kept, each word counted once.
"""

import json
import math
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import mimesis
from babel import Locale

# CLDR's language: the data of mimesis, the data of Faker for JavaScript.
LETTERS = {
    "fr": ("fr", "fr"),
    "de": ("de", "de"),
    "es": ("es es-mx", "es es_MX"),
    "pt": ("pt pt-br", "pt_PT pt_BR"),
    "it": ("it", "it"),
    "nl": ("nl nl-be", "nl nl_BE"),
    "sv": ("sv", "sv"),
    "nb": ("no", "nb_NO"),
    "da": ("da", "da"),
    "fi": ("fi", "fi"),
    "is": ("is", ""),
    "ca": ("", ""),
    "en": ("en", "en"),
    "pl": ("pl", "pl"),
    "cs": ("cs", "cs_CZ"),
    "sk": ("sk", "sk"),
    "hu": ("hu", "hu"),
    "ro": ("", "ro ro_MD"),
    "hr": ("hr", "hr"),
    "sl": ("", "sl_SI"),
    "sr_Latn": ("", "sr_RS_latin"),
    "tr": ("tr", "tr"),
    "lt": ("", ""),
    "lv": ("", "lv"),
    "et": ("et", ""),
    "vi": ("", "vi"),
    "el": ("el", "el"),
    "ru": ("ru", "ru"),
    "uk": ("uk", "uk"),
    "bg": ("", ""),
    "mk": ("", "mk"),
    "be": ("", ""),
    "sr": ("", ""),
    "he": ("", "he"),
    "ar": ("ar ar-eg ar-sa ar-sy ar-ma", "ar"),
    "fa": ("fa", "fa"),
    "ur": ("", "ur"),
    "th": ("", "th"),
}
SIGNS = {
    "zh_Hans": ("zh", "zh_CN"),
    "zh_Hant": ("", "zh_TW"),
    "ja": ("ja", "ja"),
    "ko": ("ko", "ko"),
}
MOST_SIGNS = 2000
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def strings(value: object) -> Iterator[str]:
    """Yield the texts in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)


def texts(language: str, of_mimesis: str, of_faker: str, folder: Path) -> Iterator[str]:
    """Yield all texts of a language."""
    locale = Locale.parse(language)
    for names in (locale.territories, locale.languages, locale.currencies, locale.scripts):
        yield from names.values()
    for wide in (locale.months, locale.days):
        yield from wide["format"]["wide"].values()
    for zone in locale.time_zones.values():
        yield zone.get("city", "")
    data = Path(mimesis.__file__).parent / "datasets"
    for name in of_mimesis.split():
        for file in (data / name).glob("*.json"):
            yield from strings(json.loads(file.read_text()))
    if of_faker:
        locales = json.dumps(of_faker.split())
        of_locales = (
            "const f=require('@faker-js/faker').allFakers;"
            f"console.log(JSON.stringify({locales}.map(k=>f[k].rawDefinitions)))"
        )
        found = subprocess.run(
            ["node", "-e", of_locales], cwd=folder, capture_output=True, text=True, check=True
        )
        for definitions in json.loads(found.stdout):
            yield from strings({k: v for k, v in definitions.items() if k != "internet"})


def words(language: str, lines: Iterator[str]) -> set[str]:
    """Return the words of some texts in small letters, as the engine reads them."""
    found: set[str] = set()
    for line in lines:
        line = unicodedata.normalize("NFC", re.sub(r"\{\{.*?\}\}|\{.*?\}", " ", line))
        line = line.replace("İ", "i").lower().replace("ς", "σ")
        if language == "ro":
            line = line.translate(str.maketrans("șț", "şţ"))
        found.update(
            re.findall(
                r"[^\W\d_]+(?:[\u0300-\u036f\u0590-\u05c7\u064b-\u0652\u0e31\u0e34-\u0e4e][^\W\d_]*)*",
                line,
            )
        )
    if language == "tr":  # capitals I are those of i as well
        found |= {w.replace("ı", "i") for w in found}
    if language == "el":  # capitals have no accents
        found |= {
            "".join(c for c in unicodedata.normalize("NFD", w) if not unicodedata.combining(c))
            for w in found
        }
    return found


def level(count: int) -> str:
    """Return a count as the half powers of 2 in it."""
    return DIGITS[min(35, round(2 * math.log2(count)))]


def main() -> None:
    """Write the counts of all languages."""
    folder = Path(sys.argv[1])
    for language, sources in LETTERS.items():
        pairs: Counter[tuple[str, str]] = Counter()
        for word in words(language, texts(language, *sources, folder)):
            pairs.update(zip("_" + word, word + "_", strict=True))
        after: dict[str, list[tuple[int, str]]] = {}
        for (one, next_one), n in pairs.items():
            if n > 1:
                after.setdefault(one, []).append((-n, next_one))
        print("=" + language)
        for one in sorted(after):
            print(one + "".join(c + level(-n) for n, c in sorted(after[one])))
    for language, sources in SIGNS.items():
        signs = Counter(
            c for text in texts(language, *sources, folder) for c in text if c > "\u2fff"
        )
        print("=" + language)
        print("*" + "".join(c + level(n) for c, n in signs.most_common(MOST_SIGNS)))


if __name__ == "__main__":
    main()
