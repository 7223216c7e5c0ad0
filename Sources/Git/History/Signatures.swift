public import System

/// Who signed commits, by keys that are given: git verifies, and no other key counts, whatever the settings and key rings
/// of this machine say.
public final class Signatures {
    private let repository: Repository
    private let folder: TemporaryFolder
    private var known: [ObjectID: String?] = [:]

    /// - Parameter keys: Files, each of SSH's allowed signers (ssh-keygen(1)), or of OpenPGP's public keys in ASCII.
    public init(_ repository: Repository, keys: [[UInt8]]) throws(GitError) {
        self.repository = repository
        folder = try system(try TemporaryFolder())
        let isOpenPGP = { (key: [UInt8]) in
            String(decoding: key, as: UTF8.self).contains("-----BEGIN PGP PUBLIC KEY BLOCK-----")
        }
        let signers = keys.filter { !isOpenPGP($0) }.map { $0 + [UInt8(ascii: "\n")] }.joined()
        try system(try createFile(folder.path + "/allowed_signers", Array(signers)))
        // The keys were chosen by whoever wrote the file.
        try system(try createFile(folder.path + "/gpg.conf", Array("trust-model always\n".utf8)))
        for key in keys.filter(isOpenPGP) {
            let run = Subprocess(
                "gpg", ["--batch", "--quiet", "--import"], purpose: "read the keys of signers", input: key,
                environment: repository.environment.withoutTokens.setting(variables))
            let output = try system(try run.run())
            guard output.status == 0 else { throw GitError.failed(command: "gpg --import", output) }
        }
    }

    private var variables: [String: String?] { ["GNUPGHOME": folder.path] }

    /// The address of who signed a commit, in lower case, as the keys have it; nil where nobody did whose key is among
    /// them.
    public func signer(of commit: ObjectID) throws(GitError) -> String? {
        if let known = known[commit] { return known }
        try verify([commit])
        return known[commit] ?? nil
    }

    /// Verifies several at once.
    ///
    /// - Parameter other: Where they are, if that is elsewhere: beside a shallow clone.
    public func verify(_ commits: [ObjectID], in other: Repository? = nil) throws(GitError) {
        let new = commits.filter { known[$0] == nil }
        guard !new.isEmpty else { return }
        var run = (other ?? repository).git(
            [
                "-c", "gpg.ssh.allowedSignersFile=\(folder.path)/allowed_signers",
                "-c", "gpg.ssh.program=ssh-keygen", "-c", "gpg.program=gpg",
                "-c", "gpg.openpgp.program=gpg", "-c", "gpg.minTrustLevel=undefined",
                "-c", "log.showSignature=false", "log", "--no-walk=unsorted", "--stdin", "-z",
                "--format=%H%x09%G?%x09%GS",
            ], input: Array(new.map { "\($0)\n" }.joined().utf8))
        run.set(variables)
        for id in new { known[id] = .some(nil) }
        for line in try run.output("verify signatures").stdout.split(separator: 0) {
            let words = String(decoding: line, as: UTF8.self).split(
                separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
            guard words.count == 3, words[1] == "G", let id = ObjectID(hex: words[0]) else { continue }
            known[id] = Self.address(String(words[2]))
        }
    }

    /// The same of bytes and a signature beside them.
    ///
    /// - Parameters:
    ///   - namespace: What a signature of SSH has to be for.
    ///   - moment: When it is said to have been made: a key counts for its time.
    public func signer(
        of bytes: [UInt8], _ signature: [UInt8], for namespace: String, at moment: Timestamp
    ) throws(GitError) -> String? {
        let signing = Signing(
            signers: folder.path + "/allowed_signers",
            repository.environment.withoutTokens.setting(variables))
        let signature = Signing.Signature(text: signature, key: "")
        guard signature.format != nil,
            case .good(let name) = try signing.verify(signature, of: bytes, for: namespace, at: moment)
        else { return nil }
        return Self.address(name)
    }

    /// Of a user's name of OpenPGP, or a principal of SSH.
    private static func address(_ signer: String) -> String {
        guard let open = signer.lastIndex(of: "<"), let end = signer.lastIndex(of: ">"), open < end else {
            return signer.lowercased()
        }
        return signer[signer.index(after: open)..<end].lowercased()
    }
}
