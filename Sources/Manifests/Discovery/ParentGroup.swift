/// A place in the tree of folders.
protocol Placed {
    var components: [String] { get }
}

extension FolderLayouts.Parent: Placed {
    var components: [String] { folder.components }
}

private struct GroupKey: Hashable {
    /// The first folder of the path.
    var root: String
    /// The last, where its name says that environments are in it.
    var tail: String?
}

/// Folders of one shape, and the pattern that describes them: `apps/api/overlays` and `apps/web/overlays` are
/// `apps/{app}/overlays`.
struct ParentGroup<Member: Placed> {
    let members: [Member]
    /// Without the last slash; empty at the root.
    let pattern: String
    /// Whether the pattern captures an app.
    let hasApps: Bool
    /// Whether a folder's name says that environments are in it.
    let isExplicit: Bool
    /// Whether that name stands behind others: `apps/{app}/overlays`.
    let hasTail: Bool

    static func groups(of members: [Member]) -> [ParentGroup] {
        var order: [GroupKey] = []
        var byKey: [GroupKey: [Member]] = [:]
        for member in members {
            let components = member.components
            let isKeyword = components.last.map(FolderWord.environments.contains) ?? false
            let key = GroupKey(
                root: components.first ?? "", tail: components.count > 1 && isKeyword ? components.last : nil)
            if byKey[key] == nil { order.append(key) }
            byKey[key, default: []].append(member)
        }
        // What has a keyword in it is more exact, so it is tried first.
        let sorted = order.filter { $0.tail != nil } + order.filter { $0.tail == nil }
        return sorted.map { ParentGroup(byKey[$0] ?? [], tail: $0.tail) }
    }

    private init(_ members: [Member], tail: String?) {
        self.members = members
        hasTail = tail != nil
        let middles = members.map { member in
            tail == nil ? member.components[...] : member.components.dropLast()
        }
        var (literal, app) = Self.split(middles, hasTail: tail != nil)
        hasApps = app != nil
        isExplicit =
            tail != nil
            || (members.count == 1
                && (members[0].components.last.map(FolderWord.environments.contains) ?? false))
        if let app { literal.append(app) }
        if let tail { literal.append(tail) }
        pattern = literal.joined(separator: "/")
    }

    /// The folders that all have in common, and the captures for what differs.
    private static func split(_ paths: [ArraySlice<String>], hasTail: Bool) -> ([String], String?) {
        guard let first = paths.first else { return ([], nil) }
        if paths.count == 1 {
            let container = first.dropLast().lastIndex(where: FolderWord.apps.contains)
            guard let container = container ?? (hasTail && first.count > 1 ? first.endIndex - 2 : nil) else {
                return (Array(first), nil)
            }
            return (
                Array(first[...container]),
                capture(first.endIndex - 1 - container, first.endIndex - 1 - container)
            )
        }
        var common = 0
        let shortest = paths.map(\.count).min() ?? 0
        while common < shortest - 1,
            paths.allSatisfy({ $0.dropFirst(common).first == first.dropFirst(common).first })
        {
            common += 1
        }
        return (
            Array(first.prefix(common)), capture(shortest - common, (paths.map(\.count).max() ?? 0) - common)
        )
    }

    private static func capture(_ least: Int, _ most: Int) -> String? {
        switch (least, most) {
        case (_, 0): nil
        case (1, 1): "{app}"
        case (2, 2): "{ns}/{app}"
        default: "{app...}"
        }
    }
}
