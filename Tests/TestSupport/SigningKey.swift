/// A key of SSH, made for a test.
public struct SigningKey {
    public let file: String
    /// Its line in a file of allowed signers.
    public let signer: String

    /// - Parameter name: Of its file, and before `@example.com` of whom it is.
    public init(_ name: String, in folder: ScratchFolder) throws {
        file = "\(folder.path)/\(name)"
        try folder.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file])
        let words = (try folder.read(file + ".pub") ?? "").split(separator: " ")
        signer = "\(name)@example.com \(words[0]) \(words[1])"
    }
}

extension ScratchRepository {
    /// Has git sign every commit from now on, or none.
    public func sign(by key: SigningKey?) throws {
        try git("config", "gpg.format", "ssh")
        if let key { try git("config", "user.signingKey", key.file) }
        try git("config", "commit.gpgSign", "\(key != nil)")
    }
}
