import Answers
import Delivery
import Git
import Glibc
import Ledger
import Manifests
import System
import Terminal

/// What a command works with: its options, where its output goes, and what is around it.
final class Context {
    let options: GlobalOptions
    /// The answer.
    let output: Output
    /// Everything else: notes, warnings, questions, progress.
    let errors: Output

    /// One moment for all of a run.
    let now: Timestamp
    /// Which repository of a fleet it is; nil where it is the one that was asked.
    private let name: String?
    private let told: ToldNotes

    init(_ options: GlobalOptions) throws {
        self.options = options
        (now, name, told) = (Timestamp.now, nil, ToldNotes())
        output = Output(descriptor: STDOUT_FILENO, color: options.color)
        errors = Output(descriptor: STDERR_FILENO, color: options.color)
        if let directory = options.directory, unsafe chdir(directory) != 0 {
            throw SystemError.system("cannot change to '\(directory)'")
        }
    }

    /// One repository of a fleet, asked for another context, which says what this one has to say.
    init(of repository: Repository, named name: String, in fleet: Context, told: ToldNotes) {
        var options = fleet.options
        (options.directory, options.config) = (nil, nil)
        self.options = options
        (now, self.name, self.told) = (fleet.now, name, told)
        (output, errors) = (fleet.output, fleet.errors)
        opened = repository
    }

    private var opened: Repository?

    /// The repository around the current folder, opened when it is first wanted.
    var repository: Repository {
        get throws(GitError) {
            if let opened { return opened }
            let repository = try Repository.discover()
            opened = repository
            return repository
        }
    }

    private var loaded: LoadedConfiguration?
    private var places: KnownPlaces?
    private let cache = FileCache()

    /// The newest commits of branches that this clone knows.
    private func knownPlaces() throws -> KnownPlaces {
        if let places { return places }
        let places = KnownPlaces(try repository)
        self.places = places
        return places
    }

    /// Where gx.yaml is looked for.
    func configurationSource() throws -> ConfigurationSource {
        ConfigurationSource(try repository, resolver: try knownPlaces(), cache: cache)
    }

    /// gx.yaml as commands that read take it, or what was detected in its place.
    func configuration() throws -> LoadedConfiguration {
        if let loaded { return loaded }
        let loaded = try configurationSource().forReading(named: options.config)
        self.loaded = loaded
        return loaded
    }

    /// The fleet that the gx.yaml here names; nil where it is of one repository.
    func fleet() throws -> (fleet: Fleet, home: Fleet.Home)? {
        do {
            _ = try configuration()
            return nil
        } catch ManifestsError.ofFleet {
            return try fleet(in: try? repository)
        } catch let error as GitError {
            // A plain folder may hold one, too.
            guard case .notARepository = error, let found = try fleet(in: nil) else { throw error }
            return found
        }
    }

