/// What a deployment does to one artifact.
struct ChangeRow: BitwiseCopyable {
    static let down: UInt8 = 1
    static let up: UInt8 = 2

    /// As it is called afterwards.
    var artifact: UInt32
    /// The versions, counted from 1; 0 for none.
    var before: UInt32
    var after: UInt32
    /// As of a deployment.
    var related: UInt32 = 0
    var kind: UInt8 = Deployment.Kind.forward.rawValue
    var basis: UInt8 = Deployment.Basis.inferred.rawValue
    /// Whether it goes to an older or a newer version; 0 where nothing tells.
    var direction: UInt8 = 0
    private var whole: UInt8 = 0

    init(artifact: UInt32, before: UInt32?, after: UInt32?) {
        self.artifact = artifact
        self.before = before.map { $0 + 1 } ?? 0
        self.after = after.map { $0 + 1 } ?? 0
    }

    var isDown: Bool { direction == Self.down }
    var isUp: Bool { direction == Self.up }
    /// Whether another artifact of the app is called alike, so that only whole names tell.
    var isNamedWhole: Bool {
        get { whole == 1 }
        set { whole = newValue ? 1 : 0 }
    }
}
