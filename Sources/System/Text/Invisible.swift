extension Unicode.Scalar {
    /// What nobody sees, and what YAML and JSON write as an escape: controls, line separators, byte order marks.
    package var isInvisible: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}
