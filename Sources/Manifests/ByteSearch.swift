extension [UInt8] {
    /// Whether some text stands anywhere in these bytes.
    func contains(_ text: String) -> Bool {
        let needle = Array(text.utf8)
        guard let first = needle.first, count >= needle.count else { return needle.isEmpty }
        for start in 0...(count - needle.count)
        where self[start] == first && self[start..<(start + needle.count)].elementsEqual(needle) {
            return true
        }
        return false
    }
}
