import Delivery
import Git
import Manifests
import Secrets
import System
import Terminal
import YAML

/// Drives the session of a command's plan to its end, and tells about it: the plan is shown before anything is written,
/// and asked about on a terminal.
struct PlanDelivery {
    private let context: Context
    private let options: PublishingOptions
    private let format: TableOptions
    /// What the answer is to a program.
    private let schema: Schema
    /// What is going to be done, in a word or two: `roll back`.
    private let verb: String
    /// Whether `before:` of gx.yaml runs before anything is pushed.
    private let announces: Bool
    private let overrides: [GateOverride]
    /// Where answers for programs go, if not out at once.
    var gathers: GatheredAnswer?

    init(
        _ context: Context, options: PublishingOptions, format: TableOptions, schema: Schema,
        verb: String, announces: Bool = false, overrides: [GateOverride] = []
    ) {
        self.overrides = overrides
        self.context = context
        self.options = options
        self.format = format
        self.schema = schema
        self.verb = verb
        self.announces = announces
    }

    /// What became of a request.
    struct Result {
        var status: ExitStatus
        /// Nil where nothing was to be written.
        var publication: Publication?
    }

    func run(_ request: PlanRequest) throws -> ExitStatus { try deliver(request).status }

    func deliver(_ request: PlanRequest) throws -> Result {
        let session = try session(request)
        session.report = { try report($0) }
        if options.dryRun { return Result(status: try preview(session)) }
        let publication = try carryOut(session)
        return Result(status: try tell(publication), publication: publication)
    }

    /// The members of a group, as the rules have them by which it is written.
    func environments(named name: String, for request: PlanRequest) throws -> [Environment] {
        try session(request).environments(named: name)
    }

    private func session(_ request: PlanRequest) throws -> PlanSession {
        if context.options.config != nil {
            throw Failure(
                "--config is for reading: what is written follows the gx.yaml of the branch that it is written to",
                hint: "commit the change of gx.yaml first")
        }
        var wishes = PublishingWishes(options.noPush ? .commit : options.pr ? .pullRequest : nil)
        (wishes.autoMerge, wishes.supersede) = (options.autoMerge, options.supersede)
        wishes.announces = announces
        wishes.overrides = overrides
        let session = try PlanSession(
            context.repository, request: request, wishes: wishes, encryptedKeys: SopsFile.readableKeys)
        session.sign = MessageCode.sha256
        return session
    }

    // MARK: Doing

    /// Tells what was gathered.
    func answer() throws {
        guard let gathers else { return }
        let view = PlanView(plan: gathers.plan)
        let rows = { view.rows }
        try context.answer(view.table, format, rows: rows) {
            .object([schema.field] + view.fields + gathers.more)
        }
    }

    private func preview(_ session: PlanSession) throws -> ExitStatus {
        let plan = try session.preview()
        let patch = try plan.refusals.isEmpty ? String(decoding: plan.patch(), as: UTF8.self) : ""
        if format.format == .table {
            // The patch is the answer: `git apply` takes it from stdout.
            try tell(plan)
            try context.answer(patch, format)
        } else if let gathers {
            gathers.add(plan, patch: patch)
            if format.format != .json { try refuse(plan) }
        } else {
            try answer(plan, [JSON.Field("patch", .string(patch))])
        }
        return plan.refusals.isEmpty && plan.leftOut.isEmpty ? .done : .no
    }

    private func carryOut(_ session: PlanSession) throws -> Publication {
        var stage = try session.begin()
        while true {
            switch stage {
            case .asks(let plan):
                if format.format == .table { try tell(plan) }
                stage = try agrees(session.way) ? session.agree() : session.decline()
            case .ended(let publication): return publication
            }
        }
    }

    /// Asks on a terminal, before anything leaves this machine.
    private func agrees(_ way: Environment.Publish) throws -> Bool {
        guard !options.yes, way != .commit else { return true }
        let prompt = context.prompt
        guard prompt.isAvailable else { return true }
        let question: Text = way == .pullRequest ? "Open a pull request?" : "Push?"
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
        case .hook(let lines):
            for line in lines { try context.note(Text("hook: \(line)", .faint)) }
        }
    }

    /// Shows a plan: on stderr, since the answer is what becomes of it.
    private func tell(_ plan: Plan) throws {
        guard !context.options.quiet else { return try refuse(plan) }
        let view = PlanView(plan: plan)
        if !plan.steps.allSatisfy(\.changes.isEmpty) { try context.note(view.table) }
        for sentence in view.sentences { try context.note(sentence) }
        if plan.isEmpty, plan.refusals.isEmpty, plan.leftOut.isEmpty {
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
            let landed = publication.landings.map(Self.json)
            if let gathers {
                gathers.add(publication.plan, landed: landed)
                if format.format != .json { try refuse(publication.plan) }
            } else {
                try answer(publication.plan, [JSON.Field("landed", .array(landed))])
            }
        }
        switch publication.outcome {
        // An app that was left out was not done.
        case .done: return publication.plan.leftOut.isEmpty ? .done : .no
        case .nothing:
            if format.format == .table { try tell(publication.plan) }
            return publication.plan.leftOut.isEmpty ? .done : .no
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
            let verb = request.merges == .merged ? "merged" : "proposed"
            let rest = request.merges == .byItself ? ", which merges by itself" : ""
            return "\(verb, .success) for \(environments, .environment): \(place)\(rest)"
        }
        let verb = landing.remote == nil ? "committed" : "pushed"
        return
            "\(verb, .success) \(landing.commit.short, .commit) to \(branch): \(environments, .environment)"
    }

    // MARK: For programs

    private func answer(_ plan: Plan, _ more: [JSON.Field]) throws {
        let view = PlanView(plan: plan)
        if format.format != .json { try refuse(plan) }
        let rows = { view.rows }
        try context.answer(view.table, format, rows: rows) {
            .object([schema.field] + view.fields + more)
        }
    }

    private static func json(_ landing: Landing) -> JSON {
        [
            "environments": .array(landing.environments.map(JSON.string)),
            "commit": .string(landing.commit.description),
            "branch": .string(landing.branch),
            "remote": landing.remote.map(JSON.string) ?? .null,
            "pullRequest": landing.pullRequest?.url.map(JSON.string) ?? .null,
        ]
    }
}

extension Plan {
    /// Its refusals as they are told, with a hint that several share said once, at the last of them.
    var failures: [Failure] {
        let all = leftOut + refusals
        return all.enumerated().map { index, refusal in
            let place = [refusal.environment, refusal.app].compactMap(\.self).filter { !$0.isEmpty }.joined(
                separator: "/")
            let isSaidLater = all[(index + 1)...].contains { $0.hint == refusal.hint }
            return Failure(
                "\(place): \(refusal.message)", hint: isSaidLater ? nil : refusal.hint, status: .no)
        }
    }
}
