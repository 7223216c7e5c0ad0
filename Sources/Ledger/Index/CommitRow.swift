internal import Git

/// A first-parent commit of a place.
struct CommitRow: BitwiseCopyable {
    var high: UInt64
    var middle: UInt64
    /// The committer's clock, in seconds since 1970.
    var time: Int64
    var low: UInt32
    /// Who: positions in the table of strings.
    var author: UInt32
    var committer: UInt32
    /// Minutes east of Greenwich.
    var zone: Int16
    var place: UInt16

    var id: ObjectID { ObjectID(words: (high, middle, low)) }
}
