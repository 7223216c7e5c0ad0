internal import Git
internal import Ledger
internal import Manifests
internal import System

/// Plans commits that say something of promotions to come, and change no file.
enum GatePlan {
    /// A commit on each branch that has one of the environments.
    ///
    /// - Throws: where an environment or an app is unknown.
    static func saying(_ words: [GateTrailer], in estate: Estate) throws -> Plan {
        var steps: [Step] = []
        for word in words {
            for environment in try estate.environments(named: word.environment) {
                var word = word
                word.environment = environment.name
                let apps = try estate.apps(in: environment.name)
                if let app = word.app, !apps.contains(where: { $0.app == app }) {
                    let known = apps.map(\.app).sorted()
                    throw ManifestsError.unknownApp(
                        app, environment: environment.name, nearest: NearestName.of(app, among: known),
                        known: known)
                }
                let places = unique(apps.filter { $0.app == word.app ?? $0.app }.map(\.unit.place))
                for place in places.isEmpty ? [Place()] : places {
                    let index = steps.firstIndex { $0.place == place }
                    var step =
                        try index.map { steps[$0] }
                        ?? Step(
                            place: place, base: estate.tip(of: place), environments: [], changes: [],
                            configuration: [], content: .files([]))
                    step.words.append(word)
                    step.environments = unique(step.environments + [environment.name])
                    if let index { steps[index] = step } else { steps.append(step) }
                }
            }
        }
        return Plan(steps: steps)
    }
}
