internal import YAML

/// What fills in the templates of a helmfile's releases: `.Values` of an environment, and the names.
struct HelmfileValues: Sendable {
    /// Where values of environments are said, in the order in which later ones win.
    struct Sources {
        private(set) var environments: [String] = []
        private var values: [(environment: String?, value: Composed, folder: String)] = []

        /// Adds what a document says: its own `values:` for all environments, and those of each.
        mutating func add(_ document: Composed, _ file: String) {
            let folder = FilePath.folder(of: file)
            if document["kind"] == nil {
                values += (document["values"]?.items ?? []).map { (nil, $0, folder) }
            }
            for (name, environment) in document["environments"]?.entries ?? [] {
                if !environments.contains(name) { environments.append(name) }
                values += (environment["values"]?.items ?? []).map { (name, $0, folder) }
            }
        }

        /// What they are in an environment.
        func read(_ environment: String, in checkout: Checkout) throws -> HelmfileValues {
            var result = HelmfileValues(environment)
            for (name, value, folder) in values where name == nil || name == environment {
                guard value.kind == .scalar else {
                    result.merge(value)
                    continue
                }
                guard let template = value.written?.node.templateText ?? value.string,
                    let text = result.parameters.filled(template), !Substitution.isIn(text)
                else { continue }
                for path in try Self.paths(text, folder: folder, checkout: checkout) {
                    guard let yaml = try checkout.file(at: path)?.yaml,
                        let root = yaml.documents.first?.root, root.resolved.kind == .mapping
                    else { continue }
                    let content = Composed.written(root, Origin(file: path))
                    result.merge(yaml.isTemplate ? result.parameters.filling(content) : content)
                    result.files.append(path)
                }
            }
            return result
        }

        private static func paths(_ text: String, folder: String, checkout: Checkout) throws -> [String] {
            if text.contains("*") {
                guard let glob = FilePath.resolved(text, from: folder).map({ PathGlob($0) }) else {
                    return []
                }
                return checkout.paths.filter(glob.matches).sorted()
            }
            return try checkout.resolve(text, from: folder).map { [$0] } ?? []
        }
    }

    private(set) var parameters = Parameters()
    /// The files that are read for it, lowest first.
    private(set) var files: [String] = []
    private let environment: String
    private var values = Composed.mapping([])

    private init(_ environment: String) {
        self.environment = environment
        merge(.mapping([]))
    }

    private mutating func merge(_ more: Composed) {
        values = values.merged(with: more, .none) ?? values
        parameters["Values"] = values
        parameters["StateValues"] = values
        parameters["Environment"] = .mapping([("Name", .text(environment)), ("Values", values)])
    }

    /// The same, in the templates of a release.
    func of(release name: String) -> HelmfileValues {
        var values = self
        values.parameters["Release"] = .mapping([("Name", .text(name))])
        return values
    }

    /// A version that is filled in from a file of all environments has its own place in the last of them.
    func setPlace(of use: inout Use) {
        guard let pin = use.pins.first, files.contains(pin.file) else { return }
        use.files.formUnion(files)
        use.override = nil
        guard let own = files.last, own != pin.file else { return }
        let keys = pin.path.steps.map { step -> String? in
            if case .key(let key) = step { key } else { nil }
        }
        guard !keys.contains(nil) else { return }
        use.override = .values(file: own, path: keys.compactMap { $0 })
    }
}
