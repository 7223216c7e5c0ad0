internal import System

extension Estate {
    /// The apps of environments that names stand for, in their order: `pay*` for each that is called so. A name that no
    /// environment has an app of stays as it is.
    public func apps(named names: [String], in environments: [String]) throws -> [String] {
        var found: [String] = []
        for name in names {
            guard name.contains("*") else {
                found.append(name)
                continue
            }
            let own = try environments.flatMap { try apps(in: $0).map(\.app) }.filter {
                Glob.matches(name, $0)
            }
            found += own.isEmpty ? [name] : own
        }
        return unique(found)
    }
}
