/// Where a value stands in a file.
public struct SecretPlace: Hashable, Sendable {
    /// From 0, in the file.
    public var document: Int
    public var path: [PathStep]

    public init(document: Int = 0, path: [PathStep]) {
        self.document = document
        self.path = path
    }
}
