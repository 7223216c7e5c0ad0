import System

/// The documents that gx writes for programs.
///
/// Within a number fields are only added; a field that is renamed or that changes its meaning raises it.
enum Schema: String, CaseIterable {
    case error = "gx.error/1"
    case status = "gx.status/2"
    case waitingIssues = "gx.status.issues/2"
    case evidence = "gx.status.explain/1"
    case gates = "gx.status.gates/1"
    case promotion = "gx.promote/2"
    case autoPromotion = "gx.auto/1"
    case rollback = "gx.rollback/2"
    case holds = "gx.rollback.holds/2"
    case verification = "gx.verify/2"
    case whereabouts = "gx.trace/2"
    case workloads = "gx.trace.workloads/2"
    case stay = "gx.trace.stay/2"
    case log = "gx.trace.log/2"
    case arrivals = "gx.trace.arrivals/2"
    case difference = "gx.trace.diff/2"
    case backlog = "gx.trace.issues/2"
    case explanation = "gx.trace.explain/2"
    case release = "gx.trace.release/2"
    case bisection = "gx.trace.bisect/1"
    case leadTime = "gx.leadtime/2"
    case issueWay = "gx.leadtime.issue/2"
    case fleet = "gx.fleet/1"
    case secrets = "gx.secrets.list/2"
    case readers = "gx.secrets.readers/2"
    case plaintext = "gx.secrets.check/1"
    case staleSecrets = "gx.secrets.stale/2"

    var json: JSON { .string(rawValue) }

    /// What a document begins with.
    var field: JSON.Field { JSON.Field("schema", json) }
}
