internal import Glibc
public import System

/// Signs and verifies by the programs that git does it with: `ssh-keygen` and `gpg`.
public struct Signing {
    public enum Format: String, Sendable { case ssh, openpgp }

    /// A signature as these programs write it, and who made it.
    public struct Signature: Hashable, Sendable {
        /// In armour.
        public var text: [UInt8]
        /// The key's fingerprint, or its name.
        public var key: String

        public init(text: [UInt8], key: String) { (self.text, self.key) = (text, key) }

        /// By how it begins; nil for something else.
        public var format: Format? {
            if text.starts(with: "-----BEGIN SSH SIGNATURE-----".utf8) { return .ssh }
            return text.starts(with: "-----BEGIN PGP SIGNATURE-----".utf8) ? .openpgp : nil
        }
    }

    /// What a signature turned out to be.
    public enum Verdict: Hashable, Sendable {
        /// Made by somebody who is trusted.
        case good(by: String)
        /// Not of these bytes, or of nobody who is trusted; the program's words.
        case bad(String)
    }

    private let environment: ProcessEnvironment
    private let ssh: String
    private let gpg: String
    private let format: Format
    private let key: String?
    private let signers: String?

    /// By the settings of git: `gpg.format`, `user.signingKey`, `gpg.ssh.allowedSignersFile`, and the programs.
    ///
    /// - Parameters:
    ///   - repository: Where there is none, only what is given counts.
    ///   - key: A file with an SSH key, in place of git's.
    ///   - signers: A file of trusted SSH keys, as `ssh-keygen` takes it, in place of git's.
    public init(_ repository: Repository?, key: String? = nil, signers: String? = nil) throws(GitError) {
        environment = (repository?.environment ?? ProcessEnvironment()).withoutTokens
        var settings: [String: String] = [:]
        for name in [
            "gpg.ssh.program", "gpg.openpgp.program", "gpg.program", "gpg.format", "user.signingKey",
            "gpg.ssh.allowedSignersFile",
        ] { settings[name] = try repository?.setting(name) }
        ssh = settings["gpg.ssh.program"] ?? "ssh-keygen"
        gpg = settings["gpg.openpgp.program"] ?? settings["gpg.program"] ?? "gpg"
        format = key != nil || settings["gpg.format"] == "ssh" ? .ssh : .openpgp
        self.key = key ?? settings["user.signingKey"]
        self.signers = signers ?? settings["gpg.ssh.allowedSignersFile"].map(Self.expanded)
    }

    /// To verify by keys that are given, and by nothing on this machine.
    ///
    /// - Parameters:
    ///   - signers: The file of SSH's keys.
    ///   - environment: Says where the key ring of OpenPGP is.
    init(signers: String, _ environment: ProcessEnvironment) {
        (self.environment, self.signers) = (environment, signers)
        (ssh, gpg, format, key) = ("ssh-keygen", "gpg", .ssh, nil)
    }

    /// `~/.ssh/allowed_signers`
    private static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = ProcessEnvironment()["HOME"] else { return path }
        return home + path.dropFirst()
    }

    /// - Parameter namespace: What the signature is for, so that it counts for nothing else.
    public func sign(_ bytes: [UInt8], for namespace: String) throws(GitError) -> Signature {
        switch format {
        case .ssh:
            guard let key else {
                throw .refused(
                    doing: "sign", reason: "neither --key nor the setting user.signingKey names a key")
            }
            let folder = try system(try TemporaryFolder())
            var file = Self.expanded(key)
            if let literal = Self.literal(key) {
                file = folder.path + "/key.pub"
                try system(try createFile(file, Array((literal + "\n").utf8)))
            }
            let output = try run(
                ssh, arguments: ["-Y", "sign", "-q", "-n", namespace, "-f", file], input: bytes)
            guard output.status == 0 else { throw .failed(command: ssh, output) }
            let named = try run(ssh, arguments: ["-l", "-f", file], input: [])
            let fields = named.text.split(separator: " ")
            return Signature(text: output.stdout, key: fields.count > 1 ? String(fields[1]) : "")
        case .openpgp:
            let user = key.map { ["--local-user", $0] } ?? []
            let output = try run(
                gpg, arguments: ["--batch", "--armor", "--detach-sign"] + user, input: bytes)
            guard output.status == 0 else { throw .failed(command: gpg, output) }
            return Signature(text: output.stdout, key: key ?? "")
        }
    }

    /// A key itself, as git takes it in place of a file: one that an agent holds.
    private static func literal(_ key: String) -> String? {
        if key.hasPrefix("key::") { return String(key.dropFirst(5)) }
        return key.hasPrefix("ssh-") ? key : nil
    }

    /// - Parameter moment: When an SSH key has to have counted; nil for now.
    public func verify(
        _ signature: Signature, of bytes: [UInt8], for namespace: String, at moment: Timestamp? = nil
    ) throws(GitError) -> Verdict {
        let folder = try system(try TemporaryFolder())
        let file = folder.path + "/signature"
        try system(try createFile(file, signature.text))
        switch signature.format {
        case .ssh?:
            guard let signers else {
                throw .refused(
                    doing: "verify",
                    reason: "neither --signers nor gpg.ssh.allowedSignersFile says whom to trust")
            }
            let time = moment.map { ["-Overify-time=\($0.utc.filter(\.isNumber))"] } ?? []
            let found = try run(
                ssh, arguments: ["-Y", "find-principals"] + time + ["-f", signers, "-s", file], input: [])
            guard found.status == 0, let name = found.text.split(separator: "\n").first else {
                return .bad(found.message.isEmpty ? "nobody in \(signers) has that key" : found.message)
            }
            let output = try run(
                ssh,
                arguments: ["-Y", "verify"] + time
                    + ["-f", signers, "-I", String(name), "-n", namespace, "-s", file], input: bytes)
            return output.status == 0 ? .good(by: String(name)) : .bad(Self.words(output))
        case .openpgp?:
            let output = try run(
                gpg, arguments: ["--batch", "--status-fd=1", "--verify", file, "-"], input: bytes)
            let good = output.text.lines.first { $0.hasPrefix("[GNUPG:] GOODSIG ") }
            guard output.status == 0, let good else { return .bad(Self.words(output)) }
            return .good(by: good.split(separator: " ", maxSplits: 3).last.map(String.init) ?? "")
        case nil: return .bad("it is no signature of SSH or OpenPGP")
        }
    }

    private static func words(_ output: Subprocess.Output) -> String {
        let said = (output.message + "\n" + output.text).split(whereSeparator: \.isNewline)
        return said.last { !$0.hasPrefix("[GNUPG:]") }.map(String.init) ?? "it does not hold"
    }

    private func run(
        _ program: String, arguments: [String], input: [UInt8]
    ) throws(GitError) -> Subprocess.Output {
        // A time without a zone is one of this machine.
        try system(
            try Subprocess(
                program, arguments, purpose: "sign and verify", input: input,
                environment: environment.setting(["TZ": "UTC"])
            )
            .run())
    }
}
