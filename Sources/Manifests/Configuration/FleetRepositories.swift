public import Git
internal import Glibc
internal import Synchronization
internal import System

/// Opens the repositories of a fleet, each so that nothing in it runs (docs/trust.md): what paths name as it is, and of
/// what URLs name a bare clone in the user's cache folder.
public struct FleetRepositories {
    private let boundary: RepositoryBoundary
    private let environment: ProcessEnvironment
    private let cache: String?

    /// How many are fetched at a time: they wait for the network, and not for this machine.
    private static let width = 8

    public init(_ home: Fleet.Home) {
        boundary = RepositoryBoundary(home.repository, folder: home.folder)
        // Several ask at once, so that nobody could tell who asks for a password.
        environment = (home.repository?.environment ?? ProcessEnvironment()).withoutRepository.setting([
            "GIT_QUARANTINE_PATH": nil, "GIT_TERMINAL_PROMPT": "0",
        ])
        let base = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        cache = base ?? environment["HOME"].map { $0 + "/.cache" }
    }

    /// - Throws: `GitError.notARepository` where there is none.
    public func open(_ member: Fleet.Member) throws -> Repository {
        if member.isURL { return try Self.clone(of: member.address, at: try path(of: member), environment) }
        let folder = boundary.folder(member.address)
        guard unsafe access(folder, F_OK) == 0 else {
            throw GitError.notARepository(message: "there is no folder \(member.address)")
        }
        let found = try Repository.discover(from: folder, environment: environment)
        if let problem = boundary.problem(with: found, named: member.address) {
            throw GitError.notTrusted(message: problem)
        }
        return try found.guarded()
    }

    /// Brings the clones of those that URLs name to where their remotes are, several at once.
    ///
    /// - Parameter progress: Told how many are there, while it waits.
    /// - Returns: Of each that was not reached, why.
    public func fetch(
        _ members: [Fleet.Member], progress: (Int) -> Void
    ) throws -> [Fleet.Member: any Error] {
        let members = members.filter(\.isURL)
        let jobs = try members.map { (url: $0.address, path: try path(of: $0)) }
        let work = Work(jobs.count)
        let environment = environment
        var threads: [BackgroundThread] = []
        for _ in 0..<min(Self.width, jobs.count) {
            threads.append(
                try BackgroundThread {
                    while let number = work.next() {
                        let job = jobs[number]
                        work.end(
                            number,
                            Result { () throws(GitError) in
                                try Self.clone(of: job.url, at: job.path, environment).mirror(
                                    notesUnder: "refs/notes/gx/")
                            })
                    }
                })
        }
        while work.done < jobs.count {
            progress(work.done)
            usleep(20_000)
        }
        threads = []
        var failures: [Fleet.Member: any Error] = [:]
        for (member, result) in zip(members, work.results) {
            if case .failure(let error)? = result { failures[member] = error }
        }
        return failures
    }

    private func path(of member: Fleet.Member) throws -> String {
        guard let cache else {
            throw GitError.notARepository(
                message: "there is no cache folder: neither XDG_CACHE_HOME nor HOME is set")
        }
        return "\(cache)/gx/repositories/\(try ObjectID.hash(ofBlob: Array(member.address.utf8))).git"
    }

    private static func clone(
        of url: String, at path: String, _ environment: ProcessEnvironment
    ) throws(GitError) -> Repository {
        try Repository.bareClone(of: url, at: path, environment: environment).guarded()
    }
}

/// Numbered jobs that threads share.
private final class Work: Sendable {
    private struct State {
        var next = 0
        var done = 0
        var results: [Result<Void, GitError>?]
    }

    private let state: Mutex<State>
    private let count: Int

    init(_ count: Int) {
        self.count = count
        state = Mutex(State(results: Array(repeating: nil, count: count)))
    }

    func next() -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    func end(_ number: Int, _ result: Result<Void, GitError>) {
        state.withLock { state in
            state.results[number] = result
            state.done += 1
        }
    }

    var done: Int { state.withLock { $0.done } }
    var results: [Result<Void, GitError>?] { state.withLock { $0.results } }
}

/// A thread that can be kept in a list.
private final class BackgroundThread {
    private let thread: Thread

    init(_ body: @escaping @Sendable () -> Void) throws(SystemError) { thread = try Thread(body) }
}
