/// What libFuzzer calls with each input. The target is chosen when this is compiled.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    target(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// A bug that is there only to show that the fuzzer finds bugs.
func plant(_ isHit: @autoclosure () -> Bool) {
    #if PLANTED
        precondition(!isHit(), "planted")
    #endif
}
