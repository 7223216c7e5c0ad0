import Git
import Glibc
import Secrets
import System
import Terminal

/// `gx init --hooks`: writes hooks that call gx, each beside the one that was there, which it asks first.
struct HookInstallation {
    private let context: Context

    init(_ context: Context) {
        self.context = context
    }

    /// - Parameter names: None for those that a clone, or a bare repository, is usually given.
    func run(_ names: [HookName]) throws {
        let repository = try context.repository
        let names = names.isEmpty ? HookName.usual(inBare: repository.isBare) : unique(names)
        let folder = try HookFolder(
            repository,
            adding: names.map { ($0.rawValue, "gx hook \($0.rawValue) \"$@\" || exit") })
        // All or none.
        let found = try names.map { ($0, try folder.text(of: $0.rawValue)) }
        for (name, text) in found where text.map({ !Self.isOurs($0, name) }) ?? false {
            guard !Files.exists(folder.file(Self.chained(name))) else {
                throw Failure(
                    "there is a hook already, and one that it was to be kept as: \(folder.file(Self.chained(name)))",
                    hint:
                        "move one of them away, or add this line to the hook: gx hook \(name.rawValue) \"$@\" || exit"
                )
            }
        }
        for (name, text) in found {
            var words = "written: \(folder.file(name.rawValue))"
            if let text {
                if text == Self.script(name) {
                    try context.note("already there: \(folder.file(name.rawValue))")
                    continue
                }
                if !Self.isOurs(text, name) {
                    let file = folder.file(Self.chained(name))
                    guard unsafe rename(folder.file(name.rawValue), file) == 0 else {
                        throw SystemError.system("move \(folder.file(name.rawValue)) to \(file)")
                    }
                    words += "; what was there is \(Self.chained(name)) now, and is asked first"
                }
            }
            try folder.write(Self.script(name), as: name.rawValue)
            try context.note("\(words)")
        }
    }

    /// Where a hook is kept that was there before.
    private static func chained(_ name: HookName) -> String { "\(name.rawValue).local" }

    /// Whether gx wrote it, and nobody has added to it.
    private static func isOurs(_ text: String, _ name: HookName) -> Bool {
        text.contains("# Written by `gx init --hooks`") || name == .preCommit && text == SecretsInstall.hook
    }

    private static func script(_ name: HookName) -> String {
        let hook = name.rawValue
        // Byte for byte, also where there is nothing.
        let (take, give) =
            name.readsInput ? ("input=$(cat; echo .)\n", "printf '%s' \"${input%.}\" | ") : ("", "")
        return """
            #!/bin/sh
            # Written by `gx init --hooks`. A hook of your own goes into \(chained(name)) beside it, and is asked first.
            \(take)if [ -x "$0.local" ]; then \(give)"$0.local" "$@" || exit; fi
            if command -v gx >/dev/null 2>&1; then
                \(give)gx hook \(hook) "$@"
            else
                echo "gx is not installed here, so this \(hook) hook checks nothing: install gx, or remove $0" >&2
            fi

            """
    }
}
