import Git
import Glibc
import Secrets
import System

/// Where git looks for the hooks of a clone, if that is a folder of this clone's own.
struct HookFolder {
    let path: String

    /// - Throws: where `core.hooksPath` leads to a folder that others have, too, or that another program writes anew.
    ///   What it throws says which line to add there.
    ///
    /// - Parameter lines: What each hook would have to call.
    init(_ repository: Repository, adding lines: [(hook: String, line: String)]) throws {
        let output = try Subprocess(
            "git", ["rev-parse", "--path-format=absolute", "--git-path", "hooks"], purpose: "find the hooks",
            directory: repository.workTree ?? repository.gitDirectory
        ).run()
        guard output.status == 0 else {
            throw SystemError.failed(
                command: "git rev-parse", status: output.status, message: output.message)
        }
        path = String(output.text.reversed().drop(while: \.isNewline).reversed())
        let own = [repository.workTree, repository.commonDirectory].compactMap(\.self).map(Files.absolute)
        // husky writes its folder anew, and calls what stands above it.
        if path.hasSuffix("/.husky/_") {
            let all = lines.map { "to .husky/\($0.hook): \($0.line)" }.joined(separator: "; ")
            throw Failure("husky writes the hooks of this clone: \(path)", hint: "add this line \(all)")
        }
        guard own.contains(where: { Files.absolute(path).hasPrefix($0 + "/") }) else {
            let all =
                lines.count == 1
                ? "add this line to that hook: \(lines[0].line)"
                : "add these lines to the hooks there: "
                    + lines.map { "\($0.hook): \($0.line)" }.joined(separator: "; ")
            throw Failure(
                "core.hooksPath leads out of this clone: \(lines.count == 1 ? file(lines[0].hook) : path)",
                hint:
                    "\(all); or give the clone hooks of its own: git config --local core.hooksPath .git/hooks"
            )
        }
    }

    func file(_ hook: String) -> String { "\(path)/\(hook)" }

    /// A hook as it is; nil where there is none.
    func text(of hook: String) throws -> String? {
        let file = file(hook)
        guard Files.exists(file) else { return nil }
        return try String(decoding: Files.read(file).unwiped, as: UTF8.self)
    }

    func write(_ text: String, as hook: String) throws {
        _ = unsafe mkdir(path, 0o777)
        try Files.replace(file(hook), mode: 0o755) { (sink) throws(SecretsError) in
            try sink.write(Array(text.utf8).span)
        }
    }
}
