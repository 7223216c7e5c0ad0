import Git
import Secrets
import System

/// Who could read files at some commit of the branch, and what they were called then.
struct PastReaders {
    let repository: Repository

    /// Everybody for whom a file was encrypted, the newest first.
    func recipients(of path: String) throws -> [String] {
        var recipients: [String] = []
        for bytes in try versions(of: path, following: true) {
            guard let file = try? SopsFile(parsing: bytes, as: FileFormat(path: path)) else { continue }
            recipients += file.recipients.filter { !recipients.contains($0) }
        }
        return recipients
    }

    /// The keys that a file had while somebody could read it.
    func keys(readBy recipient: String, in path: String) throws -> [String] {
        var keys: [String] = []
        for bytes in try versions(of: path, following: true) {
            guard let file = try? SopsFile(parsing: bytes, as: FileFormat(path: path)),
                file.recipients.contains(recipient)
            else { continue }
            let readable = file.readableKeys
            keys += readable.secrets.map { readable.label(of: $0) }.filter { !keys.contains($0) }
        }
        return keys
    }

    /// The names that policies gave readers; the newest holds.
    func names(in policy: String) throws -> [String: String] {
        var names: [String: String] = [:]
        for bytes in try versions(of: policy, following: false) {
            guard let policy = try? Policy(parsing: bytes) else { continue }
            names.merge(policy.names) { newer, _ in newer }
        }
        return names
    }

    /// A file at all commits that change it, and as it was just before, from `HEAD` back: a merge that puts two sides
    /// together is no change that `git log` tells, and is what somebody may have read last.
    func versions(of path: String, following: Bool) throws -> [[UInt8]] {
        func lines(_ arguments: [String]) throws -> [Substring] {
            let git = Subprocess(
                "git", arguments, purpose: "read a file's history", directory: repository.workTree)
            return try git.run().text.split(separator: "\n")
        }
        let log = try lines(["log", "--format=%H"] + (following ? ["--follow"] : []) + ["--", path])
        var versions: [[UInt8]] = []
        var seen: Set<ObjectID> = []
        for line in try lines(["rev-parse", "--quiet", "--verify", "HEAD"]) + log {
            guard let id = ObjectID(hex: line) else { continue }
            let commit = try repository.commit(id)
            for tree in try [commit.tree] + commit.parents.map({ try repository.commit($0).tree }) {
                guard let entry = try repository.entry(at: path, inTree: tree), seen.insert(entry.id).inserted
                else { continue }
                versions.append(try repository.blob(entry.id))
            }
        }
        return versions
    }
}
