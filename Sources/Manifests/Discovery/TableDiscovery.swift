internal import System
internal import YAML

/// Versions of apps by environment in one file, that a template or a job reads: `web: { dev: 1.3.0, prod: 1.2.0 }`, or the
/// other way round, `dev: { web: 1.3.0 }`.
struct TableDiscovery {
    private let checkout: Checkout
    private let files: [String]

    init(_ checkout: Checkout, scope: DeployerScope) {
        self.checkout = checkout
        files = checkout.paths.filter { path in
            (FilePath.isYAML(path) || path.hasSuffix(".json")) && scope.contains(path)
                && !FolderWord.isIgnored(path: path) && path != ConfigurationSource.fileName
        }
    }

    func discover() throws -> Discovered {
        var discovered = Discovered()
        for file in files {
            // One document: several are objects of a cluster.
            guard let documents = try checkout.file(at: file)?.yaml?.documents, documents.count == 1,
                let root = documents[0].root, root["apiVersion"] == nil, root["kind"] == nil
            else { continue }
            read(.written(root, Origin(file: file)), keys: [], file: file, discovered: &discovered)
        }
        return discovered
    }

    /// - Parameter keys: Those on the way to the value.
    private func read(_ value: Composed, keys: [String], file: String, discovered: inout Discovered) {
        let cells = Self.cells(of: value, keys)
        if Set(cells.map(\.environment)).count > 1 {
            for cell in cells { add(cell, file: file, discovered: &discovered) }
            return
        }
        for entry in value.entries {
            read(entry.value, keys: keys + [entry.key], file: file, discovered: &discovered)
        }
        for item in value.items {
            let name = item["name"]?.string ?? item["app"]?.string
            read(item, keys: name.map { keys + [$0] } ?? keys, file: file, discovered: &discovered)
        }
    }

    private func add(_ cell: Cell, file: String, discovered: inout Discovered) {
        let text = cell.value.string ?? ""
        let artifact = Artifact(.image, ImageReference(whole: text)?.name ?? cell.artifact ?? cell.app)
        let form = Pin.Form(of: text, named: artifact.name)
        discovered.evidence[cell.environment] =
            discovered.evidence[cell.environment] ?? "\(file): a table of versions"
        discovered.apps.append(
            Discovered.App(
                environment: cell.environment, name: cell.app,
                recipe: Recipe([.version(cell.value, of: artifact, form)], files: [file]), claims: [],
                evidence: "\(file): \(cell.app)"))
    }

    /// One version of an app in an environment.
    private struct Cell {
        var environment: String
        var app: String
        var value: Composed
        /// The image, where it stands beside.
        var artifact: String?
    }

    /// The cells of a mapping whose keys are environments; none where it is something else.
    private static func cells(of value: Composed, _ keys: [String]) -> [Cell] {
        let entries = value.entries
        guard entries.count > 1, entries.contains(where: { StagedName($0.key).isEnvironment }),
            entries.allSatisfy({ EnvironmentName.isValid($0.key) && StagedName($0.key).stage != nil })
        else { return [] }
        let app = keys.last { !words.contains($0.lowercased()) }
        return entries.flatMap { entry -> [Cell] in
            if let app, let cell = cell(entry.value, app, in: entry.key) { return [cell] }
            return app == nil ? apps(of: entry.value, in: entry.key) : []
        }
    }

    /// A version, or what holds one under a key that says so.
    private static func cell(_ value: Composed, _ app: String, in environment: String) -> Cell? {
        if isVersion(value.string) { return Cell(environment: environment, app: app, value: value) }
        let found = value.entries.first { versionKeys.contains($0.key) && isVersion($0.value.string) }
        let artifact = (value["repository"] ?? value["image"])?.string
        return found.map {
            Cell(
                environment: environment, app: app, value: $0.value,
                artifact: isVersion(artifact) ? nil : artifact)
        }
    }

    /// The apps of an environment: each key has a version.
    private static func apps(of value: Composed, in environment: String) -> [Cell] {
        value.entries.flatMap { entry -> [Cell] in
            if let cell = cell(entry.value, entry.key, in: environment) { return [cell] }
            return words.contains(entry.key.lowercased()) ? apps(of: entry.value, in: environment) : []
        }
    }

    private static let versionKeys: Set<String> = [
        "version", "tag", "image", "imageTag", "image_tag", "digest", "revision", "targetRevision",
    ]

    /// Keys that say what is below them, and are the name of no app.
    private static let words: Set<String> = [
        "version", "versions", "tag", "tags", "image", "images", "imagetag", "imagetags", "image_tags", "app",
        "apps", "applications", "services", "components", "environment", "environments", "envs", "stages",
        "releases", "deployments", "charts",
    ]

    /// Numbers with a point, references, commits and digests: no count, no date, no region.
    private static func isVersion(_ text: String?) -> Bool {
        guard let text, !text.isEmpty, !text.contains(where: \.isWhitespace) else { return false }
        if Version.isDigest(text) { return true }
        if let image = ImageReference(text), image.name.contains("/"), image.version != Version() {
            return true
        }
        let tag = text.split(separator: ":").last ?? ""
        let digits = tag.hasPrefix("v") ? tag.dropFirst() : tag
        let number = digits.prefix { $0.isNumber }
        if !number.isEmpty, digits.dropFirst(number.count).first == ".",
            digits.dropFirst(number.count + 1).first?.isNumber == true
        {
            return true
        }
        return (7...40).contains(tag.count) && tag.allSatisfy(\.isHexDigit) && tag.contains(where: \.isLetter)
            && tag.contains(where: \.isNumber)
    }
}
