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

    /// A file at all commits that change it, from `HEAD` back; none before the first commit.
    func versions(of path: String, following: Bool) throws -> [[UInt8]] {
        let log = Subprocess(
            "git", ["log", "--format=%H"] + (following ? ["--follow"] : []) + ["--", path],
            purpose: "read a file's history", directory: repository.workTree)
        var versions: [[UInt8]] = []
        for line in try log.run().text.split(separator: "\n") {
            guard let id = ObjectID(hex: line),
                let entry = try repository.entry(at: path, inTree: repository.commit(id).tree)
            else { continue }
            versions.append(try repository.blob(entry.id))
        }
        return versions
    }
}
