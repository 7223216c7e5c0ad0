import Answers
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// What was read to answer: commits, how old they are, and whether the layout was assumed.
struct Reading {
    /// The tips of the branches, each once, with the environments that are read there.
    private(set) var tips: [(tip: Tip, environments: [String])] = []
    private let origin: LoadedConfiguration.Origin
    private let fetched: Timestamp?

    /// - Parameter resolver: Says where places stand, or stood.
    init(
        _ context: Context, environments: [Environment], running: Running, resolver: any PlaceResolver
    ) throws {
        origin = try context.configuration().origin
        for environment in environments {
            for place in running.places(of: environment.name) {
                let tip = try resolver.tip(of: place)
                if let index = tips.firstIndex(where: { $0.tip.ref == tip.ref && $0.tip.commit == tip.commit }
                ) {
                    tips[index].environments.append(environment.name)
                } else {
                    tips.append((tip, [environment.name]))
                }
            }
        }
        fetched = try context.repository.lastFetch(of: tips.map(\.tip))
    }

    /// One line: `main at 1a2b3c4d5, 2 hours ago; fetched 5 minutes ago`.
    func line(at now: Timestamp) throws -> Text {
        var line: Text
        if tips.count == 1, let tip = tips.first?.tip {
            let time = try tip.repository.commit(tip.commit).committer.time
            let isPast = tip.ref == tip.commit.description
            line =
                "\(isPast ? "as it was" : tip.shortName, .emphasis) at \(tip.commit.short, .commit), \((now - time).ago)"
        } else {
            let times = try tips.map { try $0.tip.repository.commit($0.tip.commit).committer.time }
            guard let newest = times.max(), let oldest = times.min() else {
                return Text("nothing is deployed")
            }
            let ages = [(now - oldest).ago, (now - newest).ago]
            line = "\(tips.count) branches, changed "
            line += ages[0] == ages[1] ? Text(ages[0]) : "between \(ages[0]) and \(ages[1])"
        }
        if let fetched { line += "; fetched \((now - fetched).ago)" }
        return line
    }

    var fields: [JSON.Field] {
        [
            JSON.Field(
                "read",
                .array(
                    tips.map { tip, environments in
                        [
                            "ref": .string(tip.ref), "commit": .string(tip.commit.description),
                            "environments": .array(environments.map(JSON.string)),
                        ]
                    })),
            JSON.Field("fetched", fetched.map { .string($0.utc) } ?? .null),
            JSON.Field("layout", layout),
        ]
    }

    /// What was taken for granted; empty where gx.yaml says it.
    var assumptions: [String] {
        guard case .detected(let summary) = origin else { return [] }
        return ["Assumed: \(summary). 'gx init' writes that down."]
    }

    private var layout: JSON {
        switch origin {
        case .file(let name): ["from": .string(name), "assumed": nil]
        case .committed(let ref): ["from": .string("\(ref):\(ConfigurationSource.fileName)"), "assumed": nil]
        case .detected(let summary): ["from": nil, "assumed": .string(summary)]
        }
    }
}

extension Repository {
    /// When what some tips are at was fetched; nil where there is nowhere to fetch from.
    func lastFetch(of tips: [Tip]) throws -> Timestamp? {
        guard try !remotes.isEmpty else { return nil }
        return lastFetch(of: tips.map(\.ref).first { $0.hasPrefix("refs/remotes/") })
    }
}
