/// What is checked out.
public enum Head: Hashable, Sendable {
    /// A branch, by its short name: `main`.
    case branch(String)
    case detached(ObjectID)
    /// A branch without a commit yet.
    case unborn(String)

    /// The branch's short name; nil for a detached head.
    public var branch: String? {
        switch self {
        case .branch(let name), .unborn(let name): name
        case .detached: nil
        }
    }
}
