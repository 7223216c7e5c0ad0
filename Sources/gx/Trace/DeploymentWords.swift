import Git
import Ledger
import Terminal

/// Deployments in words for people who do not read Git.
extension Deployment {
    /// What it was.
    var words: String {
        switch kind {
        case .initial: basis == .horizon ? "there before history begins here" : "first deployment"
        case .forward: "new version"
        case .promotion: "promoted from \(source ?? "elsewhere")"
        case .rollback: basis == .revert ? "rolled back (git revert)" : "rolled back"
        case .race: "undone at once"
        case .configuration: "configuration"
        case .removal: "removed"
        }
    }

    /// Who made it: the author, without the address.
    var who: String { author.firstRange(of: " <").map { String(author[..<$0.lowerBound]) } ?? author }

    /// The version that people mean after it; `–` where nothing says one.
    var version: String { after.map { Pinned.version(of: $0, app: app) } ?? "–" }
    var versionBefore: String { before.map { Pinned.version(of: $0, app: app) } ?? "–" }
}

extension Pinned {
    /// The version of the artifact that is called like the app, else of the first; `+n` for so many others.
    static func version(of pins: [Pinned], app: String) -> String {
        let name = app.split(separator: "/").last ?? ""
        func rank(_ pin: Pinned) -> Int {
            let short = pin.artifact.split(separator: "/").last ?? ""
            return short == name ? 0 : short.contains(name) ? 1 : 2
        }
        guard let main = pins.min(by: { rank($0) < rank($1) }) else { return "–" }
        let others = Set(pins.map(\.version)).subtracting([main.version]).count
        // A digest beside a tag says nothing to people.
        let text = main.version.firstIndex(of: "@").map { String(main.version[..<$0]) } ?? main.version
        return others == 0 ? text : "\(text) +\(others)"
    }
}

/// A moment to the minute, in the zone of this machine: `2026-03-01 09:30`.
func minute(_ time: Timestamp) -> String {
    String(Timestamp.local(time.seconds).description.prefix(16)).replacing("T", with: " ")
}

/// `2026-03-01`, in the same zone.
func day(_ time: Timestamp) -> String { String(minute(time).prefix(10)) }
