import ArgumentParser
import Delivery
import Git
import Ledger
import Manifests
import Terminal

/// Exchanges notes with the remote.
struct TraceSync: Command {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Fetch and push records; get history that is missing.",
        examples: [
            "gx trace sync": "fetch and push records",
            "gx trace sync --unshallow": "get history that is missing, too",
            "gx trace sync --host": "record what the host knows of deployments, too",
            "gx -C manifests trace sync": "in another folder",
        ],
        discussion: """
            Records of both sides are united, and whoever pushes at the same time loses nothing. Notes of Argo CD's \
            hydrator and of gitops-promoter are fetched, too. The remote's refs/gx/ledger is brought up to date, from \
            which clones of one commit know what is held, and since when what runs has run.
            """)

    @Option(help: ArgumentHelp("The remote; by default the one that is pushed to.", valueName: "name"))
    var remote: String?

    @Flag(help: "Get the history that shallow clones lack, without files where the host can do so.")
    var unshallow = false

    @Flag(
        help:
            "Record how deployments went by the deployments and commit statuses of the host; tell it of them, too, where gx.yaml says so."
    )
    var host = false

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in context: Context) throws -> ExitStatus {
        let home = try context.repository
        if host {
            // What others have recorded meanwhile is not to be recorded anew.
            _ = try NotesSync(home, remote: remote).run()
            try record(home, context)
        }
        try sync(home, remote: remote, context: context)
        // Environments may have repositories of their own.
        if try context.configuration().configuration.layouts.contains(where: { $0.place.repository != nil }) {
            var done: Set = [home.commonDirectory]
            for repository in try context.ledger().tips.map(\.repository)
            where done.insert(repository.commonDirectory).inserted {
                if try !repository.remotes.isEmpty { try sync(repository, remote: nil, context: context) }
            }
        }
        if unshallow { try unshallowSources(context) }
        return .done
    }

    /// Takes over how deployments went from the host, and tells it of them.
    private func record(_ home: Repository, _ context: Context) throws {
        let configuration = try context.configuration().configuration
        let ledger = try context.ledger()
        guard let source = try HostOutcomes(ledger, configuration, of: home) else {
            throw Failure("there is no host that could be asked", hint: "git remote add origin URL")
        }
        let store = RecordStore(home)
        var count = 0
        for found in try source.find(ledger.outcomes(in: home), now: context.now)
        where try store.record(found.finished, of: found.commit) { count += 1 }
        try context.output.print(
            "\(source.name, .emphasis): \(count) outcome\(count == 1 ? "" : "s") recorded")
        guard let reports = try HostReports(configuration, context.estate.environments, of: home) else {
            return
        }
        for words in try reports.tell(ledger, ledger.outcomes(in: home)) { try context.warn(Text(words)) }
    }

    /// What releases contain is read from the apps' sources, as far as they are here.
    private func unshallowSources(_ context: Context) throws {
        let repositories = Repositories(try context.repository)
        let names = try context.configuration().configuration.apps.values.compactMap(\.repository)
        for name in Set(names).sorted() {
            guard let source = try? repositories[name], source.isShallow,
                let remote = try source.remotes.first
            else { continue }
            try source.unshallow(from: remote, withoutFiles: true)
            try context.output.print("\(name, .emphasis): history is complete now")
        }
    }

    private func sync(_ repository: Repository, remote: String?, context: Context) throws {
        let sync = try NotesSync(repository, remote: remote)
        if unshallow, repository.isShallow {
            try repository.unshallow(from: sync.remote, withoutFiles: true)
            try context.output.print("\(sync.remote, .emphasis): history is complete now")
        }
        try context.output.print(sync.summary(try sync.run()))
        do { _ = try LedgerTelling(repository, remote: sync.remote).run() } catch {
            // Records have come and gone all the same.
            try context.warn("refs/gx/ledger of \(sync.remote) stays as it is: \("\(error)")")
        }
    }
}
