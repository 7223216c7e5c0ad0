internal import Git
internal import System

/// Gerrit: https://gerrit-review.googlesource.com/Documentation/user-upload.html
struct Gerrit: ReviewHost {
    static let name = "Gerrit"
    static let labels = ["gerrit", "review", "googlesource"]
    static let sshPort = 29418

    init(_ host: Host) {}

    func way(of write: StepWrite, on name: String, _ options: PullRequestOptions) throws -> PushWay {
        var message = write.message
        message.trailers.append("Change-Id: I\(try Self.changeID(name, write))")
        var way = PushWay(ref: "refs/for/\(write.branch)%topic=\(name)", message: message, opens: true)
        way.options = write.labels.map { "hashtag=\($0)" } + write.reviewers.map { "r=\($0)" }
        if write.isDraft { way.options.append("wip") }
        return way
    }

    /// The same for the same promotion as long as it is open, so that it becomes a patch set of the same change; once
    /// the files have changed on the branch, it is another one.
    private static func changeID(_ name: String, _ write: StepWrite) throws -> ObjectID {
        var last = write.base
        if case .files(let files) = write.step.content {
            let commits = try write.repository.commits(
                in: [write.base], touching: files.map(\.path), limit: 1)
            last = commits.first ?? write.base
        }
        let text = ([name, write.branch, "\(last)"] + write.message.trailers).joined(separator: "\n")
        return try ObjectID.hash(ofBlob: Array(text.utf8))
    }
}
