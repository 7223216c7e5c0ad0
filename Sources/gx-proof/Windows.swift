internal import System

/// Answers questions about windows, one a line of standard input, its fields set off by tabs:
///
///     cron   EXPRESSION  ZONE  DURATION  MOMENT
///     rrule  RULE  ZONE  DURATION  MOMENT  DAY  SECOND
///     zone   ZONE  MOMENT
///
/// Writes whether it is open then, and the next moment at which it opens or closes; of a zone, seconds east of Greenwich.
/// What is no window is answered with `error`.
func windows() {
    while let line = readLine() {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        print(answer(fields) ?? "error")
    }
}

private func answer(_ fields: [String]) -> String? {
    if fields.count == 3, fields[0] == "zone", let moment = Int64(fields[2]) {
        return TimeZone(fields[1]).map { "\($0.offset(at: moment))" }
    }
    guard fields.count >= 5, let zone = TimeZone(fields[2]), let duration = Int64(fields[3]),
        let moment = Int64(fields[4])
    else { return nil }
    let times: Schedule.Times
    switch (fields[0], fields.count) {
    case ("cron", 5):
        guard let cron = try? Cron(fields[1]) else { return nil }
        times = .cron(cron, duration: duration)
    case ("rrule", 7):
        guard let second = Int64(fields[6]),
            let rule = try? Recurrence(fields[1], from: fields[5].isEmpty ? nil : Civil.day(fields[5]))
        else { return nil }
        times = .recurrence(rule, second: second, duration: duration)
    default: return nil
    }
    let schedule = Schedule(times, zone)
    let next = schedule.change(after: moment).map { "\($0)" } ?? "never"
    return "\(schedule.contains(moment) ? "open" : "closed") \(next)"
}
