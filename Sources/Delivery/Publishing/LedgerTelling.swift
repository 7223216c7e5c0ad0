public import Git
public import Ledger
public import Manifests
internal import System

/// Tells a remote what clones without history are to be told, for what others have pushed without gx.
public struct LedgerTelling {
    public enum Outcome: Hashable, Sendable {
        /// It speaks of this commit now.
        case told(ObjectID)
        /// There was nothing to do: it did, or somebody else was faster, or this clone does not know enough.
        case nothing
    }

    private let repository: Repository
    private let remote: String

    public init(_ repository: Repository, remote: String) {
        (self.repository, self.remote) = (repository, remote)
    }

    /// - Throws: `GitError.remoteFailed` where the remote refuses it.
    public func run() throws -> Outcome {
        let timeout = try TimeLimits(repository).network
        let places = FetchedPlaces(repository, for: .remote, timeout: timeout)
        guard try places.address(of: Place()).remote == remote else { return .nothing }
        try repository.fetch(beside: SharedLedger.ref, from: remote, timeout: timeout)
        let tracking = Repository.tracking(SharedLedger.ref, of: remote)
        let before = try repository.reference(tracking)
        let scene = try FetchedEstate(places, in: repository)
        let told = try SharedLedger.write(
            scene.configuration, at: scene.tip, resolver: places, patience: .max)
        guard let told else { return .nothing }
        if let before, repository.contains(before),
            try repository.commit(before).tree == repository.commit(told).tree
        {
            return .nothing
        }
        // Who has pushed meanwhile knows more.
        let update = PushUpdate(SharedLedger.ref, to: told, expecting: .exactly(before))
        let result = try repository.push([update], to: remote, isAtomic: false, timeout: timeout)
        switch result.outcome {
        case .landed where result.landed(update.name):
            try repository.update(tracking, to: told, expecting: before, log: "gx: push")
            return .told(scene.tip.commit)
        case .moved, .locked: return .nothing
        default:
            let words = result.lines.first { !$0.landed }?.summary ?? "no reason given"
            throw GitError.remoteFailed(
                remote: remote, message: result.message.isEmpty ? words : result.message)
        }
    }
}

extension SharedLedger {
    /// What a remote tells a shallow clone of the history that it lacks.
    ///
    /// - Parameter asks: Whether the remote is to be asked where it has not been.
    static func told(to tip: Tip, asks: Bool, timeout: Duration) throws -> SharedLedger? {
        guard tip.repository.isShallow else { return nil }
        if let told = try SharedLedger(at: tip) { return told }
        do {
            if asks, let remote = try tip.remote {
                try tip.repository.fetch(beside: ref, from: remote, timeout: timeout)
            }
            // What others have pushed since is mostly little.
            for count in [100, 1000] where try isFar(from: tip, under: count) {
                guard let remote = try tip.remote else { break }
                // A checkout of a pull request is on no branch.
                let name = try tip.remoteBranch.map { "refs/heads/\($0.branch)" } ?? "\(tip.commit)"
                try tip.repository.deepen(name, by: count, from: remote, timeout: timeout)
                if let told = try SharedLedger(at: tip) { return told }
            }
        } catch is GitError {
            // Whoever can't do without is told what is missing.
            return nil
        }
        return try SharedLedger(at: tip)
    }

    /// Asks for what a shallow clone is to be told, for who only reads: once, as long as nothing is kept of what it has.
    public static func ask(for tip: Tip) throws {
        let timeout = try TimeLimits(tip.repository).network
        _ = try told(to: tip, asks: !tip.repository.hasIndex, timeout: min(timeout, .seconds(10)))
    }
}

extension Tip {
    /// The remote that it is of; nil where there is none.
    var remote: String? {
        get throws {
            for remote in try repository.remotes where ref.hasPrefix("refs/remotes/\(remote)/") {
                return remote
            }
            let local = "refs/heads/"
            // A checkout without a branch, as CI makes it, is of the only remote.
            return ref.hasPrefix(local)
                ? try repository.homeRemote(of: String(ref.dropFirst(local.count)))
                : try repository.remotes.first
        }
    }

    /// The branch of a remote that it is of; nil where there is none.
    var remoteBranch: (remote: String, branch: String)? {
        get throws {
            let (local, tracking) = ("refs/heads/", "refs/remotes/")
            if ref.hasPrefix(local) {
                let branch = String(ref.dropFirst(local.count))
                return try repository.homeRemote(of: branch).map { ($0, branch) }
            }
            for remote in try repository.remotes where ref.hasPrefix("\(tracking)\(remote)/") {
                return (remote, String(ref.dropFirst(tracking.count + remote.count + 1)))
            }
            return nil
        }
    }
}
