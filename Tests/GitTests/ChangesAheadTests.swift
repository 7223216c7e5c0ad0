import Glibc
import System
import TestSupport
import Testing

@testable import Git

/// Two threads find what one does.
struct ChangesAheadTests {
    private let scratch: ScratchRepository
    private let repository: Repository
    /// Newest first.
    private let trees: [ObjectID]

    init() throws {
        scratch = try ScratchRepository()
        var stream = ""
        for number in 0..<1000 {
            let text = "\(number)"
            stream += "commit refs/heads/long\ncommitter A <a@example.com> \(number) +0000\ndata 1\nx\n"
            stream += "M 100644 inline f\(number % 7)/g\(number % 11)\ndata \(text.utf8.count)\n\(text)\n"
            if number % 50 == 0 { stream += "D f\(number % 3)\n" }
        }
        let output = try Subprocess(
            "git", ["fast-import", "--quiet"], purpose: "test", input: Array(stream.utf8),
            directory: scratch.path
        ).run()
        try #require(output.status == 0)
        repository = try scratch.repository()
        let tip = try #require(try repository.resolve("long"))
        var walk = try repository.firstParents(from: tip)
        var trees: [ObjectID] = []
        while let step = try walk.step() { trees.append(step.commit.tree) }
        self.trees = trees
    }

    /// - Parameters:
    ///   - count: Of commits, the newest ones.
    ///   - walked: How many are added, of which the others turn out to be known.
    private func ahead(_ count: Int, walked: Int? = nil) throws -> ChangesAhead {
        let ahead = try ChangesAhead(repository)
        for tree in trees.prefix(walked ?? count) { ahead.add(tree) }
        ahead.end(after: count, from: count < trees.count ? trees[count] : nil)
        return ahead
    }

    @Test(arguments: [0, 1, 255, 256, 257, 1000], [true, false])
    func tellsOldestFirst(_ count: Int, _ isExact: Bool) throws {
        let ahead = try ahead(count, walked: isExact ? count : trees.count)
        // Time enough for the thread to read what is not to be told.
        if !isExact { usleep(20_000) }
        for index in (0..<count).reversed() {
            let before = index + 1 < trees.count ? trees[index + 1] : nil
            #expect(try ahead.next() == repository.changes(from: before, to: trees[index]))
            for (id, bytes) in ahead.contents { #expect(try bytes == repository.blob(id)) }
        }
        #expect(try ahead.next() == nil)
        #expect(ahead.isAllRead)
    }

    @Test func readsSmallFilesOnly() throws {
        let id = try repository.write(blob: [1, 2, 3])
        #expect(try repository.blob(id, upTo: 3) == [1, 2, 3])
        #expect(try repository.blob(id, upTo: 2) == nil)
    }

    @Test func mayBeGivenUp() throws {
        let ahead = try ahead(1000)
        _ = try ahead.next()
        #expect(!ahead.contents.isEmpty)
    }

    @Test func saysNothingOfWhatIsDamaged() throws {
        let ahead = try ChangesAhead(repository)
        for tree in [trees[0], .zero] { ahead.add(tree) }
        ahead.end(after: 2, from: trees[1])
        #expect(try ahead.next() == nil)
    }

    @Test func backgroundAnswersAndFails() throws {
        let tree = trees[0]
        #expect(try BackgroundTask(repository) { try $0.files(inTree: tree).count }.value() > 0)
        let failing = try BackgroundTask<Int>(repository) { _ in throw GitError.badDate("x") }
        #expect(throws: GitError.self) { try failing.value() }
    }
}
