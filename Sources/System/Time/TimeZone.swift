internal import Glibc

/// A time zone with its daylight-saving changes, as the system's database (tzdata) has it: `Europe/Berlin`, `UTC`.
public struct TimeZone: Sendable {
    public let name: String
    /// Moments at which clocks are moved, ascending, in seconds since 1970; and the seconds east of Greenwich from then
    /// on.
    private let changes: [(moment: Int64, offset: Int64)]
    /// Before the first of them.
    private let first: Int64
    /// The rule for all time after the last of them.
    private let rule: ZoneRule?

    /// Everywhere known, also without a database.
    public static let utc = TimeZone(name: "UTC", changes: [], first: 0, rule: nil)

    private init(name: String, changes: [(Int64, Int64)], first: Int64, rule: ZoneRule?) {
        (self.name, self.changes, self.first, self.rule) = (name, changes, first, rule)
    }

    /// Nil where the database has no such zone, or its file is damaged. Costs reading one small file.
    ///
    /// - Parameter folder: Where the database is.
    public init?(_ name: String, in folder: String = "/usr/share/zoneinfo") {
        if name == "UTC" {
            self = .utc
            return
        }
        let isName = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || "/_+-".utf8.contains($0)
        }
        guard isName, !name.isEmpty, !name.hasPrefix("/"), !name.hasSuffix("/"),
            let bytes = try? readFile("\(folder)/\(name)", limit: 1 << 20)
        else { return nil }
        self.init(name, file: bytes)
    }

    /// Reads the second, 64-bit part of a TZif file (RFC 8536).
    init?(_ name: String, file bytes: [UInt8]) {
        guard let small = Header(bytes, at: 0), small.version >= 0x32,
            let header = Header(bytes, at: small.end(timeBytes: 4))
        else { return nil }
        let times = header.start + Header.size
        let indexes = times + 8 * header.times
        let types = indexes + header.times
        guard header.types > 0, header.end(timeBytes: 8) <= bytes.count else { return nil }
        func offset(_ type: Int) -> Int64 {
            Int64(Int32(truncatingIfNeeded: number(bytes, start: types + 6 * type, count: 4)))
        }
        var changes: [(Int64, Int64)] = []
        for index in 0..<header.times {
            let type = Int(bytes[indexes + index])
            guard type < header.types else { return nil }
            changes.append((number(bytes, start: times + 8 * index, count: 8), offset(type)))
        }
        let footer = bytes[header.end(timeBytes: 8)...].split(separator: 0x0A).first ?? []
        self.init(
            name: name, changes: changes, first: offset(0),
            rule: ZoneRule(String(decoding: footer, as: UTF8.self)))
    }

    /// Seconds east of Greenwich at a moment.
    public func offset(at moment: Int64) -> Int64 {
        if let last = changes.last, moment >= last.moment { return rule?.offset(at: moment) ?? last.offset }
        let next = changes.partitioningIndex { $0.moment > moment }
        if next == 0 { return changes.isEmpty ? rule?.offset(at: moment) ?? first : first }
        return changes[next - 1].offset
    }

    /// The moment at which clocks show a time: of an hour that there is twice the first; of one that is left out as
    /// much later as clocks are moved.
    ///
    /// - Parameter wall: Seconds since 1970-01-01 00:00 on that clock.
    public func moment(ofWall wall: Int64) -> Int64 {
        // Clocks are not moved twice within two days, so these are the offsets before and after it is so late.
        let (before, after) = (offset(at: wall - 86_400), offset(at: wall + 86_400))
        if offset(at: wall - before) != before, offset(at: wall - after) == after { return wall - after }
        return wall - before
    }

    /// What clocks show at a moment, in seconds since 1970-01-01 00:00.
    public func wall(at moment: Int64) -> Int64 { moment + offset(at: moment) }
}

extension TimeZone: Hashable {
    public static func == (left: TimeZone, right: TimeZone) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What is in a part of a TZif file.
private struct Header {
    static let size = 44
    let start: Int
    let version: UInt8
    let (times, types): (Int, Int)
    private let rest: Int
    private let leaps: Int

    init?(_ bytes: [UInt8], at start: Int) {
        guard start >= 0, start + Self.size <= bytes.count,
            bytes[start..<start + 4].elementsEqual("TZif".utf8)
        else { return nil }
        self.start = start
        version = bytes[start + 4]
        func count(_ index: Int) -> Int { Int(number(bytes, start: start + 20 + 4 * index, count: 4)) }
        (times, types) = (count(3), count(4))
        (leaps, rest) = (count(2), count(0) + count(1) + count(5))
        guard times < 100_000, types < 1000, leaps < 10_000, rest < 100_000 else { return nil }
    }

