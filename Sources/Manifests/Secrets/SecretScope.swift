/// Where an app finds Secrets: among its own files first, since another app's Secret may have the same name,
/// else anywhere in its environment.
public final class SecretScope {
    /// What the app's own files say.
    private let own: SecretUse
    private let readEnvironment: () throws -> SecretUse
    private var environment: SecretUse?

    /// - Parameters:
    ///   - app: As it is at the state that is asked about.
    ///   - apps: All apps of its environment at that state, read only where the app's own files don't tell.
    ///   - checkout: The files of a place at that state.
    ///   - changes: What a plan is going to do to files.
    public init(
        of app: AppSnapshot, among apps: @escaping () throws -> [AppSnapshot],
        checkout: @escaping (Place) throws -> Checkout, changes: PlannedFiles = PlannedFiles(),
        encryptedKeys: @escaping EncryptedKeys
    ) throws {
        func read(_ app: AppSnapshot, into use: inout SecretUse) throws {
            let place = app.unit.place
            let new = changes.paths(under: app.unit.folder, at: place).filter { !app.files.contains($0) }
            try use.read(
                app.files + new, in: checkout(place), changes: changes[place], pinned: Self.pinned(by: app),
                encryptedKeys: encryptedKeys)
        }
        var own = SecretUse()
        try read(app, into: &own)
        self.own = own
        readEnvironment = {
            var all = SecretUse()
            for app in try apps() { try read(app, into: &all) }
            return all
        }
    }

    /// The documents of each file in which the app has its images: a file may hold other apps' workloads too.
    private static func pinned(by app: AppSnapshot) -> [String: Set<Int>] {
        var documents: [String: Set<Int>] = [:]
        for pin in app.slots.flatMap({ $0.pins + $0.hidden }) {
            documents[pin.file, default: []].insert(pin.document)
        }
        return documents
    }

    /// A Secret that the app refers to, and that its environment lacks while another one has it.
    public struct Gap: Hashable, Sendable {
        public var reference: SecretReference
        /// The keys that are missing, sorted; empty where nothing of the Secret is there.
        public var keys: [String]
    }

    /// What the app needs that is in `other` and not here, each Secret once. What can't be told is left out: a
    /// Secret that another program fills, or that a generator may make.
    ///
    /// - Parameter needs: Whose references count, where the app here is going to need what another one did.
    public func gaps(comparedWith other: SecretScope, needing needs: SecretScope? = nil) throws -> [Gap] {
        var gaps: [Gap] = []
        for reference in (needs ?? self).own.references {
            guard let missing = try missing(reference, thatIsIn: other) else { continue }
            if let index = gaps.firstIndex(where: { $0.reference.secret == reference.secret }) {
                gaps[index].keys = Set(gaps[index].keys).union(missing).sorted()
            } else {
                gaps.append(Gap(reference: reference, keys: missing.sorted()))
            }
        }
        return gaps
    }

    private func missing(_ reference: SecretReference, thatIsIn other: SecretScope) throws -> Set<String>? {
        let here = try supply(of: reference)
        // Most references are satisfied by the app's own files, and the other environment is not asked.
        if here == .elsewhere { return nil }
        if case .keys(let keys) = here, let key = reference.key, keys.contains(key) { return nil }
        guard case .keys(let there) = try other.supply(of: reference) else { return nil }
        if let key = reference.key { return there.contains(key) ? [key] : nil }
        guard case .keys(let keys) = here else { return [] }
        let missing = there.subtracting(keys)
        return missing.isEmpty ? nil : missing
    }

    private enum Supply: Hashable {
        case keys(Set<String>)
        /// Another program fills it, or may make it.
        case elsewhere
        case none
    }

    private func supply(of reference: SecretReference) throws -> Supply {
        if let known = Self.supply(of: reference.secret, own) { return known }
        if own.hasGenerators { return .elsewhere }
        let all = try environment ?? readEnvironment()
        environment = all
        if let known = Self.supply(of: reference.secret, all) { return known }
        guard !all.looseKeys.isEmpty else { return .none }
        // Which Secret an encrypted file becomes is said when it is applied.
        guard let key = reference.key else { return .elsewhere }
        return all.looseKeys.contains(key) ? .keys([key]) : .none
    }

    private static func supply(of name: String, _ use: SecretUse) -> Supply? {
        guard let found = use.supplies[name] else { return nil }
        var keys: Set<String> = []
        for secret in found {
            guard let own = secret.keys else { return .elsewhere }
            keys.formUnion(own)
        }
        return .keys(keys)
    }
}
