import Delivery
import Git
import Manifests
import System
import Terminal
import YAML

/// Carries a command's plan to its end, and tells about it: shown before anything is written, asked about
/// on a terminal, published as the environments want it.
struct PlanDelivery {
    private let context: Context
    private let options: PublishingOptions
    private let format: TableOptions
    /// The command's name: `rollback`.
    private let command: String
    /// What is going to be done, in a word or two: `roll back`.
    private let verb: String
    private let make: (Estate) throws -> Plan
    /// What is done once all of it is there.
    var afterwards: (Publication) throws -> ExitStatus = { _ in .done }

    init(
        _ context: Context, _ options: PublishingOptions, _ format: TableOptions, command: String,
        verb: String? = nil,
        plan: @escaping (Estate) throws -> Plan
    ) {
        self.context = context
        self.options = options
        self.format = format
        self.command = command
        self.verb = verb ?? command
        make = plan
    }

    func run() throws -> ExitStatus {
        if context.options.config != nil {
            throw Failure(
                "--config is for reading: what is written follows the gx.yaml of the branch that it is written to",
                hint: "commit the change of gx.yaml first")
        }
        var publish = try wantedMode()
        while true {
            do {
                return try options.dryRun ? preview(publish) : carryOut(publish)
            } catch let stricter as StricterMode {
                // gx.yaml at the tip asks for more than the copy here.
                publish = stricter.mode
            }
        }
    }

    // MARK: How it is published

    /// What the options say, else a plain push until gx.yaml at the tip is known.
    private func wantedMode() throws -> Environment.Publish {
        options.noPush ? .commit : options.pr ? .pullRequest : .push
    }

    private func publisher(_ publish: Environment.Publish) throws -> Publisher {
        let mode: Publisher.Mode =
            switch publish {
            case .push: .push
            case .commit: .commit
            case .pullRequest:
                .pullRequest(PullRequestOptions(autoMerge: options.autoMerge, supersede: options.supersede))
            }
        let repository = try context.repository
        var publisher = Publisher(repository, mode)
        // What stays here talks to nobody.
        if publish != .commit, let setting = try repository.setting("gx.timeout") {
            guard let seconds = Int(setting), seconds > 0 else {
                throw Failure("the setting gx.timeout is not a number of seconds: '\(setting)'")
            }
            publisher.timeout = .seconds(seconds)
        }
        return publisher
    }

    /// What lasts from one plan to the next, made because others were faster.
    private final class Memory {
        let files = FileCache()
        var plan: Plan?
    }

    /// The plan on the tips as they are, by the rules that stand there.
    private func plan(_ places: FetchedPlaces, _ publish: Environment.Publish, _ memory: Memory) throws
        -> Plan
    {
        let tip = try places.tip(of: Place())
        let source = ConfigurationSource(try context.repository, resolver: places, cache: memory.files)
        let configuration = try source.forWriting(at: tip).configuration
        let holds = HoldCache()
        if configuration.layouts.contains(where: \.place.isDefault) { try holds.prepare(tip) }
        let estate = try Estate(configuration, resolver: places, cache: memory.files)
        let plan = try make(estate).withContents(in: estate, from: memory.plan).respectingHolds(holds)
        memory.plan = plan
        if !options.noPush, !options.pr {
            let wanted = plan.publish(in: estate)
            if wanted != publish { throw StricterMode(mode: wanted) }
        }
        return plan
    }

    private struct StricterMode: Error {
        var mode: Environment.Publish
    }

    // MARK: Doing

    private func preview(_ publish: Environment.Publish) throws -> ExitStatus {
        let plan = try publisher(publish).preview { try self.plan($0, publish, Memory()) }
        let patch = try plan.refusals.isEmpty ? String(decoding: plan.patch(), as: UTF8.self) : ""
        if format.format == .table {
            // The patch is the answer: `git apply` takes it from stdout.
            try tell(plan)
            try context.answer(patch, format)
        } else {
            try answer(plan, [JSON.Field("patch", .string(patch))])
        }
        return plan.refusals.isEmpty ? .done : .no
    }

    private func carryOut(_ publish: Environment.Publish) throws -> ExitStatus {
        try context.repository.readSettingsAhead()
        var publisher = try self.publisher(publish)
        publisher.report = { try report($0) }
        let memory = Memory()
        let publication = try publisher.publish(
            confirm: { plan in
                if format.format == .table { try tell(plan) }
                return try confirm(plan, publish)
            }, plan: { try self.plan($0, publish, memory) })
        let status = try tell(publication)
        return status == .done ? try afterwards(publication) : status
    }

    /// Asks on a terminal, before anything leaves this machine.
    private func confirm(_ plan: Plan, _ publish: Environment.Publish) throws -> Bool {
        guard !options.yes, publish != .commit else { return true }
        let prompt = context.prompt
        guard prompt.isAvailable else { return true }
        let question: Text = publish == .pullRequest ? "Open a pull request?" : "Push?"
        return prompt.confirm(question) ?? false
    }

