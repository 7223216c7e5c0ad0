/// How a file is to be encrypted: what a creation rule of `.sops.yaml` says.
public struct EncryptionRule: Sendable {
    /// The recipients of each key group; one group is the usual case.
    public var groups: [[String]]
    /// How many groups it takes to decrypt; all when it is not said.
    public var threshold: Int?
    public var selection: Selection?
    public var macOnlyEncrypted = false
    /// Key services that the rule also names and gx does not have.
    public var services: [String] = []

    public init(recipients: [String], selection: Selection? = nil) {
        groups = [recipients]
        self.selection = selection
    }

    init(
        groups: [[String]], threshold: Int?, selection: Selection?, macOnlyEncrypted: Bool, services: [String]
    ) {
        self.groups = groups
        self.threshold = threshold
        self.selection = selection
        self.macOnlyEncrypted = macOnlyEncrypted
        self.services = services
    }

    public var recipients: [String] { groups.flatMap { $0 } }
}
