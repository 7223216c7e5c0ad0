/// Environments that are branches: `environments/ENV`, `env/ENV`, with `-next` where a hydrator prepares them.
enum BranchLayouts {
    /// Long-lived branches whose names differ in the stage word, one of which is the default branch: `acme-dev-1` and
    /// `acme-prod-1`.
    static func family(of main: String?, in branches: [String]) throws -> Finding? {
        guard let main, let stage = StagedName(main).stage, !StagedName(main).family.isEmpty else {
            return nil
        }
        let words = main.split { !$0.isLetter && !$0.isNumber }
        guard let word = words.first(where: { Stage.byWord[$0.lowercased()] == stage }) else { return nil }
        let (head, tail) = (main[..<word.startIndex], main[word.endIndex...])
        let names = Set(branches).filter { $0.hasPrefix(head) && $0.hasSuffix(tail) }
            .filter { $0.count > head.count + tail.count }
            .map { String($0.dropFirst(head.count).dropLast(tail.count)) }
            .filter { Stage.byWord[$0.lowercased()] != nil }
        guard names.count > 1 else { return nil }
        var layout = Layout(path: nil)
        layout.place.branch = try Pattern(head + "{env}" + tail)
        return Finding(layouts: [layout], names: names.sorted(), weight: names.count)
    }

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
