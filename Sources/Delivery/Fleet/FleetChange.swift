internal import Git
public import Manifests
internal import System
public import YAML

/// One change that is to be made in many repositories: what it does to files, and how it is called. It is known in each by
/// its branch, and by a line of its commit: `Gx-Change: NAME FINGERPRINT`.
public struct FleetChange: Sendable {
    public enum Action: Hashable, Sendable {
        /// Gives what stands at a path of some files another value: `charts/*/values.yaml:image.tag=1.4`.
        case set(files: Pattern, path: Path, value: String)
        /// A label on each workload.
        case label(key: String, value: String)
        /// Another version of an image, wherever it is pinned.
        case image(PromotionRequest.Given)
        /// A program with its arguments, run where the files are.
        case command([String])
    }

    public var branch: String
    /// The first line is the subject of the commit, and the title of the request.
    public var message: String
    public var actions: [Action]

    /// - Throws: `DeliveryError.badChange` for a name that no branch can have.
    public init(branch: String, message: String, actions: [Action]) throws(DeliveryError) {
        (self.branch, self.message, self.actions) = (branch, message, actions)
        guard Self.isBranch(branch) else { throw .badChange("'\(branch)' is no name of a branch") }
    }

    /// As `git check-ref-format` has it.
    public static func isBranch(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && !part.hasSuffix(".lock")
        }
        let bad = ["..", "@{", "\\", " ", "~", "^", ":", "?", "*", "["]
        return isPlain && !name.hasPrefix("-") && !name.hasSuffix(".") && name != "HEAD"
            && !bad.contains { name.contains($0) }
            && name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\u{7F}" }
    }

    static let trailer = "Gx-Change"

    /// What tells that a commit is of this very change.
    func mark() throws -> String {
        let text = ([message] + actions.map(\.text)).joined(separator: "\0")
        return "\(Self.trailer): \(branch) \(try ObjectID.hash(ofBlob: Array(text.utf8)).short)"
    }

    func commitMessage() throws -> CommitMessage {
        let paragraphs = message.replacing("\n\n", with: "\0").split(separator: "\0").map(String.init)
        var commit = CommitMessage(subject: (paragraphs.first ?? "").onOneLine)
        commit.paragraphs = Array(paragraphs.dropFirst())
        commit.trailers = [try mark()]
        return commit
    }
}

extension FleetChange.Action {
    /// `FILE:PATH=VALUE`
    public init(set text: String) throws(DeliveryError) {
        let wrong = DeliveryError.badChange("'\(text)' is not FILE:PATH=VALUE")
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { throw wrong }
        let rest = text[text.index(after: colon)...]
        // A path may hold equal signs of its own, in brackets or quotes.
        var depth = 0
        var quote: Character?
        let equals = rest.indices.first { index in
            let character = rest[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "[" {
                depth += 1
            } else if character == "]" {
                depth -= 1
            }
            return character == "=" && depth == 0 && quote == nil
        }
        guard let equals else { throw wrong }
        do {
            self = .set(
                files: try Pattern(String(text[..<colon])), path: try Path(String(rest[..<equals])),
                value: String(rest[rest.index(after: equals)...]))
        } catch let error as PatternError {
            throw .badChange("\(text[..<colon]): \(error.description)")
        } catch let error as YAMLError {
            throw .badChange(error.description)
        } catch { throw wrong }
    }

    /// `KEY=VALUE`, as Kubernetes takes it.
    public init(label text: String) throws(DeliveryError) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw .badChange("'\(text)' is not KEY=VALUE")
        }
        let (key, value) = (String(text[..<equals]), String(text[text.index(after: equals)...]))
        let name = key.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard Self.isName(name), key.filter({ $0 == "/" }).count <= 1,
            value.isEmpty || Self.isName(value[...])
        else { throw .badChange("'\(text)' is no label that Kubernetes takes") }
        self = .label(key: key, value: value)
    }

    private static func isName(_ text: Substring) -> Bool {
        let isWord = { (byte: UInt8) in
            byte < 0x80
                && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
        }
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first, let last = text.utf8.last
        else {
            return false
        }
        return isWord(first) && isWord(last) && text.utf8.allSatisfy { isWord($0) || "-_.".utf8.contains($0) }
    }

    fileprivate var text: String {
        switch self {
        case .set(let files, let path, let value): "set\0\(files)\0\(path)\0\(value)"
        case .label(let key, let value): "label\0\(key)\0\(value)"
        case .image(let given): "image\0\(given.name)\0\(given.repository ?? "")\0\(given.version)"
        case .command(let words): (["command"] + words).joined(separator: "\0")
        }
    }
}