    private func fleet(in repository: Repository?) throws -> (fleet: Fleet, home: Fleet.Home)? {
        if let repository, options.config == nil {
            let loaded = try configurationSource().written()
            return loaded?.configuration.fleet.map {
                let root = repository.workTree ?? repository.gitDirectory
                return (
                    $0, Fleet.Home(file: ConfigurationSource.fileName, folder: root, repository: repository)
                )
            }
        }
        let file = options.config ?? ConfigurationSource.fileName
        guard let bytes = try readFile(file, mayBePipe: options.config != nil),
            let fleet = try Configuration(parsing: bytes, file: file).fleet
        else { return nil }
        let folder = file.contains("/") ? String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]) : "."
        let home = Fleet.Home(
            file: file, folder: folder.isEmpty ? "/" : resolvedPath(folder) ?? folder, repository: repository)
        return (fleet, home)
    }

    /// Fetches what is configured from the remote of the default branch, where there is one, and forgets what was
    /// read before.
    func refresh() throws {
        let repository = try repository
        if let remote = try repository.homeRemote(of: repository.defaultBranch ?? "main") {
            try repository.fetch(from: remote)
        }
        (loaded, places, read, traced) = (nil, nil, nil, nil)
    }

    private var read: Estate?

    /// The environments and apps of the repository, read when they are first wanted.
    var estate: Estate {
        get throws {
            if let read { return read }
            let estate = try Estate(configuration().configuration, resolver: knownPlaces(), cache: cache)
            read = estate
            return estate
        }
    }

    private var past: [Moment: Estate] = [:]

    /// The environments and apps as they were at a moment, by today's gx.yaml.
    func estate(at moment: Moment?) throws -> Estate {
        guard let moment, moment.when != .now else { return try estate }
        var key = moment
        // A time is the same for all environments, a number of deployments is not.
        if case .date = moment.when { key.environment = "" }
        if let known = past[key] { return known }
        let estate = try Estate(
            configuration().configuration, resolver: places(at: moment), cache: cache)
        past[key] = estate
        return estate
    }

    /// Says where places stand, or stood at a moment.
    func places(at moment: Moment?) throws -> any PlaceResolver {
        guard let moment, moment.when != .now else { return try knownPlaces() }
        return try ledger().places(
            at: moment, of: environments(meantBy: moment), in: repository, knownPlaces())
    }

    /// The environments that a moment's name stands for; none where it has no name.
    func environments(meantBy moment: Moment) throws -> Set<String> {
        guard !moment.environment.isEmpty else { return [] }
        return try environmentOrder().members(of: moment.environment, ledger())
    }

    /// The environments that there are, or were at a moment, in the order of gx.yaml.
    func environments(at moment: Moment? = nil) throws -> [Environment] {
        let configuration = try configuration().configuration
        return configuration.declaresEnvironments
            ? configuration.environments.map(\.environment) : try estate(at: moment).environments
    }

    /// The environments that there are, in order, and their groups.
    func environmentOrder() throws -> EnvironmentOrder {
        try EnvironmentOrder(configuration().configuration, environments())
    }

    private var traced: Ledger?

    /// All deployments, read when they are first wanted. It may take a while the first time.
    ///
    /// - Parameter isUrgent: Where history is long and has not been read yet, the newest commits will do.
    func ledger(isUrgent: Bool = false) throws -> Ledger {
        if let traced, isUrgent || !traced.isTipAlone { return traced }
        let repository = try repository
        if repository.isShallow, try configuration().configuration.layouts.contains(where: \.place.isDefault)
        {
            try SharedLedger.ask(for: knownPlaces().tip(of: Place()))
        }
        var shown: Progress?
        let ledger = try Ledger(
            configuration().configuration, resolver: knownPlaces(), in: repository,
            patience: isUrgent ? 100 : .max
        ) { [self] done, total in
            if shown == nil { shown = progress("reading history", total: total) }
            shown?.advance(to: done)
        }
        shown?.finish()
        ledger.evidence = Evidence(try configuration().configuration, in: repository)
        traced = ledger
        try warnOfLostFiles(ledger)
        return ledger
    }

    /// The promotions to some environments that wait on branches of their own.
    func openPromotions(to environments: [Environment]) throws -> [OpenPromotion] {
        let repository = try repository
        let isPossible =
            try OpenPromotion.isAny(in: repository)
            || configuration().configuration.layouts.contains { $0.place.proposed != nil }
        // Most often there are none, and the files need not be read.
        return isPossible ? try OpenPromotion.all(for: environments, in: repository, estate: estate) : []
    }

    /// Says what was assumed where there is no gx.yaml.
    func noteAssumptions() throws {
        guard case .detected(let summary) = try configuration().origin else { return }
        try note("gx: \("assumed:", .emphasis) \(summary); 'gx init' writes it down")
    }

    /// Tells something that is not the answer, unless `--quiet`; where several repositories have it to say, once.
    func note(_ line: Text, ofAll isCommon: Bool = false) throws {
        guard !options.quiet, !isCommon || told.insert(line.raw) else { return }
        try tell(isCommon ? line : lead + line)
    }

    /// Whose words follow.
    private var lead: Text { name.map { "\($0, .emphasis): " } ?? "" }

    /// Tells something that the user should look at; `--quiet` does not silence it.
    func warn(_ line: Text) throws {
        try tell("gx: \("warning:", .warning) \(lead)\(line)")
    }

    /// Tells why an answer may lack something, each reason once.
    func warn(of gaps: [Gap]) throws {
        var told: Set<Gap> = []
        for gap in gaps where told.insert(gap).inserted {
            try warn("cannot tell all of it: \(gap.description)")
        }
    }

    /// Tells that an answer may lack what came before the history that this clone has.
    func warnOfMissingHistory() throws {
        try warn("cannot tell all of it: this clone does not have all of history; \(GitError.unshallow)")
    }

    /// Says what could not be read and was left out, and how to end: who depends on it can't tell.
    func tellDamage(_ status: ExitStatus, _ dependence: Dependence) throws -> ExitStatus {
        let all = Damage.met
        for damage in all.prefix(5) { try warn("left out: \(damage.what): \(damage.reason)") }
        if all.count > 5 { try warn("left out: \(all.count - 5) objects more that are missing or damaged") }
        guard !all.isEmpty else { return status }
        try note("'git fsck' tells what is damaged; a fetch from a whole clone brings it back")
        let isNow = all.contains { !$0.isPast }
        return switch dependence {
        case .everything: .cannotTell
        case .present: isNow ? .cannotTell : status
        case .named: isNow && status != .done ? .cannotTell : status
        }
    }

    /// Shows a table that is not the answer, unless `--quiet`.
    func note(_ table: Table) throws {
        guard !options.quiet else { return }
        try tell { try errors.print(table) }
    }

    private func tell(_ line: Text) throws {
        try tell { try errors.print(line) }
    }

    /// Output comes first, so that the two streams read in the order in which they were written.
    private func tell(_ print: () throws -> Void) throws {
        try output.flush()
        try print()
        try errors.flush()
    }

    /// A line about long work that is under way.
    func progress(_ label: Text, total: Int? = nil) -> Progress {
        let screen = options.quiet ? Screen(isTerminal: false, width: nil, color: false) : errors.screen
        return Progress(label, total: total, on: screen) { [errors] in errors.draw($0) }
    }

    /// A line about what is being waited for.
    var ticker: Ticker {
        Ticker(on: errors.screen) { [self] in if !options.quiet { errors.draw($0) } }
    }

    /// Questions to the user; where nobody can be asked, it is not available.
    var prompt: Prompt {
        Prompt(on: errors.screen) { [errors] in errors.draw($0) }
    }
}

/// What has been told already.
final class ToldNotes {
    private var lines: Set<String> = []

    /// False where it was told before.
    func insert(_ line: String) -> Bool { lines.insert(line).inserted }
}
