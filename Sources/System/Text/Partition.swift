extension RandomAccessCollection where Index == Int {
    /// The first index whose element satisfies `isAfter`, in a collection that is partitioned by it.
    ///
    /// Made anew in each module for its own elements: a replay looks for places all the time.
    @inlinable package func partitioningIndex(_ isAfter: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
