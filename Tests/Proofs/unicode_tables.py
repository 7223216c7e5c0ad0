#!/usr/bin/env python3
"""Writes Sources/System/Text/Regex/UnicodeTables.swift: the classes of characters of RE2, asked of RE2 itself.

    pip install google-re2 && Tests/Proofs/unicode_tables.py > Sources/System/Text/Regex/UnicodeTables.swift
"""
import re2
import textwrap

CATEGORIES = "Cc Cf Co Cs Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs".split()
SCRIPTS = """Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali
Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham
Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra
Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati
Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited
Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi
Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani
Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui
Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari
New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian
Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong
Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian
Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le
Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai
Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square""".split()
ALL = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def base36(number):
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + text
        if not number:
            return text


def ranges(name):
    if name == "Cs":  # no text has one
        return [(0xD800, 0xDFFF)]
    found = []
    for match in re2.finditer(r"\p{%s}+" % name, "".join(map(chr, ALL))):
        first, last = ord(match.group()[0]), ord(match.group()[-1])
        found += [(first, 0xD7FF), (0xE000, last)] if first < 0xD800 and last > 0xDFFF else [(first, last)]
    return found


def classes():
    for name in CATEGORIES + SCRIPTS:
        numbers, next_ = [], 0
        for first, last in ranges(name):
            numbers += [base36(first - next_), base36(last - first)]
            next_ = last + 1
        yield name + " " + " ".join(numbers)


def orbits():
    changing = [c for c in ALL if any(chr(c) != f(chr(c)) for f in (str.lower, str.upper, str.title, str.casefold))]
    text, seen, previous = "".join(map(chr, changing)), set(), 0
    for c in changing:
        if c in seen:
            continue
        orbit = sorted({ord(m.group()) for m in re2.finditer(r"(?i)\x{%x}" % c, text)})
        seen.update(orbit)
        if len(orbit) > 1:
            yield " ".join([base36(orbit[0] - previous)] + [base36(o - orbit[0]) for o in orbit[1:]])
            previous = orbit[0]


def literal(lines):
    # A line break of the literal is a space; `;` ends an item.
    return "\n".join("        " + line for line in textwrap.wrap("; ".join(lines), 108))


print(f'''/// The classes of characters that RE2 and Go have, and which characters differ only in case: Unicode 15.
///
/// Written by Tests/Proofs/unicode_tables.py, which asks RE2. Decoded when a pattern needs it.
enum UnicodeTables {{
    /// `L`, `Lu`, `Greek`, `Any`; nil where there is none of that name.
    static func set(named name: String) -> ScalarSet? {{
        if name == "Any" {{ return .any }}
        if name.utf8.count == 1, "CLMNPSZ".contains(name) {{
            let members = classes.filter {{ $0.key.utf8.count == 2 && $0.key != "Yi" && $0.key.hasPrefix(name) }}.values
            return members.isEmpty ? nil : ScalarSet(ranges: members.flatMap {{ decode($0) }})
        }}
        return classes[name].map {{ ScalarSet(ranges: decode($0)) }}
    }}

    private static let classes: [String: Substring] = Dictionary(
        uniqueKeysWithValues: items(of: classText).map {{ item in
            let name = item.prefix {{ $0 != " " }}
            return (String(name), item[name.endIndex...])
        }})

    /// For each character, all others that differ from it only in case.
    static let caseVariants: [UInt32: [UInt32]] = {{
        var table: [UInt32: [UInt32]] = [:]
        var first: UInt32 = 0
        for item in items(of: orbitText) {{
            let steps = numbers(in: item)
            first += steps.first ?? 0
            let orbit = [first] + steps.dropFirst().map {{ first + $0 }}
            for scalar in orbit {{ table[scalar] = orbit.filter {{ $0 != scalar }} }}
        }}
        return table
    }}()

    private static func items(of text: String) -> [Substring] {{
        text.split(separator: ";").map {{ $0.drop(while: \\.isWhitespace) }}
    }}

    private static func numbers(in text: Substring) -> [UInt32] {{
        text.split(whereSeparator: \\.isWhitespace).compactMap {{ UInt32($0, radix: 36) }}
    }}

    /// The distance to each range and its length, in turn.
    private static func decode(_ text: Substring) -> [ClosedRange<UInt32>] {{
        var ranges: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        var steps = numbers(in: text)[...]
        while let distance = steps.popFirst(), let length = steps.popFirst() {{
            ranges.append((next + distance)...(next + distance + length))
            next += distance + length + 1
        }}
        return ranges
    }}

    private static let classText = """
{literal(classes())}
        """

    /// The distance to each first character, and from it to the others.
    private static let orbitText = """
{literal(orbits())}
        """
}}''')
