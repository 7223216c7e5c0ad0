/// Where a layout has a deployer's objects looked for, and what it calls their environments.
struct DeployerScope {
    private let path: Pattern?
    private let name: Template?

    /// All of the repository, where the objects say how environments are called.
    static let everything = DeployerScope(path: nil, name: nil)

    init(of layout: Layout) { self.init(path: layout.path, name: layout.environment) }

    private init(path: Pattern?, name: Template?) {
        self.path = path
        self.name = name
    }

    func contains(_ path: String) -> Bool { captures(of: path) != nil }

    /// How the environment of what stands at a path is called; nil where only the objects say.
    func environment(at path: String) -> String? {
        guard let captures = captures(of: path) else { return nil }
        return name.flatMap { $0.filled { captures[$0] } } ?? captures["env"]
    }

    /// The folders that the pattern names, as `clusters/{env}` does; nil where it takes whatever there is.
    func folders(in checkout: Checkout) -> [String]? {
        guard let path, !path.description.hasSuffix("**") else { return nil }
        return checkout.folders.filter { path.match($0) != nil }
    }

    /// What the pattern captures of a path, or of a folder that it is in.
    private func captures(of path: String) -> Captures? {
        guard let pattern = self.path else { return [:] }
        var path = path
        while !path.isEmpty {
            if let match = pattern.match(path) { return match.captures }
            path = FilePath.folder(of: path)
        }
        return nil
    }
}
