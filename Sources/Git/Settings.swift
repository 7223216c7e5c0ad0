internal import System

extension Repository {
    /// A setting as git sees it: all files, includes and variables; the last value where there are several.
    ///
    /// git is run once, on the first question or ahead of it.
    public func setting(_ key: String) throws(GitError) -> String? {
        try settings(key).last
    }

    /// All values of a setting, in git's order.
    public func settings(_ key: String) throws(GitError) -> [String] {
        try allSettings()[Repository.canonical(key)] ?? []
    }

    /// Whether a setting that may be true or false is true; false where it is not set.
    public func isTrue(_ key: String) throws(GitError) -> Bool {
        guard let value = try setting(key)?.lowercased() else { return false }
        if ["", "false", "no", "off"].contains(value) { return false }
        return Int(value) != 0
    }

    /// The pager, as git finds it: `GIT_PAGER`, `core.pager`, `PAGER`, or its default; a command for a shell. Nil
    /// where none is wanted.
    public func pager() throws(GitError) -> String? {
        let command = try git(["var", "GIT_PAGER"]).output("find the pager").text.trimmedLine
        return command.isEmpty || command == "cat" ? nil : command
    }

    /// Has git read the settings beside gx, for who is going to ask for one.
    public func readSettingsAhead() throws(GitError) {
        if settings == nil, settingsRun == nil { settingsRun = try startReadingSettings() }
    }

    private func startReadingSettings() throws(GitError) -> GitCommand.Started {
        try git(["config", "--list", "-z"]).start("read the configuration")
    }

    func allSettings() throws(GitError) -> [String: [String]] {
        if let settings { return settings }
        let run = if let settingsRun { settingsRun } else { try startReadingSettings() }
        let output = try run.output()
        settingsRun = nil
        var found: [String: [String]] = [:]
        for entry in output.stdout.split(separator: 0) {
            // `key LF value`; a key alone is true.
            let parts = entry.split(
                separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = parts.first else { continue }
            let value = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "true"
            found[String(decoding: key, as: UTF8.self), default: []].append(value)
        }
        settings = found
        return found
    }

    /// Section and name without regard to case, what stands between them as it is.
    private static func canonical(_ key: String) -> String {
        guard let first = key.firstIndex(of: "."), let last = key.lastIndex(of: ".") else {
            return key.lowercased()
        }
        return key[..<first].lowercased() + key[first..<last] + key[last...].lowercased()
    }
}
