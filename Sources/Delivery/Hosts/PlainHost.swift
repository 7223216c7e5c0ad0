/// A host of which gx knows no more than that it takes branches.
struct PlainHost: ReviewHost {
    static let name = "this host"
    static let labels: [String] = []

    init(_ host: Host) {}

    func way(of write: StepWrite, on name: String, _ options: PullRequestOptions) -> PushWay {
        PushWay(ref: "refs/heads/\(name)", message: write.message)
    }
}
