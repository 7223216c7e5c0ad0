import Answers
import Delivery
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// How a plan is shown: to people as a table and a few sentences, to programs as JSON.
struct PlanView {
    let plan: Plan

    private var changes: [VersionChange] { plan.steps.flatMap(\.changes) }

    var table: Table {
        var columns: [Column<Row>] = [
            Column("ENVIRONMENT", minimum: 12) { Text(Self.some($0.environments), .environment) },
            Column("APP", minimum: 8) { Text($0.change.app, .app) },
            Column("VERSION", minimum: 16) { Self.versions($0.change) },
        ]
        if !plan.steps.contains(where: { $0.restoration != nil }) {
            columns.append(Column("FROM", drop: 2) { Text($0.change.source ?? "") })
        }
        columns += [
            Column("ARTIFACT", minimum: 10, drop: 3) { Text(Self.some($0.artifacts), .faint) },
            Column("FILE", minimum: 16, drop: 1) { Text($0.files.joined(separator: ", "), .faint) },
        ]
        return Table(Row.all(changes), columns)
    }

    /// Changes that are the same but for the artifact, and then but for the environment, share a row: what
    /// moves together, and what one file says for many.
    private struct Row {
        var change: VersionChange
        var environments: [String]
        var artifacts: [String]
        var files: [String]

        init(_ change: VersionChange) {
            self.change = change
            environments = [change.environment]
            artifacts = [change.artifact.label]
            files = unique(change.sites.map(\.file))
        }

        static func all(_ changes: [VersionChange]) -> [Row] {
            let changes = changes.map(Row.init).merged(
                by: { Sameness($0, environments: $0.environments) },
                {
                    $0.artifacts = unique($0.artifacts + $1.artifacts)
                    $0.files = unique($0.files + $1.files)
                })
            // What names no file, an override, shares the row of any that says the same.
            let isIn = Dictionary(grouping: changes.filter { !$0.files.isEmpty }) {
                Sameness($0, artifacts: $0.artifacts)
            }
            return changes.merged(
                by: { row in
                    let same = Sameness(row, artifacts: row.artifacts)
                    let files = row.files.isEmpty ? isIn[same]?.first?.files ?? [] : row.files
                    return Sameness(row, artifacts: row.artifacts, files: files)
                },
                {
                    $0.environments += $1.environments
                    $0.files = unique($0.files + $1.files)
                })
        }

        /// What rows have in common that become one.
        private struct Sameness: Hashable {
            var app: String
            var versions: [Version]
            var source: String?
            var isOlder: Bool
            var environments: [String]
            var artifacts: [String]
            var files: [String]

            init(
                _ row: Row, environments: [String] = [], artifacts: [String] = [], files: [String] = []
            ) {
                let change = row.change
                (app, versions) = (change.app, [change.old, change.new])
                (source, isOlder) = (change.source, change.isOlder)
                (self.environments, self.artifacts, self.files) = (environments, artifacts, files)
            }
        }
    }

    /// Two names, or the first and how many more.
    private static func some(_ names: [String], most: Int = 2) -> String {
        guard names.count > most else { return names.joined(separator: ", ") }
        let shown = names.prefix(most - 1)
        return "\(shown.joined(separator: ", ")) and \(names.count - shown.count) more"
    }

    static func versions(_ change: VersionChange) -> Text {
        let texts = Version.short(change.old, change.new)
        let (old, new) = (
            change.old == Version() ? "–" : texts.old, change.new == Version() ? "–" : texts.new
        )
        return "\(old, .removed) → \(new, .added)"
            + (change.isOlder ? " \("older", .warning)" : "")
    }

    /// What the table does not say.
    var sentences: [Text] {
        var lines: [Text] = []
        for step in plan.steps {
            let isReturn = step.restoration != nil
            for moved in step.configuration {
                lines.append("\(isReturn ? "restores" : "moves") \(moved)")
            }
            for turned in step.switches { lines.append("\(turned)") }
            if let restoration = step.restoration { lines += Self.sentences(restoration) }
            lines += Self.sentences(step.holds)
            for line in step.words.map(\.line) + step.evidence { lines.append(Text(line, .faint)) }
            if let contents = step.contents { lines += Self.sentences(contents) }
            if case .merge(_, let other) = step.content {
                lines.append(
                    "merges \(other.short, .commit) into \(step.place.branch ?? step.base.ref, .environment)")
            }
        }
        if changes.contains(where: \.isOlder) {
            lines.append("\("older", .warning): a version that comes before the one that runs there now")
        }
        let skipped = unique(plan.skipped.map { "\($0.file): \($0.reason)" })
        lines += skipped.prefix(4).map { LeftAlone.line($0) }
        if skipped.count > 4 {
            lines.append(LeftAlone.line("\(skipped.count - 4) places more, which -o json lists"))
        }
        for warning in plan.warnings { lines.append("\("warning:", .warning) \(warning)") }
        return lines
    }

