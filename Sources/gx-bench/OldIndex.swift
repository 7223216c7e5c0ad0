import Glibc
import System

/// An index that ends before the newest commits of a repository.
final class OldIndex {
    private let folder: String
    private let news: Int
    private let ask: () throws -> Void
    private lazy var files = Result { try make() }

    /// - Parameter ask: Asks something, by which gx makes its index.
    init(of folder: String, lacking news: Int, _ ask: @escaping () throws -> Void) {
        (self.folder, self.news, self.ask) = (folder, news, ask)
    }

    private var index: String { folder + "/.git/gx" }

    private func make() throws -> [(name: String, bytes: [UInt8])] {
        let tip = try git(["rev-parse", "main"])
        try remove()
        _ = try git(["update-ref", "refs/heads/main", "main~\(news)"])
        defer { _ = try? git(["update-ref", "refs/heads/main", tip]) }
        try ask()
        return try names().map { ($0, try readFile("\(index)/\($0)") ?? []) }
    }

    private func names() throws -> [String] {
        guard let directory = unsafe opendir(index) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// Takes the index away.
    func remove() throws {
        for name in try names() { unsafe unlink("\(index)/\(name)") }
    }

    /// Brings it back.
    func put() throws {
        let files = try files.get()
        try remove()
        for (name, bytes) in files {
            let file = unsafe fopen("\(index)/\(name)", "w")
            guard let file = unsafe file else { throw BenchError("can't write \(index)/\(name)") }
            defer { unsafe fclose(file) }
            guard unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count else {
                throw BenchError("can't write \(index)/\(name)")
            }
        }
    }

    private func git(_ arguments: [String]) throws -> String {
        let output = try Subprocess("git", arguments, purpose: "measure", directory: folder).run()
        guard output.status == 0 else {
            throw BenchError("git \(arguments.joined(separator: " ")): \(output.message)")
        }
        return output.text.split(separator: "\n").first.map(String.init) ?? ""
    }
}
