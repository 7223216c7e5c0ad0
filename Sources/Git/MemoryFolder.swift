internal import Glibc

extension Repository {
    /// Makes the folder of the common git directory in which gx keeps what it can find again, where there is none. Where it
    /// can't be made, whoever writes there finds out.
    ///
    /// - Returns: Its path.
    @discardableResult
    public func makeMemoryFolder() -> String {
        let folder = commonDirectory + "/gx"
        unsafe mkdir(folder, 0o755)
        return folder
    }
}
