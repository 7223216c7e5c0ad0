internal import Git

/// From a commit on, a file can't be read, and what it was before stands in its place; or that is over.
struct StandInRow: BitwiseCopyable {
    var high: UInt64
    var middle: UInt64
    var low: UInt32
    var commit: UInt32
    var path: UInt32
    var isOver: UInt32

    var blob: ObjectID { ObjectID(words: (high, middle, low)) }
}