    // MARK: Telling

    private func report(_ event: PublishEvent) throws {
        switch event {
        case .retrying(let attempt, let reason):
            try context.note("\(reason): planning again, attempt \(attempt + 1)")
        case .landed: break
        case .warning(let text):
            // The words of git and of hosts come in several lines.
            let lines = text.split(whereSeparator: \.isNewline).map {
                $0.trimmingPrefix(while: \.isWhitespace)
            }
            try context.warn(Text(lines.joined(separator: "; ")))
        case .host(let lines):
            for line in lines { try context.note(Text("remote: \(line)", .faint)) }
        }
    }

    /// Shows a plan: on stderr, since the answer is what becomes of it.
    private func tell(_ plan: Plan) throws {
        guard !context.options.quiet else { return try refuse(plan) }
        let view = PlanView(plan: plan)
        if !plan.steps.allSatisfy(\.changes.isEmpty) { try context.note(view.table) }
        for sentence in view.sentences { try context.note(sentence) }
        if plan.isEmpty, plan.refusals.isEmpty {
            try context.note("nothing to \(verb): it is as wanted already")
        }
        try refuse(plan)
    }

    /// Every reason not to go on, each hint once.
    private func refuse(_ plan: Plan) throws {
        for failure in plan.failures { _ = context.errors.report(failure) }
    }

    private func tell(_ publication: Publication) throws -> ExitStatus {
        if format.format == .table {
            let sentences = publication.landings.map(Self.sentence)
            if format.out == nil {
                for sentence in sentences { try context.output.print(sentence) }
            } else {
                try context.answer(sentences.map { $0.rendered(color: false) + "\n" }.joined(), format)
            }
        } else {
            try answer(publication.plan, [JSON.Field("landed", .array(publication.landings.map(Self.json)))])
        }
        switch publication.outcome {
        case .done: return .done
        case .nothing:
            if format.format == .table { try tell(publication.plan) }
            return .done
        case .overtaken:
            try context.note("somebody else has done it meanwhile: nothing is left to \(verb)")
            return .done
        case .declined:
            try context.note("nothing was written")
            return .no
        case .refused:
            if format.format == .table { try tell(publication.plan) }
            return .no
        case .stopped(let error):
            let places = publication.landings.flatMap(\.environments).joined(separator: ", ")
            try context.warn("\(places) is done; it stopped there")
            throw error
        }
    }

    private static func sentence(_ landing: Landing) -> Text {
        // What is for every environment names none.
        let environments =
            landing.environments.isEmpty ? "all" : landing.environments.joined(separator: ", ")
        let branch = landing.remote.map { "\($0)/\(landing.branch)" } ?? landing.branch
        if let request = landing.pullRequest {
            let place = request.url.map { "\($0)" } ?? branch
            return "\("proposed", .success) for \(environments, .environment): \(place)"
        }
        let verb = landing.remote == nil ? "committed" : "pushed"
        return
            "\(verb, .success) \(landing.commit.short, .commit) to \(branch): \(environments, .environment)"
    }

    // MARK: For programs

    private func answer(_ plan: Plan, _ more: [JSON.Field]) throws {
        let view = PlanView(plan: plan)
        if format.format != .json { try refuse(plan) }
        try context.answer(view.table, format) {
            .object([JSON.Field("schema", .string("gx.\(command)/1"))] + view.fields + more)
        }
    }

    private static func json(_ landing: Landing) -> JSON {
        [
            "environments": .array(landing.environments.map(JSON.string)),
            "commit": .string(landing.commit.description),
            "branch": .string(landing.branch),
            "remote": landing.remote.map(JSON.string) ?? .null,
            "pull_request": landing.pullRequest?.url.map(JSON.string) ?? .null,
        ]
    }
}

extension Plan {
    /// How the environments that the plan changes want changes to be published: the strictest of their wishes.
    func publish(in estate: Estate) -> Environment.Publish {
        let names = Set(steps.flatMap(\.environments))
        let wishes = estate.environments.filter { names.contains($0.name) }.map(\.publish)
        return wishes.contains(.pullRequest)
            ? .pullRequest : wishes.contains(.push) || wishes.isEmpty ? .push : .commit
    }

    /// Its refusals as they are told, with a hint that several share said once, at the last of them.
    var failures: [Failure] {
        refusals.enumerated().map { index, refusal in
            let place = [refusal.environment, refusal.app].compactMap(\.self).filter { !$0.isEmpty }.joined(
                separator: "/")
            let isSaidLater = refusals[(index + 1)...].contains { $0.hint == refusal.hint }
            return Failure(
                "\(place): \(refusal.message)", hint: isSaidLater ? nil : refusal.hint, status: .no)
        }
    }
}
