import Ledger
import Manifests
import System
import YAML

extension [Hold] {
    /// What there is to say of them; a chart and an image of one name and version are one to people.
    var sentences: [String] { unique(map(\.sentence)) }
}

extension Hold {
    /// As it stands in answers for programs.
    var json: JSON {
        [
            "version": .string("\(trailer.version)"),
            "artifact": trailer.artifact.map(JSON.string) ?? .null,
            "environment": trailer.environment.map(JSON.string) ?? .null,
            "since": .string(time.utc),
            "by": .string(author),
            "commit": .string("\(commit)"),
            "reason": trailer.reason.map(JSON.string) ?? .null,
        ]
    }

    /// `web 1.1 is held in prod since 2026-03-01: too slow (Ada)`
    var sentence: String {
        let place = trailer.environment ?? "every environment"
        let reason = trailer.reason.map { ": \($0)" } ?? ""
        return
            "\(trailer.subject) is held in \(place) since \(time.utc.prefix(10))\(reason) (\(author))"
    }
}
