internal import Git
internal import System

/// What was detected last in the place of gx.yaml, kept in the common git directory: every question asks for it, and the
/// answer takes a look at all manifests.
struct DetectionMemory {
    private let repository: Repository
    private let file: String
    /// All that it depends on: the files, the branches, and the program that looked. Nil where that is not known.
    private let ground: String?

    init(_ repository: Repository, tree: ObjectID, branches: [String]) throws {
        self.repository = repository
        file = repository.commonDirectory + "/gx/detected"
        ground = try Program.build.map { build in
            let main = try repository.defaultBranch ?? ""
            return ([tree.description, build, main] + branches).joined(separator: "\n")
        }
    }

    /// What was detected; nil where that is not known, was something else, or can't be read.
    func recall() throws -> LoadedConfiguration? {
        guard let ground, let bytes = try? readFile(file) else { return nil }
        let newline = UInt8(ascii: "\n")
        let parts = bytes.split(separator: newline, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let seal = parts.first,
            seal.elementsEqual(try Self.seal(ground, bytes[parts[1].startIndex...]).utf8),
            let configuration = Self.configuration(Array(parts[2]))
        else { return nil }
        let summary = String(decoding: parts[1], as: UTF8.self)
        return LoadedConfiguration(configuration: configuration, origin: .detected(summary))
    }

    /// What shows that all that is kept was detected on a ground.
    private static func seal(_ ground: String, _ kept: some Collection<UInt8>) throws -> String {
        try ObjectID.hash(ofBlob: Array("\(ground)\n".utf8) + kept).description
    }

    /// Keeps what a gx.yaml can say just so. What can't be written is detected again, nor is anything kept of a push
    /// that may be refused, or where files could not be read.
    func keep(_ detected: DetectedLayout) throws {
        let text = ConfigurationWriter(detected).text
        guard let ground, !repository.isReceiving, !repository.isQuarantined, !repository.hasDamage,
            Self.configuration(Array(text.utf8)) == detected.configuration
        else { return }
        repository.makeMemoryFolder()
        let kept = Array("\(detected.summary.onOneLine)\n\(text)".utf8)
        replaceFile(file, Array("\(try Self.seal(ground, kept))\n".utf8) + kept)
    }

    /// As it was detected: nil where this is no gx.yaml, for whatever reason.
    private static func configuration(_ bytes: [UInt8]) -> Configuration? {
        guard var configuration = try? Configuration(parsing: bytes) else { return nil }
        configuration.text = Configuration.Text()
        return configuration
    }
}
