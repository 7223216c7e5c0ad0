/// What a piece of text means. Commands name the meaning; only this file knows colours.
public enum Style: Sendable, CaseIterable {
    case success, warning, failure
    case emphasis, faint, heading
    case environment, app, version, commit
    case added, removed

    /// The parameters of the "select graphic rendition" sequence (ECMA-48, 8.3.117).
    /// Only the eight basic colours: the user's theme decides what they look like.
    var sgr: String {
        switch self {
        case .success, .added: "32"
        case .warning: "33"
        case .failure: "1;31"
        case .removed: "31"
        case .emphasis: "1"
        case .faint: "2"
        case .heading: "1;4"
        case .environment: "35"
        case .app: "1;34"
        case .version: "36"
        case .commit: "33"
        }
    }

    func applied(to string: String) -> String {
        "\u{1b}[\(sgr)m\(string)\u{1b}[0m"
    }
}
