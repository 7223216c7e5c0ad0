import Git
import Ledger
import System
import Terminal

/// Deployments in words for people who do not read Git.
extension Deployment {
    /// What it was.
    var words: String { words(from: source ?? "elsewhere") }

    /// What it was, with the environments that a promotion came from.
    func words(from source: String) -> String {
        switch kind {
        case .initial: basis == .horizon ? "there before history begins" : "first deployment"
        case .forward: "new version"
        case .promotion: "promoted from \(source)"
        case .rollback: "rolled back"
        case .race: "undone at once"
        case .configuration: "configuration"
        case .removal: "removed"
        }
    }

    /// Who made it: the author, and the committer where that is somebody else; a host is said to be one.
    var who: String {
        let name = { (person: String) in
            person.firstRange(of: " <").map { String(person[..<$0.lowerBound]) } ?? person
        }
        if committer == author { return name(author) }
        return host.map { "\(name(author)) via \($0)" } ?? "\(name(author)), by \(name(committer))"
    }

    /// How its kind is known.
    var basisWords: String {
        switch basis {
        case .inferred: "inferred"
        case .declared: "declared"
        case .revert: "git revert"
        case .horizon: "history ends"
        }
    }

    /// The version that people mean after it; `–` where nothing says one.
    var version: String { after.map { Pinned.version(of: $0, app: app) } ?? "–" }
    var versionBefore: String { before.map { Pinned.version(of: $0, app: app) } ?? "–" }
    /// The same with all digits of a commit, for programs.
    var exactVersion: String { after.map { Pinned.version(of: $0, app: app, isExact: true) } ?? "–" }
    var exactVersionBefore: String { before.map { Pinned.version(of: $0, app: app, isExact: true) } ?? "–" }
}

extension Pinned {
    /// The version of the artifact that is called like the app, else of the first; `+n` for so many others.
    static func version(of pins: [Pinned], app: String, isExact: Bool = false) -> String {
        guard let main = main(of: pins, app: app) else { return "–" }
        let others = Set(pins.map(\.version)).subtracting([main.version]).count
        let text = isExact ? tag(of: main.version) : short(main.version)
        return others == 0 ? text : "\(text) +\(others)"
    }

    static func main(of pins: [Pinned], app: String) -> Pinned? {
        let name = app.split(separator: "/").last ?? ""
        func rank(_ pin: Pinned) -> Int {
            let short = pin.artifact.split(separator: "/").last ?? ""
            return short == name ? 0 : short.contains(name) ? 1 : 2
        }
        return pins.min { rank($0) < rank($1) }
    }

    /// A version as people write it: a digest beside a tag says nothing to them, and of a hash the beginning is
    /// enough.
    static func short(_ version: String) -> String {
        let text = tag(of: version)
        if text.utf8.count == 40, ObjectID(hex: text) != nil { return String(text.prefix(9)) }
        return text.hasPrefix("sha256:") ? String(text.prefix(16)) : text
    }

    private static func tag(of version: String) -> String {
        version.firstIndex(of: "@").map { $0 == version.startIndex ? version : String(version[..<$0]) }
            ?? version
    }
}

/// A moment to the minute, in the zone of this machine: `2026-03-01 09:30`.
func minute(_ time: Timestamp) -> String {
    String(Timestamp.local(time.seconds).description.prefix(16)).replacing("T", with: " ")
}

/// `2026-03-01`, in the same zone.
func day(_ time: Timestamp) -> String { String(minute(time).prefix(10)) }
