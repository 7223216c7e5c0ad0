import Manifests
import Terminal

/// How it is said that something may hold a version and was left alone, wherever that is.
enum LeftAlone {
    static func line(_ what: String) -> Text { "\("left alone:", .warning) \(what)" }

    static func line(_ note: AppSnapshot.Note) -> Text { line("\(note.file): \(note.text)") }
}
