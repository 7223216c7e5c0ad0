import System

/// Numbers that look drawn at random, the same in every run.
struct SplitMix {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }

    /// What histories are drawn from: as many as the environment says, else so many, from a number on.
    static func seeds(else count: Int) -> Range<Int> {
        func number(_ name: String) -> Int? { ProcessEnvironment()[name].flatMap { Int($0) } }
        let first = number("GX_RANDOM_SEED") ?? 0
        return first..<first + (number("GX_RANDOM_HISTORIES") ?? count)
    }
}
