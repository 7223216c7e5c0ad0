internal import Git
internal import Manifests
internal import System

/// The files of a commit, written to a folder when somebody needs them.
final class ExportedFiles {
    private let tip: Tip
    private var folder: TemporaryFolder?

    init(_ tip: Tip) { self.tip = tip }

    func path() throws -> String {
        if let folder { return folder.path + "/files" }
        let folder = try TemporaryFolder()
        try tip.repository.export(tip.commit, to: folder)
        self.folder = folder
        return folder.path + "/files"
    }
}