    /// Where the next part begins.
    func end(timeBytes: Int) -> Int {
        start + Self.size + times * (timeBytes + 1) + types * 6 + leaps * (timeBytes + 4) + rest
    }
}

/// Big-endian; of eight bytes with its sign.
private func number(_ bytes: [UInt8], start: Int, count: Int) -> Int64 {
    bytes[start..<start + count].reduce(0) { $0 << 8 | Int64($1) }
}

/// The rule at the end of a TZif file, as POSIX has it: `CET-1CEST,M3.5.0,M10.5.0/3`.
private struct ZoneRule {
    /// When clocks are moved: a week's day of a month, or a day of the year.
    private enum Day {
        case week(month: Int64, week: Int64, weekday: Int64)
        case julian(Int64)
        case number(Int64)
    }

    private let standard: Int64
    private var summer: (offset: Int64, start: (Day, Int64), end: (Day, Int64))?

    init?(_ text: String) {
        var rest = text[...]
        guard Self.skipName(&rest), let offset = Self.time(&rest) else { return nil }
        standard = -offset
        guard !rest.isEmpty else { return }
        guard Self.skipName(&rest) else { return nil }
        var summerOffset = standard + 3600
        if rest.first != "," {
            guard let offset = Self.time(&rest) else { return nil }
            summerOffset = -offset
        }
        let rules = rest.dropFirst().split(separator: ",")
        guard rules.count == 2, let start = Self.change(rules[0]), let end = Self.change(rules[1]) else {
            return nil
        }
        summer = (summerOffset, start, end)
    }

    func offset(at moment: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = Timestamp.civil(fromDay: Civil.day(ofWall: moment + standard)).year
        let start = Self.wall(of: summer.start, in: year) - standard
        let end = Self.wall(of: summer.end, in: year) - summer.offset
        let isSummer = start < end ? (start..<end).contains(moment) : !(end..<start).contains(moment)
        return isSummer ? summer.offset : standard
    }

    private static func wall(of change: (Day, Int64), in year: Int64) -> Int64 {
        let first = Civil.day(year, month: 1, day: 1)
        let day: Int64
        switch change.0 {
        case .number(let number): day = first + number
        case .julian(let number):
            // The leap day is not counted.
            day = first + number - 1 + (number > 59 && Civil.isLeap(year) ? 1 : 0)
        case .week(let month, let week, let weekday):
            let start = Civil.day(year, month: month, day: 1)
            var found = start + (weekday - Civil.weekday(start) + 7) % 7 + (week - 1) * 7
            while found >= start + Civil.days(in: month, year) { found -= 7 }
            day = found
        }
        return day * 86_400 + change.1
    }

    private static func skipName(_ rest: inout Substring) -> Bool {
        let start = rest
        if rest.first == "<" {
            guard let end = rest.firstIndex(of: ">") else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            rest = rest.drop { $0.isLetter }
        }
        return rest.startIndex != start.startIndex
    }

    /// `-1`, `5:30`, `-2:30:15`, in seconds.
    private static func time(_ rest: inout Substring) -> Int64? {
        var sign: Int64 = 1
        if let first = rest.first, first == "-" || first == "+" {
            sign = first == "-" ? -1 : 1
            rest = rest.dropFirst()
        }
        let text = rest.prefix { $0.isNumber || $0 == ":" }
        rest = rest[text.endIndex...]
        let parts = text.split(separator: ":").map { Int64($0) }
        guard let hours = parts.first ?? nil, parts.count <= 3 else { return nil }
        var seconds = hours * 3600
        for (part, unit) in zip(parts.dropFirst(), [60, 1] as [Int64]) {
            guard let part else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }

    private static func change(_ text: Substring) -> (Day, Int64)? {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let name = parts.first else { return nil }
        var seconds: Int64 = 7200
        if parts.count == 2 {
            var rest = parts[1]
            guard let time = time(&rest), rest.isEmpty else { return nil }
            seconds = time
        }
        if name.first == "M" {
            let numbers = name.dropFirst().split(separator: ".").compactMap { Int64($0) }
            guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
                (0...6).contains(numbers[2])
            else { return nil }
            return (.week(month: numbers[0], week: numbers[1], weekday: numbers[2]), seconds)
        }
        if name.first == "J" { return Int64(name.dropFirst()).map { (.julian($0), seconds) } }
        return Int64(name).map { (.number($0), seconds) }
    }
}
