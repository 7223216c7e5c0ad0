import Glibc
import Secrets
import Terminal

/// A value that a user gives: typed without being shown, or on standard input, or as a file.
enum SecretInput {
    static func read(_ file: String?, key: String, _ context: Context) throws -> SecretBytes {
        if let file { return try Files.read(file, mayBePipe: true) }
        if isatty(STDIN_FILENO) == 1 {
            guard let typed = context.prompt.secret("value of \(key):") else {
                throw Failure("no value was given", hint: "give it on standard input, or with --from FILE")
            }
            return SecretBytes(taking: typed)
        }
        let bytes = try Files.read("-")
        return bytes.withSpan { span in
            let end = span.count > 0 && span[span.count - 1] == 10 ? span.count - 1 : span.count
            return SecretBytes(copying: span.extracting(first: end))
        }
    }
}
