extension String {
    /// The text without what would end a line of ours or speak to a terminal: it comes from elsewhere.
    public var onOneLine: String {
        // Most texts have nothing to replace, which is seen without asking what each character is.
        if utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) { return self }
        let plain = unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: " "
            default: scalar.properties.isBidiControl ? " " : scalar
            }
        }
        return String(String.UnicodeScalarView(plain))
    }
}
