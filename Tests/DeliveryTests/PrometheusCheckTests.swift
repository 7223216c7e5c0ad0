import Git
import Ledger
import Manifests
import System
import Testing

@testable import Delivery

@Suite struct PrometheusCheckTests {
    private let second: Milliseconds = 1000

    private func check(
        min: Double? = nil, max: Double? = nil, compare: VerifyRule.Check.Comparison? = nil,
        seconds: Milliseconds = 60, failures: Int = 0
    ) -> PrometheusCheck {
        let live: Milliseconds = 1_000_000_000
        return PrometheusCheck(
            name: "errors", address: "http://prometheus:9090/", query: "errors",
            rule: VerifyRule.Check.Prometheus(
                url: "http://prometheus:9090", query: "errors", min: min, max: max, comparison: compare),
            window: live...(live + seconds * second), before: (live - 60 * second)...live,
            every: 15 * second, failures: failures, patience: 20 * second,
            curl: Curl(headers: [], environment: ProcessEnvironment(), timeout: .seconds(5)))
    }

    /// A parameter of the request that curl is told to send.
    private func parameter(_ name: String, of program: Subprocess) -> String? {
        let lead = "data-urlencode = \"\(name)="
        let lines = String(decoding: program.input, as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix(lead) }.map { String($0.dropFirst(lead.count).dropLast()) }
    }

    /// Prometheus, whose values are told by the time in seconds since the window began; nil is a gap.
    private func prometheus(_ value: @escaping (Int) -> String?) -> SimulatedRunner {
        SimulatedRunner { program, _ in
            guard let start = parameter("start", of: program).flatMap(Double.init),
                let end = parameter("end", of: program).flatMap(Double.init)
            else {
                let value = value(0).map { #"{"metric":{},"value":[1000000,"\#($0)"]}"# } ?? ""
                return .http(
                    200, #"{"status":"success","data":{"resultType":"vector","result":[\#(value)]}}"#)
            }
            var points: [String] = []
            for time in stride(from: start, through: end, by: 15) {
                if let value = value(Int(time) - 1_000_000) { points.append("[\(time),\"\(value)\"]") }
            }
            let series = #"{"metric":{},"values":[\#(points.joined(separator: ","))]}"#
            return .http(200, #"{"status":"success","data":{"resultType":"matrix","result":[\#(series)]}}"#)
        }
    }

    @Test func aWindowOfGoodValuesPasses() throws {
        let runner = prometheus { _ in "0.002" }
        let result = try runner.finish(check(max: 0.01))
        #expect(result.result == .passed)
        #expect(result.value == "0.002")
        #expect(result.detail == "at most 0.01")
        #expect(runner.elapsed == 60_000)
    }

    @Test func badValuesFailAtOnce() throws {
        let runner = prometheus { $0 >= 30 ? "0.5" : "0" }
        let result = try runner.finish(check(max: 0.01))
        #expect(result.result == .failed)
        #expect(result.value == "0.5")
        #expect(runner.elapsed == 30_000)
    }

    @Test func soManySamplesMayFail() throws {
        let value = { (time: Int) in time == 30 ? "0.5" : "0" }
        #expect(try prometheus(value).finish(check(max: 0.01, failures: 1)).result == .passed)
        #expect(try prometheus(value).finish(check(max: 0.01, failures: 0)).result == .failed)
    }

    @Test(arguments: [nil, "NaN"])
    func valuesThatAreNotThereAreNoGoodOnes(_ value: String?) throws {
        let runner = prometheus { $0 == 30 ? value : "0" }
        let result = try runner.finish(check(max: 0.01))
        #expect(result.result == .unknown)
        #expect(result.detail == "1 of 5 samples are missing")
        // As long as it may still come, it is waited for.
        #expect(runner.elapsed > 80_000)
        #expect(try prometheus { _ in value }.finish(check(max: 1, seconds: 0)).result == .unknown)
    }

    @Test func infinityIsTooMuch() throws {
        #expect(try prometheus { _ in "+Inf" }.finish(check(max: 1)).result == .failed)
        #expect(try prometheus { _ in "-Inf" }.finish(check(min: 1, seconds: 0)).result == .failed)
    }

    @Test func whileNothingAnswersItIsUnknown() throws {
        let down = SimulatedRunner { _, _ in
            .success(Subprocess.Output(status: 7, stderr: Array("curl: (7) refused".utf8)))
        }
        let result = try down.finish(check(max: 1))
        #expect(result.result == .unknown)
        #expect(result.detail?.contains("curl: (7) refused") == true)
        let wrong = SimulatedRunner { _, _ in
            .http(400, #"{"status":"error","errorType":"bad_data","error":"parse error"}"#)
        }
        #expect(try wrong.finish(check(max: 1)).detail == "status 400: parse error")
        let other = SimulatedRunner { _, _ in .http(200, "<html>") }
        #expect(try other.finish(check(max: 1)).result == .unknown)
    }

    @Test func aGapInItsAnswersDoesNotMatter() throws {
        let good = prometheus { _ in "0" }
        let runner = SimulatedRunner { program, time in
            time < 50_000 ? .ended(7) : good.play(program, time).1
        }
        #expect(try runner.finish(check(max: 1)).result == .passed)
    }

    @Test func whatWasBeforeIsTheMeasure() throws {
        let doubled = { (time: Int) in time < 0 ? "2" : "4" }
        let ratio = { (ratio: Double) in check(compare: .ratio(ratio)) }
        #expect(try prometheus(doubled).finish(ratio(1.5)).result == .failed)
        #expect(try prometheus(doubled).finish(ratio(2.5)).result == .passed)
        let halved = { (time: Int) in time < 0 ? "4" : "2" }
        #expect(try prometheus(halved).finish(ratio(0.8)).result == .failed)
        #expect(try prometheus(halved).finish(check(compare: .difference(-3))).result == .passed)
        #expect(try prometheus { $0 <= 0 ? nil : "1" }.finish(ratio(1.5)).result == .unknown)
    }

    @Test func ofSeveralSeriesTheWorstCounts() throws {
        let runner = SimulatedRunner { _, _ in
            .http(
                200,
                #"{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"0"]},{"value":[1,"7"]}]}}"#
            )
        }
        let result = try runner.finish(check(max: 1, seconds: 0))
        #expect(result.result == .failed)
        #expect(result.value == "7")
    }

    @Test(arguments: [(0.0123456, "0.01235"), (12, "12"), (0, "0"), (-3.5, "-3.5"), (1234.5678, "1235")])
    func numbersAreShort(_ value: Double, _ text: String) { #expect(value.short == text) }
}
