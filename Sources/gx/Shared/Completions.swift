import ArgumentParser
import Manifests

/// What shells offer for arguments that name something in the repository.
extension CompletionKind {
    /// The names of environments and of groups of them.
    static let environments = names { estate in
        estate.environments.flatMap { [$0.name] + ($0.group.map { [$0] } ?? []) }
    }

    /// The names of apps.
    static let apps = names { estate in
        try estate.units.flatMap { unit in try unit.name.map { [$0] } ?? estate.apps(of: unit).map(\.app) }
    }

    private static func names(_ names: @escaping @Sendable (Estate) throws -> [String]) -> CompletionKind {
        .custom { words, _, _ in
            // While somebody types, nothing to offer is the only way to say that something is wrong.
            guard let context = try? Context(globalOptions(in: words)), let names = try? names(context.estate)
            else { return [] }
            return Set(names).sorted()
        }
    }

    /// The global options of a command line that is not complete yet.
    private static func globalOptions(in words: [String]) throws -> GlobalOptions {
        let pairs = zip(words, words.dropFirst()).filter { GlobalOptions.withValue.contains($0.0) }
        return try GlobalOptions.parse(pairs.flatMap { [$0.0, $0.1] })
    }
}
