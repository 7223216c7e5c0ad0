import Answers
import System
import Terminal

extension Clearance {
    var status: ExitStatus {
        switch verdict {
        case .cleared: .done
        case .notCleared: .no
        case .unknown: .cannotTell
        }
    }

    func sentence(_ place: String) -> Text {
        switch verdict {
        case .cleared:
            return
                "\("yes", .success): \(name, .emphasis) has cleared \(place, .environment), and is in \(present.listed("and"), .environment)"
        case .unknown:
            return
                "\("cannot tell", .warning) whether \(name, .emphasis) has cleared \(place, .environment): \(doubt ?? "")"
        case .notCleared:
            let lead: Text = "\("no", .failure): \(name, .emphasis) has not cleared \(place, .environment)"
            if missing.isEmpty { return lead + ": no environment that comes after has the app" }
            let reached: Text =
                present.isEmpty ? "" : "it is in \(present.listed("and"), .environment), "
            return lead + ": \(reached)not in \(missing.listed("and"), .environment) yet"
        }
    }
}
