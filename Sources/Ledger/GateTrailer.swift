public import Git
public import Manifests
public import System

/// The line of a commit message that a person writes, by gx, for promotions that come later:
///
///     Gx-Lock: prod-eu/api until 2026-12-01T06:00:00Z (guests cannot check out)
///     Gx-Unlock: prod-eu/api
///     Gx-Approve: prod-eu/api 1.4.2
///
/// `*` in place of the app is every one of the environment.
public struct GateTrailer: Hashable, Sendable {
    public enum Act: String, Sendable, CaseIterable {
        case lock = "Gx-Lock"
        case unlock = "Gx-Unlock"
        case approve = "Gx-Approve"
    }

    public var act: Act
    public var environment: String
    /// Nil for every app.
    public var app: String?
    /// What is approved.
    public var version: Version?
    /// When a lock ends by itself.
    public var until: Timestamp?
    /// Why, in one line.
    public var reason: String?

    public init(
        _ act: Act, environment: String, app: String?, version: Version? = nil, until: Timestamp? = nil,
        reason: String? = nil
    ) {
        (self.act, self.environment, self.app) = (act, environment, app)
        (self.version, self.until, self.reason) = (version, until, reason)
    }

    /// The whole line.
    public var line: String {
        let place = "\(Word.encoded(environment, also: "/"))/\(app.map { Word.encoded($0) } ?? "*")"
        var line = "\(act.rawValue): \(place)"
        if let version { line += " \(Word.encoded("\(version)"))" }
        if let until { line += " until \(until.utc)" }
        if let reason { line += " (\(reason.onOneLine))" }
        return line
    }

    /// Nil for a line that is not written so.
    public init?(line: some StringProtocol) {
        guard let said = ActLine<Act>(line) else { return nil }
        (act, reason) = (said.act, said.reason)
        var words = said.words[...]
        guard let place = words.popFirst(), let slash = place.firstIndex(of: "/"), slash > place.startIndex
        else { return nil }
        environment = Word.decoded(place[..<slash])
        let name = place[place.index(after: slash)...]
        guard !name.isEmpty else { return nil }
        app = name == "*" ? nil : Word.decoded(name)
        if act == .approve {
            guard let version = words.popFirst(), app != nil else { return nil }
            self.version = Version(Word.decoded(version))
        }
        if act == .lock, words.first == "until" {
            guard words.count == 2, let text = words.last, let until = Timestamp(iso8601: text) else {
                return nil
            }
            self.until = until
            words = []
        }
        guard words.isEmpty else { return nil }
    }

    /// Those of a commit, in order, where lines for programs stand.
    public static func all(in commit: Commit) -> [GateTrailer] {
        commit.trailerLines.compactMap { GateTrailer(line: $0) }
    }

    /// Whether it is about an app of an environment.
    public func concerns(_ app: String, in environment: String) -> Bool {
        self.environment == environment && (self.app ?? app) == app
    }
}

/// A line that people have written for promotions, and the commit that has it.
public struct GateWord: Hashable, Sendable {
    public var trailer: GateTrailer
    public var commit: ObjectID
    /// The committer's clock.
    public var time: Timestamp
    /// Who wrote the commit: name and address.
    public var author: String
    public var address: String

    /// Whether a lock has ended by itself.
    public func isExpired(at moment: Timestamp) -> Bool { trailer.until.map { $0 <= moment } ?? false }
}

/// The locks and approvals of a branch, as its messages say.
public struct GateWords: Sendable {
    /// Those in force or expired, oldest first.
    public private(set) var locks: [GateWord] = []
    public private(set) var approvals: [GateWord] = []

    mutating func add(_ word: GateWord) {
        let trailer = word.trailer
        switch trailer.act {
        case .approve: approvals.append(word)
        // The newest of the same place counts.
        case .lock, .unlock:
            locks.removeAll {
                $0.trailer.environment == trailer.environment
                    && ($0.trailer.app == trailer.app || trailer.act == .unlock && trailer.app == nil)
            }
            if trailer.act == .lock { locks.append(word) }
        }
    }
}
