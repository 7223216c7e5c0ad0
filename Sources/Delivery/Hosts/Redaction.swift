internal import System

/// Takes secrets out of what is shown.
struct Redaction {
    private let searches: [ByteSearch]

    init(_ secrets: [String]) {
        // The longest first: one may be part of another. A letter or two would be found everywhere.
        searches = secrets.filter { $0.utf8.count >= 4 }.sorted { $0.utf8.count > $1.utf8.count }
            .map(ByteSearch.init)
    }

    func applied(to bytes: [UInt8]) -> [UInt8] {
        searches.reduce(bytes) { bytes, search in
            var result: [UInt8] = []
            var start = 0
            while let found = search.next(in: bytes, from: start) {
                result += bytes[start..<found.lowerBound] + Array("[redacted]".utf8)
                start = found.upperBound
            }
            return start == 0 ? bytes : result + bytes[start...]
        }
    }
}
