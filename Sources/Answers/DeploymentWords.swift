import Git
public import Ledger
import Manifests

/// Deployments in words for people who do not read Git.
extension Deployment {
    /// What it was.
    public var words: String { words(from: source ?? "elsewhere") }

    /// What it was, with the environments that a promotion came from.
    public func words(from source: String) -> String {
        switch kind {
        case .initial: basis == .horizon ? "there before history begins" : "first deployment"
        case .forward: "new version"
        case .promotion: "promoted from \(source)"
        case .rollback: "rolled back"
        case .race: "undone at once"
        case .configuration: "configuration"
        case .removal:
            after == nil
                ? "removed"
                : headline?.after == nil ? "\(headline?.shortName ?? "one") removed" : "override removed"
        case .repair: "newer version again"
        case .addition: "\(headline?.shortName ?? "one") added"
        }
    }

    /// Who made it: the author, and the committer where that is somebody else; a host is said to be one.
    public var who: String {
        let name = { (person: String) in
            person.firstRange(of: " <").map { String(person[..<$0.lowerBound]) } ?? person
        }
        if committer == author { return name(author) }
        return host.map { "\(name(author)) via \($0)" } ?? "\(name(author)), by \(name(committer))"
    }

    /// How its kind is known.
    public var basisWords: String {
        switch basis {
        case .inferred: "inferred"
        case .declared: "declared"
        case .revert: "git revert"
        case .horizon: "history ends"
        }
    }

    /// The version that it brings; `–` where nothing says one. Where that is not what people mean by the app's version,
    /// with the name of the artifact; `+n` for so many that changed besides.
    public var version: String { text(\.after, isExact: false) ?? "–" }
    public var versionBefore: String { text(\.before, isExact: false) ?? "–" }
    /// The same with all digits of a commit, for programs.
    public var exactVersion: String { text(\.after, isExact: true) ?? "–" }
    public var exactVersionBefore: String { text(\.before, isExact: true) ?? "–" }

    private func text(_ side: KeyPath<Change, String?>, isExact: Bool) -> String? {
        guard let headline else {
            // Nothing changed in it but configuration.
            return main.map { isExact ? Pinned.tag(of: $0.version) : Pinned.short($0.version) }
        }
        guard let version = headline[keyPath: side] else { return nil }
        var text = isExact ? Pinned.tag(of: version) : Pinned.short(version)
        if let before = headline.before, let after = headline.after, before != after,
            Pinned.tag(of: before) == Pinned.tag(of: after)
        {
            // A digest that alone changes is what there is to tell them by.
            let texts = Version.short(Version(before), Version(after))
            text = isExact ? version : version == after ? texts.new : texts.old
        }
        let isMain = main == nil || headline.artifact == main?.artifact
        let others = changes.count - 1
        return (isMain ? "" : "\(headline.shortName) ") + text + (others > 0 ? " +\(others)" : "")
    }
}

extension Deployment.Change {
    /// The artifact as people call it.
    public var shortName: String { named.shortName }
}

extension Pinned {
    /// A version as people write it: a digest beside a tag says nothing to them, and of a hash the beginning is
    /// enough.
    public static func short(_ version: String) -> String {
        let text = tag(of: version)
        if text.utf8.count == 40, ObjectID(hex: text) != nil { return String(text.prefix(9)) }
        return text.hasPrefix("sha256:") ? String(text.prefix(16)) : text
    }

    public static func tag(of version: String) -> String {
        version.firstIndex(of: "@").map { $0 == version.startIndex ? version : String(version[..<$0]) }
            ?? version
    }
}
