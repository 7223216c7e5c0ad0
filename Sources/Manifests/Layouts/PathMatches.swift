/// What it means that a path matches a layout.
struct PathMatch {
    /// The number of the layout.
    var matcher: Int
    var captures: Captures
    var folder: String
    /// The unit that the path belongs to; nil where it is a part of a chart, or of a base.
    var key: Unit.Key?
    /// The folder of layers that the path is in; nil for any other layout.
    var chart: String?
}

/// The layouts that paths match, the first one each.
struct PathMatches {
    let matchers: [LayoutMatcher]
    /// By path; over history the same ones come again and again.
    private var known: [String: PathMatch?] = [:]

    init(_ layouts: [Layout], place: FoundPlace, names: EnvironmentNames) {
        matchers = layouts.map { LayoutMatcher($0, place: place, names: names) }
    }

    mutating func match(_ path: String) -> PathMatch? {
        if let match = known[path] { return match }
        var found: PathMatch?
        for number in matchers.indices where found == nil {
            guard let captures = matchers[number].captures(of: path),
                !matchers[number].layout.takesAll || !Self.isOther(path)
            else { continue }
            found = match(path, number: number, captures: captures)
        }
        known[path] = .some(found)
        return found
    }

    /// Nil where what a layout captures names no environment that there is.
    func match(_ path: String, number: Int, captures: Captures) -> PathMatch? {
        let matcher = matchers[number]
        let folder = matcher.folder(captures, path)
        var match = PathMatch(matcher: number, captures: captures, folder: folder)
        if !matcher.layout.layers.isEmpty {
            match.chart = "\(number) \(folder)"
        } else {
            guard let environment = matcher.environment(captures) else { return nil }
            match.captures["env"] = captures["env"] ?? environment
            match.key = Unit.Key(
                environment: environment, app: captures["app"].map(FolderWord.app), namespace: captures["ns"],
                place: matcher.place.place)
        }
        if Self.isPartOfBase(captures) { (match.key, match.chart) = (nil, nil) }
        return match
    }

    /// Whether a layout that takes all files leaves one out: of documentation and of tests, and what gx itself reads.
    static func isOther(_ path: String) -> Bool {
        FolderWord.isIgnored(path: path) || path == ConfigurationSource.fileName
    }

    /// Whether a capture of several folders goes through a base: `release/base/monitor` is no app.
    private static func isPartOfBase(_ captures: Captures) -> Bool {
        captures.values.contains { value in
            value.contains("/") && value.split(separator: "/").contains { $0 == "base" || $0 == "bases" }
        }
    }
}
