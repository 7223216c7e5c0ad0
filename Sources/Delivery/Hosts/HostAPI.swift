internal import Glibc
internal import System
internal import YAML

/// The web API of a host: where it is, and as whom gx talks to it.
struct HostAPI {
    /// Without a slash at its end: `https://api.github.com`.
    let base: String
    private let curl: Curl

    /// - Parameter headers: What says who is asking, and in which language.
    /// - Throws: `PublishingError.badToken` where the token is none, or would not be encrypted.
    init(
        _ base: String, token: String, headers: [(name: String, value: String)], host: Host,
        user: String? = nil
    ) throws {
        let isPlain = token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isPlain else { throw PublishingError.badToken("the token has characters that no token has") }
        guard HostAddress(base)?.isSafeForTokens == true else {
            throw PublishingError.badToken("the token is not sent to \(base): that is not encrypted")
        }
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        curl = Curl(
            headers: [("User-Agent", "gx")] + headers, environment: host.environment, timeout: .seconds(60),
            user: user)
    }

    /// Asks, and asks again where the host says that it is asked too much for the moment, as long as it wants no more
    /// patience than `patience` seconds.
    ///
    /// - Parameter path: From the base on, or a whole address.
    /// - Throws: `HostError` for each answer that is no success.
    func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws(HostError) -> JSON {
        var patience = 90
        while true {
            let answer: Curl.Answer
            do {
                answer = try curl.send(
                    method, path.hasPrefix("/") ? base + path : path, query: query, body: body)
            } catch { throw HostError(message: "\(error)") }
            guard !answer.isSuccess else { return answer.body }
            guard let pause = answer.pause, pause <= patience else { throw HostError(answer) }
            patience -= max(1, pause)
            sleep(UInt32(pause))
        }
    }

    /// All items of a list, page by page, until one is found.
    func first(
        _ path: String, query: [(name: String, value: String)], pageSize: (name: String, count: Int),
        where isWanted: (JSON) -> Bool
    ) throws(HostError) -> JSON? {
        for page in 1...100 {
            let items =
                try call(
                    "GET", path,
                    query: query + [(pageSize.name, "\(pageSize.count)"), ("page", "\(page)")]
                ).array ?? []
            if let found = items.first(where: isWanted) { return found }
            // A host may give fewer than it is asked for.
            if items.isEmpty { return nil }
        }
        return nil
    }

    /// All items of a list, from all its pages.
    ///
    /// - Parameters:
    ///   - key: Where the list is in what is answered; nil where it is the answer.
    ///   - isExact: Whether only the last page has fewer than it is asked for.
    func all(
        _ path: String, query: [(name: String, value: String)] = [], in key: String? = nil,
        pageSize: (name: String, count: Int), isExact: Bool = true
    ) throws(HostError) -> [JSON] {
        var found: [JSON] = []
        for page in 1...100 {
            let answer = try call(
                "GET", path, query: query + [(pageSize.name, "\(pageSize.count)"), ("page", "\(page)")])
            let items = (key.map { answer[$0] ?? .null } ?? answer).array ?? []
            found += items
            if items.isEmpty || isExact && items.count < pageSize.count { break }
        }
        return found
    }

    /// A part of a path.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                byte < 0x80
                && (scalar.properties.isAlphabetic || "0123456789-_.~".unicodeScalars.contains(scalar))
            if isPlain { result.unicodeScalars.append(scalar) } else { result += "%" + hex(byte) }
        }
        return result
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16, uppercase: true)
        return text.count == 1 ? "0" + text : text
    }
}

extension Curl.Answer {
    /// How many seconds the host wants to be left alone; nil where it refuses for another reason.
    fileprivate var pause: Int? {
        guard status == 429 || status == 403 || status == 503 else { return nil }
        // The limit of an hour is not waited for.
        return retryAfter ?? (status == 429 || text.contains("secondary rate limit") ? 60 : nil)
    }
}

extension HostError {
    fileprivate init(_ answer: Curl.Answer) {
        let body = answer.body
        var words = ["message", "error", "error_description"].compactMap { body[$0]?.words }
        words += (body["errors"]?.array ?? []).compactMap { $0["message"]?.string ?? $0.string }
        if words.isEmpty, body == .null {
            words = [
                answer.text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) } ?? ""
            ]
        }
        words.removeAll(where: \.isEmpty)
        self.init(
            status: answer.status,
            message: "\(answer.status) \(words.isEmpty ? "without a reason" : words.joined(separator: ": "))")
    }
}

extension JSON {
    /// What a message says: GitLab has lists and objects of them.
    fileprivate var words: String? {
        if let string { return string }
        if let array { return array.compactMap(\.words).joined(separator: ", ") }
        if self == .null { return nil }
        if let message = self["message"]?.string { return message }
        return "\(self)"
    }
}

extension HostAPI? {
    /// - Throws: `HostError`, also where there is no token to ask with.
    func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSON? = nil
    ) throws(HostError) -> JSON {
        guard let self else { throw HostError(message: "there is no token") }
        return try self.call(method, path, query: query, body: body)
    }
}

extension HostAPI? {
    /// The same, for whoever may have no token.
    func all(
        _ path: String, query: [(name: String, value: String)] = [], in key: String? = nil,
        pageSize: (name: String, count: Int), isExact: Bool = true
    ) throws(HostError) -> [JSON] {
        guard let self else { throw HostError(message: "there is no token") }
        return try self.all(path, query: query, in: key, pageSize: pageSize, isExact: isExact)
    }
}
