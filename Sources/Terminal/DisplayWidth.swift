extension StringProtocol {
    /// How many columns of a terminal the text takes: 2 for East Asian wide characters and emoji,
    /// 0 for combining marks. Control characters count nothing; escape them first.
    public var displayWidth: Int {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return utf8.count }
        return reduce(0) { $0 + $1.displayWidth }
    }
}

extension Character {
    var displayWidth: Int {
        if isEmoji { return 2 }
        // A cluster of several letters (an Indic conjunct, Hangul jamo) is drawn in two columns at most.
        return min(2, unicodeScalars.reduce(0) { $0 + $1.displayWidth })
    }

    /// Drawn as a picture: by default, or because a variation selector asks for it (`❤️`, `1️⃣`).
    private var isEmoji: Bool {
        guard let first = unicodeScalars.first?.properties else { return false }
        return first.isEmojiPresentation || (first.isEmoji && unicodeScalars.contains("\u{FE0F}"))
    }
}

extension Unicode.Scalar {
    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: 0
        default: Self.wideRanges.contains { $0.contains(value) } ? 2 : 1
        }
    }

    /// East_Asian_Width W and F, from EastAsianWidth.txt of Unicode 18.0, without what is emoji by
    /// default (the standard library knows those) and joined over unassigned code points.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x3029,
        0x3030...0x303E, 0x3041...0x3163, 0x3165...0x3247, 0x3250...0xA4C6, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x16FE3, 0x16FF2...0x1B2FB, 0x1D300...0x1D376, 0x1F1AE...0x1F265,
        0x1F6D9...0x1F6D9, 0x1F7DA...0x1F7DA, 0x1FA8B...0x1FAFA, 0x20000...0x3FFFD,
    ]
}
