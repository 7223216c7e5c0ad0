public import Git
internal import System

/// The line of a commit message by which a person answers for a promotion that passes by a gate:
///
///     Gx-Override: prod-eu/api soak (hotfix for PROJ-7)
public struct OverrideTrailer: Hashable, Sendable {
    private enum Act: String, CaseIterable {
        case override = "Gx-Override"
    }

    public var environment: String
    public var app: String
    /// The gate's name.
    public var gate: String
    /// Why, in one line.
    public var reason: String

    public init(environment: String, app: String, gate: String, reason: String) {
        (self.environment, self.app, self.gate, self.reason) = (environment, app, gate, reason)
    }

    /// The whole line.
    public var line: String {
        "\(Act.override.rawValue): \(Word.encoded(environment, also: "/"))/\(Word.encoded(app)) \(gate) (\(reason.onOneLine))"
    }

    /// Nil for a line that is not written so, or gives no reason.
    public init?(line: some StringProtocol) {
        guard let said = ActLine<Act>(line), said.words.count == 2, let reason = said.reason,
            let slash = said.words[0].firstIndex(of: "/"), slash > said.words[0].startIndex
        else { return nil }
        let (place, gate) = (said.words[0], said.words[1])
        self.init(
            environment: Word.decoded(place[..<slash]),
            app: Word.decoded(place[place.index(after: slash)...]), gate: gate, reason: reason)
    }

    /// Those of a commit, in order, where lines for programs stand.
    public static func all(in commit: Commit) -> [OverrideTrailer] {
        commit.trailerLines.compactMap { OverrideTrailer(line: $0) }
    }
}
