import Answers
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// How old what an answer rests on is.
struct Freshness {
    private let tips: [(tip: Tip, time: Timestamp)]
    private let fetched: Timestamp?
    /// When the newest note of gx was written; nil where there are none.
    private let notes: Timestamp?

    init(_ ledger: Ledger, in repository: Repository) throws {
        tips = try ledger.tips.map { ($0, try $0.repository.commit($0.commit).committer.time) }
        fetched = try repository.lastFetch(of: ledger.tips)
        notes = try RecordStore.Subject.allCases.compactMap { subject in
            try repository.reference(subject.ref).map { try repository.commit($0).committer.time }
        }.max()
    }

    func line(at now: Timestamp) -> Text {
        var line: Text = ""
        if let newest = tips.max(by: { $0.time < $1.time }) {
            let name = tips.count == 1 ? newest.tip.shortName : "\(tips.count) branches"
            line += "as of \(name) at \(newest.tip.commit.short), \((now - newest.time).ago)"
        }
        if let fetched { line += "; fetched \((now - fetched).ago)" }
        line += notes.map { "; newest record \((now - $0).ago)" } ?? "; no records"
        return Text(line.raw, .faint)
    }

    var fields: [JSON.Field] {
        [
            JSON.Field(
                "read",
                .array(
                    tips.map { tip, time in
                        [
                            "ref": .string(tip.ref), "commit": .string(tip.commit.description),
                            "time": .string(time.utc),
                        ]
                    })),
            JSON.Field("fetched", fetched.map { .string($0.utc) } ?? .null),
            JSON.Field("notes", notes.map { .string($0.utc) } ?? .null),
        ]
    }
}

extension Context {
    func freshness() throws -> Freshness { try Freshness(ledger(), in: repository) }
}
