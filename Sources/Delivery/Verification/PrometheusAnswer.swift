internal import Git
internal import Ledger
internal import System
internal import YAML

/// What Prometheus answers to a query: https://prometheus.io/docs/prometheus/latest/querying/api/
struct PrometheusAnswer: Hashable {
    /// By time in milliseconds, the values of all series that have one; NaN is none.
    private(set) var samples: [Milliseconds: [Double]] = [:]

    struct Problem: Error, Hashable {
        var message: String
    }

    /// - Throws: `Problem` where it is an error, or nothing that Prometheus would say.
    init(_ answer: Curl.Answer) throws(Problem) {
        let body = answer.body
        guard body["status"]?.string == "success", let data = body["data"] else {
            let words = body["error"]?.string ?? "it is no answer of Prometheus"
            throw Problem(message: "status \(answer.status): \(words)".onOneLine)
        }
        let result = data["result"]?.array ?? []
        switch data["resultType"]?.string {
        case "matrix":
            for series in result {
                for point in series["values"]?.array ?? [] { try add(point) }
            }
        case "vector":
            for series in result { try add(series["value"] ?? .null) }
        case "scalar": try add(.array(result))
        case let type:
            throw Problem(message: "the query gives no numbers, but a \(type ?? "nothing")".onOneLine)
        }
    }

    /// `[1435781430.781, "0.5"]`
    private mutating func add(_ point: JSON) throws(Problem) {
        guard let parts = point.array, parts.count == 2, let time = parts[0].double,
            let text = parts[1].string, let value = Self.number(text), time.magnitude < 1e12
        else {
            throw Problem(message: "a sample is not understood")
        }
        if !value.isNaN { samples[Milliseconds((time * 1000).rounded()), default: []].append(value) }
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf", "Inf": .infinity
        case "-Inf": -.infinity
        default: Double(text)
        }
    }

    /// The mean of all finite values; nil where there are none.
    var mean: Double? {
        let values = samples.values.joined().filter(\.isFinite)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

/// What values are held to, both ends included.
struct Bounds: Hashable {
    var lower: Double?
    var upper: Double?

    func excess(of value: Double) -> Double {
        max(lower.map { $0 - value } ?? -.infinity, upper.map { value - $0 } ?? -.infinity)
    }

    var text: String {
        switch (lower, upper) {
        case (let lower?, let upper?): "\(lower.short) to \(upper.short)"
        case (let lower?, nil): "at least \(lower.short)"
        case (nil, let upper?): "at most \(upper.short)"
        case (nil, nil): "anything"
        }
    }
}

extension Double {
    /// With as many digits as people read: `0.0123`, `12`.
    var short: String {
        guard isFinite, self != 0, magnitude < 1e15 else { return self == 0 ? "0" : "\(self)" }
        var scale = 1.0
        while magnitude * scale < 1000, scale < 1e12 { scale *= 10 }
        let rounded = (self * scale).rounded() / scale
        let text = "\(rounded)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
