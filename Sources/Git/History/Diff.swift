internal import System

extension Repository {
    /// What differs between two trees (or commits), as a patch that `git apply` takes: with modes, links, binary
    /// files and whole ids. No setting of the user changes its form.
    public func diff(from old: ObjectID, to new: ObjectID) throws(GitError) -> [UInt8] {
        try git([
            "diff-tree", "-r", "-p", "--binary", "--full-index", "--no-renames", "--no-ext-diff",
            "--no-textconv",
            "--no-color", "--src-prefix=a/", "--dst-prefix=b/", old.description, new.description,
        ]).output("compare trees").stdout
    }
}
