public import Git
public import Ledger
public import Manifests

/// A promotion or rollback that waits on a branch of its own, `gx/promote/ENV/APP` or `gx/rollback/ENV/APP`: here, on
/// the remote, or both.
public struct OpenPromotion {
    /// The branch's short name.
    public let branch: String
    /// The environment or group that the branch is named after.
    public let target: String
    public let app: String
    public let commit: ObjectID
    /// What its trailers say: `Gx-Deploy: prod-eu/api 1.4.1 -> 1.4.2 from staging-eu`.
    public let changes: [Change]

    public struct Change {
        public var environment: String
        public var app: String
        public var version: String
    }

    public enum Kind: String, CaseIterable {
        case promotion, rollback

        /// By the name of its branch.
        public init(ofBranch branch: String) {
            self = branch.hasPrefix(Self.rollback.prefix) ? .rollback : .promotion
        }

        var prefix: String {
            switch self {
            case .promotion: "gx/promote/"
            case .rollback: "gx/rollback/"
            }
        }
    }

    public var kind: Kind { Kind(ofBranch: branch) }

    static let prefixes = Kind.allCases.map(\.prefix)

    /// Those whose commits are not yet part of the branch that they are meant for.
    ///
    /// - Parameter environments: those that are asked about.
    public static func all(
        for environments: [Environment], in repository: Repository, estate: Estate
    ) throws -> [OpenPromotion] {
        var tips: [String: ObjectID] = [:]
        let remote = try repository.references(under: "refs/remotes/")
        for prefix in prefixes {
            for reference in try repository.references(under: "refs/heads/" + prefix) {
                tips[String(reference.name.dropFirst("refs/heads/".count))] = reference.target
            }
            // What was pushed counts: a local branch may be of an earlier run.
            for reference in remote {
                guard let slash = reference.name.firstRange(of: "/" + prefix)?.lowerBound else { continue }
                tips[String(reference.name[slash...].dropFirst())] = reference.target
            }
        }
        let promoted = try tips.sorted { $0.key < $1.key }.compactMap { name, tip in
            try OpenPromotion(branch: name, at: repository.commit(tip), estate, repository)
        }
        return try promoted + environments.compactMap { try OpenPromotion(proposedFor: $0, estate) }
    }

    /// What a hydrator has prepared for an environment that is a branch.
    private init?(proposedFor environment: Environment, _ estate: Estate) throws {
        let places = try estate.units.filter { $0.environment == environment.name }.map(\.place)
        guard let place = places.first, let proposed = place.proposed,
            try estate.branches(of: place.repository).contains(proposed)
        else { return nil }
        let tip = try estate.tip(of: Place(repository: place.repository, branch: proposed))
        let tree = try tip.repository.commit(tip.commit).tree
        let current = try estate.tip(of: place)
        guard try tree != current.repository.commit(current.commit).tree else { return nil }
        branch = proposed
        target = environment.name
        app = ""
        commit = tip.commit
        changes = try estate.apps(in: environment.name, at: place, tree: tree).flatMap { app in
            app.versions.map { Change(environment: environment.name, app: app.app, version: $0.description) }
        }
    }

    private init?(branch: String, at commit: Commit, _ estate: Estate, _ repository: Repository) throws {
        guard let prefix = Self.prefixes.first(where: branch.hasPrefix) else { return nil }
        let parts = branch.dropFirst(prefix.count).split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        self.branch = branch
        self.commit = commit.id
        let (target, app) = (String(parts[0]), String(parts[1]))
        (self.target, self.app) = (target, app)
        changes = DeployTrailer.all(in: commit).map(Change.init)
        let names = Set(changes.map(\.environment) + [target])
        let places = Set(try estate.units.filter { names.contains($0.environment) }.map(\.place))
        for place in places.isEmpty ? [Place()] : places {
            let tip = try estate.tip(of: place)
            // Where history is too short to tell, it may still be open.
            if (try? repository.isAncestor(commit.id, of: tip.commit)) ?? false { return nil }
        }
    }

    /// Whether there is a branch of a promotion at all.
    public static func isAny(in repository: Repository) throws -> Bool {
        let isProposal = { (reference: Reference) in
            prefixes.contains { reference.name.contains("/" + $0) }
        }
        return try repository.references(under: "refs/heads/gx/").contains(where: isProposal)
            || repository.references(under: "refs/remotes/").contains(where: isProposal)
    }

    /// Whether it would change what an app runs there.
    public func isOpen(for name: String, running versions: [Version], _ environment: Environment) -> Bool {
        if changes.isEmpty {
            return app == name && (target == environment.name || target == environment.group)
        }
        return changes.contains { change in
            change.environment == environment.name && change.app == name
                && !versions.contains { $0.description == change.version }
        }
    }

    /// The version that it brings, if its commit says so.
    public func version(for app: String, in environment: String) -> String? {
        changes.first { $0.app == app && $0.environment == environment }?.version
    }
}

extension [OpenPromotion] {
    /// The branch of the one that would bring something to an app in an environment.
    ///
    /// - Parameter presences: Where it is, and in which versions.
    public func branch(
        bringing presences: Presences, to environment: String, _ app: String, _ ledger: Ledger
    ) -> String? {
        guard !isEmpty else { return nil }
        let versions = ledger.versions(of: app, in: presences)
        return first {
            $0.changes.contains {
                $0.environment == environment && $0.app == app && versions.contains($0.version)
            }
        }?.branch
    }
}

extension OpenPromotion.Change {
    fileprivate init(_ trailer: DeployTrailer) {
        self.init(
            environment: trailer.environment, app: trailer.app, version: trailer.new.description)
    }
}
