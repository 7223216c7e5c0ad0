internal import Manifests
internal import System

/// What commits of history name.
extension Ledger {
    /// The commits of first-parent history that name an issue (`PROJ-7`), oldest first.
    public func commits(namingIssue key: String) -> [UInt32] {
        tables.position(of: key).map { commits(naming: MentionRow.Name(issue: $0)) } ?? []
    }

    /// The commits of first-parent history that name a pull request (`432`), oldest first.
    public func commits(namingPullRequest number: String) -> [UInt32] {
        MentionRow.Name(pullRequest: number).map(commits) ?? []
    }

    private func commits(naming name: MentionRow.Name) -> [UInt32] {
        var found: [UInt32] = []
        tables.mentions.withRows(in: 0..<tables.mentions.count) { rows in
            for index in rows.indices where rows[index].name == name { found.append(rows[index].commit) }
        }
        return found
    }

    /// The issues and pull requests that a deployment's commit names. What was there before history begins did not
    /// come with the first commit.
    public func mentions(of number: Int) -> Mentions {
        guard !isBeforeHistory(number) else { return Mentions() }
        let commit = tables.deployments[number].commit
        // Mentions stand in the order of commits.
        var (low, high) = (0, tables.mentions.count)
        while low < high {
            let middle = (low + high) / 2
            if tables.mentions[middle].commit < commit { low = middle + 1 } else { high = middle }
        }
        var mentions = Mentions()
        while low < tables.mentions.count, case let row = tables.mentions[low], row.commit == commit {
            if let number = row.name.pullRequest { mentions.pullRequests.append("\(number)") }
            if let key = row.name.issue { mentions.issues.append(tables.string(key)) }
            low += 1
        }
        return mentions
    }

    /// The numbers of the deployments that some commits made, oldest first.
    public func deployments(by commits: [UInt32]) -> [Int] {
        let wanted = commits.sorted()
        guard let first = wanted.first, let last = wanted.last else { return [] }
        var numbers: [Int] = []
        var number = 0
        tables.deployments.withRows(in: 0..<count) { rows in
            for index in rows.indices {
                let commit = rows[index].commit
                // Few commits are asked for, and they mostly lie close together.
                if first <= commit, commit <= last,
                    wanted[wanted.partitioningIndex { $0 >= commit }] == commit, !isBeforeHistory(number)
                {
                    numbers.append(number)
                }
                number += 1
            }
        }
        return numbers
    }

    func isBeforeHistory(_ number: Int) -> Bool {
        tables.deployments[number].basis == Deployment.Basis.horizon.rawValue
    }
}
