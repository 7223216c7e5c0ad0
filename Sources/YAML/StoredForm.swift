/// What git may keep in the place of a file.
enum StoredForm {
    /// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
    case pointer
    /// git-crypt, whose filter was not at work.
    case encrypted

    init?(of bytes: [UInt8]) {
        if bytes.starts(with: Self.pointerLead) {
            self = .pointer
        } else if bytes.starts(with: Self.encryptedLead) {
            self = .encrypted
        } else {
            return nil
        }
    }

    private static let pointerLead = Array("version https://git-lfs.github.com/spec/".utf8)
    private static let encryptedLead = Array("\0GITCRYPT\0".utf8)

    var words: String {
        switch self {
        case .pointer: "it is a pointer of Git LFS, not the file itself"
        case .encrypted: "it is encrypted by git-crypt, which is a filter that was not applied"
        }
    }

    var hint: String {
        switch self {
        case .pointer: "keep manifests out of Git LFS: 'git lfs untrack', and commit the file itself"
        case .encrypted: "keep versions in files that git-crypt does not encrypt"
        }
    }
}

/// The marks that git leaves in a file where two sides of a merge differ.
enum ConflictMark {
    /// Where the first of them begins that the others follow.
    static func first(in bytes: [UInt8]) -> Int? {
        var found: Int?
        var next = 0
        let marks = ["<<<<<<<", "=======", ">>>>>>>"].map { Array($0.utf8) }
        var line = 0
        while line < bytes.count {
            if bytes[line...].starts(with: marks[next]) {
                if next == 0 { found = line }
                next += 1
                if next == marks.count { return found }
            }
            line = (bytes[line...].firstIndex(of: .lineFeed) ?? bytes.count - 1) + 1
        }
        return nil
    }
}
