internal import CLibCrypto

extension [UInt8] {
    /// Where a text begins; nil where it is not there.
    func firstOffset(of text: String, from start: Int = 0) -> Int? {
        guard start < count else { return nil }
        return unsafe withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe gx_find(base + start, bytes.count - start, text, text.utf8.count)
            else { return nil }
            return unsafe found - base
        }
    }
}
