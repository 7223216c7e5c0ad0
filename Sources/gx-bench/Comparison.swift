import Git
import Glibc
import System

/// A program of gx, timed in turn with one that does what users would do without gx.
struct Comparison {
    /// A program with its arguments, and the folder that it runs in.
    struct Program {
        var name: String
        var arguments: [String]
        var folder: String
        /// Brings the folder back to where a run starts; not timed.
        var reset: (() throws -> Void)?

        func run() throws -> Double {
            try reset?()
            let start = Clock.now
            let output = try Subprocess(name, arguments, purpose: "measure", directory: folder).run()
            let seconds = Clock.now - start
            guard output.status == 0 else {
                throw BenchError("\(name) \(arguments.joined(separator: " ")): \(output.message)")
            }
            return seconds
        }
    }

    /// What is measured, in words.
    var what: String
    var gx: Program
    var beside: Program
    /// The most that gx may take, as a ratio to the other; nil where the design sets none.
    var budget: Double?
    var runs = 15
    /// Makes what both need; not timed.
    var prepare: (() throws -> Void)?

    /// The same beside another gx, which has folders of its own.
    func beside(_ other: Comparison) -> Comparison {
        var row = self
        (row.beside, row.budget) = (other.gx, nil)
        row.prepare = {
            try prepare?()
            try other.prepare?()
        }
        return row
    }

    struct Result {
        var what: String
        /// Medians, in seconds.
        var gx: Double
        var beside: Double
        var besideName: String
        /// The median of the ratios, run by run: it holds when the machine's speed drifts.
        var ratio: Double
        var budget: Double?
    }

    /// Runs both in turn, after one run of each that is not counted.
    func measure() throws -> Result {
        try prepare?()
        _ = (try gx.run(), try beside.run())
        var times: [(gx: Double, beside: Double)] = []
        for _ in 0..<runs { times.append((try gx.run(), try beside.run())) }
        return Result(
            what: what, gx: median(times.map(\.gx)), beside: median(times.map(\.beside)),
            besideName: ([beside.name] + beside.arguments).joined(separator: " "),
            ratio: median(times.map { $0.gx / $0.beside }), budget: budget)
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}

enum Clock {
    /// Seconds of a clock that nobody sets.
    static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

struct BenchError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
