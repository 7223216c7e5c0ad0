/// An entry of a tree.
public struct TreeEntry: Hashable, Sendable {
    public let name: String
    public let mode: FileMode
    public let id: ObjectID

    public init(name: String, mode: FileMode, id: ObjectID) {
        (self.name, self.mode, self.id) = (name, mode, id)
    }
}
