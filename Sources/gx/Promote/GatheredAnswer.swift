import Delivery
import System

/// The answer to a program where a command plans and carries out several times, or verifies what it did: one document, told
/// at the end.
final class GatheredAnswer {
    private(set) var plan = Plan()
    private var landed: [JSON] = []
    /// What a dry run would change.
    private var patch: String?
    /// What was verified; nil where nothing was.
    private var verified: [JSON]?

    func add(_ plan: Plan, landed: [JSON] = [], patch: String? = nil) {
        if let patch { self.patch = (self.patch ?? "") + patch }
        self.plan.steps += plan.steps
        self.plan.refusals += plan.refusals
        self.plan.leftOut += plan.leftOut
        self.plan.warnings += plan.warnings.filter { !self.plan.warnings.contains($0) }
        self.plan.skipped += plan.skipped
        self.landed += landed
    }

    func add(verified: [JSON]) { self.verified = (self.verified ?? []) + verified }

    /// What stands behind the fields of the plan.
    var more: [JSON.Field] {
        [patch.map { JSON.Field("patch", .string($0)) } ?? JSON.Field("landed", .array(landed))]
            + (verified.map { [JSON.Field("verified", .array($0))] } ?? [])
    }
}
