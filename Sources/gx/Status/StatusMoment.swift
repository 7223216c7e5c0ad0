import Ledger

/// Environments as they are named on the command line, now or all at one moment.
enum StatusMoment {
    /// The names of environments and groups, and the moment; nil for now. `@{…}` alone means all environments.
    static func parsed(_ arguments: [String]) throws -> (names: [String], moment: Moment?) {
        var names: [String] = []
        var moments: [Moment] = []
        for argument in arguments {
            if argument.hasPrefix("@{"), argument.hasSuffix("}") {
                moments.append(Moment(environment: "", when: .date(String(argument.dropFirst(2).dropLast()))))
            } else {
                let moment = try Moment(argument)
                names.append(moment.environment)
                moments.append(moment)
            }
        }
        guard let first = moments.first, Set(moments.map(\.when)).count > 1 || first.when != .now else {
            return (names, nil)
        }
        if case .date = first.when, moments.allSatisfy({ $0.when == first.when }) { return (names, first) }
        guard moments.count == 1 else {
            throw Failure(
                "environments are shown at one moment",
                hint: "give them the same time, or compare two: gx trace diff")
        }
        return (names, first)
    }
}
