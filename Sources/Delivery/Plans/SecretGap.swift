public import Manifests

/// A Secret that an app refers to, that its environment lacks (or lacks keys of) and another state has.
public struct SecretGap: Hashable, Sendable {
    public var environment: String
    public var app: String
    /// What has it: an environment, or an earlier state of this one.
    public var source: String
    public var gap: SecretScope.Gap

    /// The gaps of an app as it is going to be, `here`, beside a state that people know as `source`.
    public static func all(
        of app: AppSnapshot, _ here: SecretScope, comparedWith source: String, _ there: SecretScope,
        needing needs: SecretScope? = nil
    ) throws -> [SecretGap] {
        try here.gaps(comparedWith: there, needing: needs).map {
            SecretGap(environment: app.environment, app: app.app, source: source, gap: $0)
        }
    }

    /// As a plan's warning says it.
    public var warning: String {
        let reference = gap.reference
        let what = gap.keys.isEmpty ? "" : "\(gap.keys.joined(separator: ", ")) of "
        return "\(environment)/\(app) needs \(what)the Secret \(reference.secret) "
            + "(\(reference.file):\(reference.line)), which \(source) has and \(environment) lacks"
    }
}

extension SecretScope {
    /// An app as an estate has it, with what a plan is going to change.
    public convenience init(
        of app: AppSnapshot, in estate: Estate, changes: PlannedFiles = PlannedFiles(),
        encryptedKeys: @escaping EncryptedKeys
    ) throws {
        try self.init(
            of: app, among: { try estate.apps(in: app.environment) }, checkout: estate.checkout,
            changes: changes, encryptedKeys: encryptedKeys)
    }
}

extension Plan {
    /// The files that the plan changes, as they are going to be.
    public var plannedFiles: PlannedFiles {
        var changes: [Place: [String: [UInt8]?]] = [:]
        for step in steps {
            guard case .files(let files) = step.content else { continue }
            for file in files { changes[step.place, default: [:]].updateValue(file.new, forKey: file.path) }
        }
        return PlannedFiles(changes)
    }

    /// Adds a warning for each Secret that an app needs which the plan changes, and that only the environment has
    /// which the app is promoted from.
    mutating func warnOfSecrets(
        _ pairs: [(source: AppSnapshot, target: AppSnapshot)], in estate: Estate,
        encryptedKeys: @escaping EncryptedKeys
    ) throws {
        guard refusals.isEmpty else { return }
        let changes = plannedFiles
        for (source, target) in pairs {
            let unit = target.unit
            let files = changes[unit.place]
            let isChanged =
                !changes.paths(under: unit.folder, at: unit.place).isEmpty
                || target.files.contains { files[$0] != nil }
            guard isChanged else { continue }
            warnings += try SecretGap.all(
                of: target,
                SecretScope(of: target, in: estate, changes: changes, encryptedKeys: encryptedKeys),
                comparedWith: source.environment,
                SecretScope(of: source, in: estate, encryptedKeys: encryptedKeys)
            ).map(\.warning)
        }
    }
}
