import Glibc

/// Reads an input as gx would and asks for all that stands in it; false where it is nothing that gx reads.
typealias Fuzzer = @Sendable ([UInt8]) -> Bool

private let isPlanted = getenv("GX_FUZZ_PLANTED") != nil

/// A bug that is there only to show that the fuzzer finds bugs.
func plant(_ isHit: @autoclosure () -> Bool) {
    if isPlanted { precondition(!isHit(), "planted") }
}
