/// An app in an environment.
struct SeriesRow: BitwiseCopyable {
    var environment: UInt32
    var app: UInt32
    /// Its newest deployment, counted from 1; 0 for none.
    var last: UInt32 = 0
}
