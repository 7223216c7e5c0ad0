internal import Glibc

/// Work that runs beside the thread that started it.
@safe package struct Thread: ~Copyable {
    private let handle: pthread_t

    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    package init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let work = unsafe Unmanaged.passRetained(Work(body))
        var handle = pthread_t()
        let code = unsafe pthread_create(
            &handle, nil,
            { work in
                if let work = unsafe work {
                    unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
                }
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            unsafe work.release()
            throw SystemError.system("start a thread")
        }
        self.handle = handle
    }

    /// Waits until it is done.
    deinit { pthread_join(handle, nil) }
}