    private static func sentences(_ restoration: Restoration) -> [Text] {
        var lines: [Text] = []
        let versions = restoration.left.filter(\.isVersion)
        if !versions.isEmpty {
            let isOne = Set(versions.map(\.app)).count == 1
            let all = versions.map {
                "\(isOne ? "" : "\($0.app) ")\($0.version) of \(day($0.time)) by \($0.who)"
            }
            // What came to several environments at once is told once.
            var told: [(text: String, count: Int)] = []
            for text in all {
                if let index = told.firstIndex(where: { $0.text == text }) {
                    told[index].count += 1
                } else {
                    told.append((text, 1))
                }
            }
            let shown = told.prefix(5).map { $0.count == 1 ? $0.text : "\($0.text) ×\($0.count)" }
            let left = told.dropFirst(5).map(\.count).reduce(0, +)
            let rest = left > 0 ? ", and \(left) more" : ""
            let count = versions.count == 1 ? "1 deployment" : "\(versions.count) deployments"
            lines.append(
                "\(restoration.isForward ? "takes back" : "goes back over") \(count): \(shown.joined(separator: ", "))\(rest)"
            )
        }
        if !restoration.kept.isEmpty {
            let hint =
                restoration.withConfiguration
                ? ", protected or not the app's own" : "; --with-config takes back what is the app's own"
            lines.append("keeps later changes of \(some(restoration.kept, most: 4))\(hint)")
        }
        return lines
    }

    /// One for each app and version, however many environments it is about.
    private static func sentences(_ trailers: [HoldTrailer]) -> [Text] {
        var groups: [[HoldTrailer]] = []
        for trailer in trailers {
            let index = groups.firstIndex {
                ($0[0].act, $0[0].subject) == (trailer.act, trailer.subject)
            }
            if let index { groups[index].append(trailer) } else { groups.append([trailer]) }
        }
        return groups.map { group in
            // Several artifacts of an app may have the same version.
            let names = unique(group.compactMap(\.environment))
            let place: Text =
                group.contains { $0.environment == nil }
                ? "in every environment" : "in \(names.listed("and"), .environment)"
            let verb: Text = group[0].act == .hold ? "holds" : "lifts the hold on"
            guard let part = group[0].part else {
                return "\(verb) \(group[0].app, .app) \(group[0].version.short, .version) \(place)"
            }
            return
                "\(verb) \(part) \(group[0].version.short, .version) of \(group[0].app, .app) \(place)"
        }
    }

    private static func sentences(_ contents: ReleaseContents) -> [Text] {
        func sentence(_ verb: String, entries: [ReleaseContents.Entry], recorded: [String]) -> Text? {
            guard !entries.isEmpty else {
                return recorded.isEmpty
                    ? nil
                    : "\(verb) \(recorded.joined(separator: ", "), .emphasis), as records and sources say"
            }
            let issues = unique(
                entries.flatMap { $0.mentions.issues + $0.mentions.pullRequests.map { "#\($0)" } } + recorded)
            let commits = entries.count == 1 ? "1 commit" : "\(entries.count) commits"
            guard !issues.isEmpty else { return "\(verb) \(commits), none of which names an issue" }
            return "\(verb) \(issues.joined(separator: ", "), .emphasis) in \(commits)"
        }
        var lines = [
            sentence("brings", entries: contents.added, recorded: contents.onlyRecordedAdded),
            sentence("takes away", entries: contents.removed, recorded: contents.onlyRecordedRemoved),
        ].compactMap(\.self)
        if let unknown = contents.unknown { lines.append(Text(unknown, .faint)) }
        return lines
    }

