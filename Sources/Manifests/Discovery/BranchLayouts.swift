/// Environments that are branches: `environments/ENV`, `env/ENV`, with `-next` where a hydrator prepares them.
enum BranchLayouts {
    /// - Parameter isCertain: whether only branches below a prefix that says so count; else also `dev`, `prod`.
    static func find(_ branches: [String], isCertain: Bool) throws -> Finding? {
        let prefixes = isCertain ? FolderWord.environments.sorted().map { $0 + "/" } : [""]
        for prefix in prefixes {
            let names = branches.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
                .filter { EnvironmentName.isValid($0) }
            let proposed = names.filter { $0.hasSuffix("-next") && names.contains(String($0.dropLast(5))) }
            var environments = names.filter { !proposed.contains($0) }
            if !isCertain { environments.removeAll { !StagedName($0).isEnvironment } }
            guard environments.contains(where: { StagedName($0).stage != nil }), environments.count > 1 else {
                continue
            }
            var layout = Layout(path: nil)
            layout.place.branch = try Pattern(prefix + "{env}")
            if !proposed.isEmpty { layout.place.proposed = try Template(prefix + "{env}-next") }
            return Finding(layouts: [layout], names: environments, weight: environments.count)
        }
        return nil
    }
}
