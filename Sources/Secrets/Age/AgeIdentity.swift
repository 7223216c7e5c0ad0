/// A secret key (or passphrase) that opens files.
public protocol AgeIdentity: Sendable {
    /// The recipient that this identity answers for, as it is written in policies; nil for a passphrase.
    var recipient: String? { get }
    /// The file key; nil when the stanza is for somebody else; an error when it breaks the format.
    func unwrap(_ stanza: Stanza) throws(SecretsError) -> SecretBytes?
}
