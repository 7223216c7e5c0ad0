import Testing

@testable import Delivery

@Suite struct PartialPlanTests {
    private let held = Refusal(code: .held, environment: "prod", app: "api", message: "1.2 is held")

    @Test("What stops all is said once")
    func whatStopsAll() {
        let plan = Plan.leavingOutRefused { _ in Plan(refusals: [held]) }
        #expect(plan.refusals == [held])
        #expect(plan.leftOut.isEmpty)
    }

    @Test("What stops itself alone is left out, and said")
    func whatIsLeftOut() {
        let plan = Plan.leavingOutRefused { Plan(refusals: $0.isEmpty ? [held] : []) }
        #expect(plan.refusals.isEmpty)
        #expect(plan.leftOut == [held])
    }
}
