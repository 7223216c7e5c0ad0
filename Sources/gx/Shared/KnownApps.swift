import Ledger
import Manifests

extension Ledger {
    /// An app that was asked for, if there ever was one of that name: what nothing is known of has no answer.
    func known(_ app: String) throws -> String {
        let known = Set(series.map(\.app))
        guard !known.contains(app) else { return app }
        throw ManifestsError.unknownApp(
            app, environment: nil, nearest: NearestName.of(app, among: Array(known)), known: known.sorted())
    }
}
