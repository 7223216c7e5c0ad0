/// A host of which gx knows no more than that it takes branches.
struct PlainHost: ReviewHost {
    static let name = "this host"
    static let labels: [String] = []

    init(_ host: Host) {}
}
