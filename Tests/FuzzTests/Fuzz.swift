import Glibc

#if SECRETS
    private let fuzzers = secretsFuzzers
#else
    private let fuzzers = repositoryFuzzers
#endif

/// What libFuzzer calls with each input. `GX_FUZZ` names the fuzzer.
private let chosen: Fuzzer = {
    guard let name = getenv("GX_FUZZ"), let fuzzer = fuzzers[String(cString: name)] else {
        fatalError("GX_FUZZ names no fuzzer of \(fuzzers.keys.sorted())")
    }
    return fuzzer
}()

/// Before anything else; with `GX_FUZZ_SEEDS` the seeds that are made and not kept are written to that folder.
@_cdecl("LLVMFuzzerInitialize")
public func begin(_: UnsafeMutableRawPointer, _: UnsafeMutableRawPointer) -> Int32 {
    #if REPOSITORIES
        guard let folder = getenv("GX_FUZZ_SEEDS") else { return 0 }
        do {
            for (fuzzer, seeds) in try indexSeeds() {
                for (name, bytes) in seeds {
                    let path = String(cString: folder) + "/corpus-" + fuzzer
                    mkdir(path, 0o755)
                    let file = fopen(path + "/" + name, "w")
                    precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count && fclose(file) == 0)
                }
            }
            exit(0)
        } catch { fatalError("\(error)") }
    #else
        return 0
    #endif
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    _ = chosen(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
