import ArgumentParser
import Git
import Ledger
import Manifests
import System

@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gx-bench", abstract: "Measure gx beside programs that users know.",
        subcommands: [Compare.self, Generate.self, Index.self], defaultSubcommand: Compare.self)
}

struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write a repository with a long history.")

    @Argument(help: "A folder that does not exist yet.", completion: .directory) var folder: String
    @Option(help: "First-parent commits.") var commits = 125_000
    @Option(help: "Apps; each has a file in five environments.") var apps = 120

    func run() throws { try SampleHistory(commits: commits, apps: apps).write(to: folder) }
}

struct Index: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Derive the ledger of a repository.")

    @Argument(help: "The repository.", completion: .directory) var folder: String
    @Option(help: "Its gx.yaml, where it has none.", completion: .file()) var config: String?
    @Flag(help: "Keep an index.") var keep = false

    func run() throws {
        let repository = try Repository.discover(from: folder)
        let start = ContinuousClock.now
        let bytes = try readFile(config ?? folder + "/gx.yaml") ?? []
        let configuration = try Configuration(parsing: bytes)
        let ledger = try Ledger(
            configuration, resolver: KnownPlaces(repository), in: repository, index: keep)
        let seconds = start.duration(to: .now)
        print("\(ledger.count) deployments of \(ledger.series.count) apps in \(seconds)")
        var kinds: [Deployment.Kind: Int] = [:]
        for number in 0..<ledger.count { kinds[ledger[number].kind, default: 0] += 1 }
        for kind in Deployment.Kind.allCases { print("\(kind): \(kinds[kind] ?? 0)") }
    }
}
