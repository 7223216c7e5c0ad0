/// Tells the environments of applications from what says something of them, the strongest first: what is said
/// outright, the cluster, and only then words in the names of folders, projects and namespaces.
struct EnvironmentSigns {
    struct Signs {
        typealias Sign = (name: String, evidence: String)
        /// A parameter or label that is called `env`.
        var said: Sign?
        /// Where it is deployed.
        var cluster: Sign?
        /// The folder of a source that is one of several environments: `overlays/prod-eu`.
        var overlay: Sign?
        /// Folders, innermost first, each of which may be called like a stage.
        var words: [(names: [String], evidence: String)] = []
        /// Names that a stage's word may be a part of.
        var named: [Sign] = []
    }

    private var found: [Signs.Sign?] = []
    /// How each stage is called here.
    private var names: [Stage: String] = [:]
    private(set) var isSingle = false

    init(_ all: [Signs]) {
        let clusters = Set(all.compactMap(\.cluster?.name)).subtracting(Self.local)
        // Environments are told from names where these tell several.
        let staged = all.map { Self.staged($0) }
        for sign in staged { note(sign?.name) }
        let isStaged =
            Set(staged.compactMap { $0.map { name(of: $0.name) } }).count > 1
            && staged.count { $0 != nil } * 2 >= all.count
        for (signs, staged) in zip(all, staged) {
            let isLocal = signs.cluster.map { Self.local.contains($0.name) } ?? false
            if let said = signs.said {
                found.append(said)
            } else if clusters.count > 1, isLocal, let folder = Self.folder(signs) {
                // The cluster of Argo CD is called the same everywhere, which says less than a stage's folder.
                found.append((name(of: folder.name), folder.evidence))
            } else if clusters.count > 1, let cluster = signs.cluster {
                found.append(cluster)
            } else if isStaged, let staged {
                found.append((name(of: staged.name), staged.evidence))
            } else if let cluster = signs.cluster, !Self.local.contains(cluster.name) || !isStaged {
                found.append(cluster)
            } else {
                found.append(nil)
            }
        }
        // Nothing tells any: all of it is one environment.
        if found.allSatisfy({ $0 == nil || Self.local.contains($0?.name ?? "") }) {
            isSingle = true
            found = all.map { _ in
                ("in-cluster", "everything is deployed to the cluster that Argo CD runs in")
            }
        }
    }

    /// The cluster that Argo CD itself runs in.
    private static let local: Set<String> = ["in-cluster"]

    subscript(index: Int) -> Signs.Sign? { found[index] }

    /// Strips the environment from an application's name, so that it is the same in each: `cart-dev` is `cart`.
    func appName(_ name: String, in environment: String) -> String {
        guard !isSingle else { return name }
        if let bare = EnvironmentName.taken(environment, outOf: name) { return bare }
        var words = name.split(separator: "-").map(String.init)
        guard let stage = StagedName(environment).stage, words.count > 1,
            let index = words.lastIndex(where: { Stage.byWord[$0.lowercased()] == stage })
        else { return name }
        words.remove(at: index)
        return words.joined(separator: "-")
    }

    private mutating func note(_ name: String?) {
        guard let name, let stage = Stage.byWord[name.lowercased()], names[stage] == nil else { return }
        names[stage] = name
    }

    private func name(of name: String) -> String {
        Stage.byWord[name.lowercased()].flatMap { names[$0] } ?? name
    }

    /// What folders say of the stage.
    private static func folder(_ signs: Signs) -> Signs.Sign? {
        if let overlay = signs.overlay { return overlay }
        for (names, evidence) in signs.words {
            if let name = names.first(where: { StagedName($0).isEnvironment && !StagedName.isRegion($0) }) {
                return (name, evidence)
            }
        }
        return nil
    }

    /// What folders or names say of the stage.
    private static func staged(_ signs: Signs) -> Signs.Sign? {
        if let folder = folder(signs) { return folder }
        for (name, evidence) in signs.named {
            let words = name.split { $0 == "-" || $0 == "_" || $0 == "." }.map(String.init)
            if let word = words.last(where: { Stage.byWord[$0.lowercased()] != nil }) {
                return (word, evidence)
            }
        }
        return nil
    }
}
