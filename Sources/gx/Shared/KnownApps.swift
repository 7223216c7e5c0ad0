import Ledger
import Manifests

extension Ledger {
    /// Throws where there never was an app of that name, or none that a pattern matches: what nothing is known of has no
    /// answer.
    func requireKnown(_ app: String) throws {
        let known = Set(series.map(\.app))
        guard !known.contains(where: { Glob.matches(app, $0) }) else { return }
        throw ManifestsError.unknownApp(
            app, environment: nil, nearest: NearestName.of(app, among: Array(known)), known: known.sorted())
    }
}