    /// The fields of a plan for programs, in a fixed order.
    /// Each change, for CSV.
    var rows: [JSON] { changes.map(Self.json) }

    var fields: [JSON.Field] {
        [
            JSON.Field("steps", .array(plan.steps.map(Self.json))),
            JSON.Field("refusals", .array((plan.leftOut + plan.refusals).map(Self.json))),
            JSON.Field("warnings", .array(plan.warnings.map(JSON.string))),
            JSON.Field("skipped", .array(plan.skipped.map(Self.json))),
        ]
    }

    private static func json(_ step: Step) -> JSON {
        let takesAway = json(step.contents?.removed, step.contents?.onlyRecordedRemoved)
        return [
            "branch": .string(step.place.branch ?? String(step.base.ref.split(separator: "/").last ?? "")),
            "base": .string(step.base.commit.description),
            "environments": .array(step.environments.map(JSON.string)),
            "changes": .array(step.changes.map(json)),
            "configuration": .array(step.configuration.map(JSON.string)),
            "switches": .array(step.switches.map(JSON.string)),
            "restores": step.restoration.map(json) ?? .null,
            "holds": .array(step.holds.map { .string($0.line) }),
            "gates": .array((step.words.map(\.line) + step.evidence).map(JSON.string)),
            "brings": json(step.contents?.added, step.contents?.onlyRecordedAdded),
            "takesAway": takesAway,
            // What scripts of the first edition read.
            "takes_away": takesAway,
        ]
    }

    private static func json(_ restoration: Restoration) -> JSON {
        [
            "points": .array(restoration.points.map(\.json)),
            "left": .array(restoration.left.map(\.json)),
            "kept": .array(restoration.kept.map(JSON.string)),
            "withConfiguration": .bool(restoration.withConfiguration),
            "reason": restoration.reason.map(JSON.string) ?? .null,
        ]
    }

    private static func json(_ change: VersionChange) -> JSON {
        [
            "environment": .string(change.environment),
            "app": .string(change.app),
            "artifact": .string(change.artifact.name),
            "kind": .string(change.artifact.kind.rawValue),
            "old": change.old == Version() ? .null : .string(change.old.description),
            "new": change.new == Version() ? .null : .string(change.new.description),
            "from": change.source.map(JSON.string) ?? .null,
            "older": .bool(change.isOlder),
            "sites": .array(
                change.sites.map {
                    [
                        "file": .string($0.file), "path": .string($0.path),
                        "old": $0.old.map(JSON.string) ?? .null, "new": $0.new.map(JSON.string) ?? .null,
                        "sharedWith": .array($0.sharedWith.map(JSON.string)),
                    ]
                }),
        ]
    }

    private static func json(_ place: SkippedPlace) -> JSON {
        [
            "environment": .string(place.environment), "app": .string(place.app), "file": .string(place.file),
            "reason": .string(place.reason),
        ]
    }

    private static func json(_ refusal: Refusal) -> JSON {
        [
            "code": .string(refusal.code.rawValue),
            "environment": .string(refusal.environment),
            "app": refusal.app.map(JSON.string) ?? .null,
            "message": .string(refusal.message),
            "hint": refusal.hint.map(JSON.string) ?? .null,
        ]
    }

    /// - Parameter recorded: Issues that no commit of the manifests names.
    private static func json(_ entries: [ReleaseContents.Entry]?, _ recorded: [String]?) -> JSON {
        var items = (entries ?? []).map(json)
        if let recorded, !recorded.isEmpty {
            items.append([
                "commit": .null, "subject": .null, "issues": .array(recorded.map(JSON.string)),
                "pullRequests": .array([]),
            ])
        }
        return .array(items)
    }

    private static func json(_ entry: ReleaseContents.Entry) -> JSON {
        [
            "commit": .string(entry.commit.description),
            "subject": .string(entry.subject),
            "issues": .array(entry.mentions.issues.map(JSON.string)),
            "pullRequests": .array(entry.mentions.pullRequests.map(JSON.string)),
        ]
    }
}

extension Artifact {
    /// As it is told apart in a table: an image's own name, a Git repository with the path in it.
    fileprivate var label: String {
        guard kind == .git, let host = name.firstRange(of: "://")?.upperBound,
            let slash = name[host...].firstIndex(of: "/")
        else { return shortName }
        return String(name[name.index(after: slash)...])
    }
}
