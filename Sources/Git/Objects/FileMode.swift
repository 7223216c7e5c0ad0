/// What an entry of a tree is.
public enum FileMode: UInt32, Sendable {
    case file = 0o100644
    case executable = 0o100755
    case symbolicLink = 0o120000
    case tree = 0o040000
    case submodule = 0o160000

    /// A mode as a tree has it. Old repositories have others for files: what their owner may do decides.
    init(raw: UInt32) {
        switch raw & 0o170000 {
        case 0o040000: self = .tree
        case 0o120000: self = .symbolicLink
        case 0o160000: self = .submodule
        default: self = raw & 0o100 == 0 ? .file : .executable
        }
    }
}
