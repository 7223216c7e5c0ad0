internal import Git

/// A place, and the commit up to which it has been read.
struct PlaceRow: BitwiseCopyable {
    var high: UInt64
    var middle: UInt64
    var low: UInt32
    var repository: UInt32
    var branch: UInt32
    /// 1 where history goes back to its beginning, 0 where a shallow clone ends before.
    var isComplete: UInt32

    var tip: ObjectID { ObjectID(words: (high, middle, low)) }

    mutating func move(to tip: ObjectID, isComplete: UInt32) {
        (high, middle, low) = tip.words
        self.isComplete = isComplete
    }
}
