internal import Git
internal import Manifests

/// Why something can't be told that records or sources would say.
public enum Gap: Hashable, Sendable, CustomStringConvertible {
    /// The source that gx.yaml names for an app can't be read.
    case missingSource(app: String, name: String, reason: String)
    /// The source of an app is a shallow clone.
    case shallowSource(app: String, name: String)
    /// The records of builds can't be read.
    case unreadableRecords(reason: String)
    /// No record says which version brought a bug in.
    case unknownOrigin(ofBug: String)
    /// What brought a bug in never ran.
    case originNeverRan(String, ofBug: String)

    /// What to do about it; nil where nothing can be done here.
    public var hint: String? {
        switch self {
        case .missingSource(let app, _, _): "clone it there, or correct the source of \(app) in gx.yaml"
        case .shallowSource: GitError.unshallow
        case .unreadableRecords: "'gx trace sync' fetches them"
        case .unknownOrigin, .originNeverRan: nil
        }
    }

    public var description: String {
        switch self {
        case .missingSource(let app, let name, let reason):
            "the source of \(app), \(name), can't be read: \(reason)"
        case .shallowSource(let app, let name): "the source of \(app), \(name), is a shallow clone"
        case .unreadableRecords(let reason): "the records of builds can't be read: \(reason)"
        case .unknownOrigin(let key): "no record says which version brought \(key) in"
        case .originNeverRan(let origin, let key): "\(origin), which brought \(key) in, never ran"
        }
    }

    /// The app whose source is missing; nil for what concerns all apps.
    public var app: String? {
        switch self {
        case .missingSource(let app, _, _), .shallowSource(let app, _): app
        case .unreadableRecords, .unknownOrigin, .originNeverRan: nil
        }
    }
}

extension Ledger {
    /// Those of the gaps that were met which an answer about a subject depends on. Where an app or a version runs is
    /// said by the manifests alone; and an app's source is needed only where the app is, unless records say of all
    /// its versions what came with them.
    ///
    /// - Parameters:
    ///   - environments: Those that are asked about; nil for all.
    ///   - app: The only app that is asked about.
    public func gaps(
        concerning subject: Subject, in environments: Set<String>? = nil, app: String? = nil
    ) -> [Gap] {
        guard let evidence else { return [] }
        return evidence.gaps.filter { gap in
            switch (subject, gap) {
            case (.app, _), (.version, _), (.artifact, _): false
            case (.pipeline, .missingSource), (.pipeline, .shallowSource): false
            case (_, .missingSource(let name, _, _)), (_, .shallowSource(let name, _)):
                Glob.includes(app, name) && needsSource(name, in: environments)
            default: true
            }
        }
    }

    /// Whether an app runs in some environments, and ever ran a version there of which no record says what is in it.
    private func needsSource(_ app: String, in environments: Set<String>?) -> Bool {
        let members = series.filter { $0.app == app && environments?.contains($0.environment) ?? true }
        guard let evidence, members.contains(where: { self[$0.last].after != nil }) else { return false }
        var versions: Set<Pinned> = []
        for one in members {
            for number in deployments(endingWith: one.last) { versions.formUnion(self[number].after ?? []) }
        }
        return !Evidence.own(versions, of: app).allSatisfy { version in
            guard let build = evidence.build(of: version) else { return false }
            return build.commits != nil || !build.issues.isEmpty
        }
    }
}
