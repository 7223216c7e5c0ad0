/// The words that git's date parser knows. It drops any other, and takes the rest for the moment: `last friday
/// afternoon` would be last friday at this time of the day.
enum DateWords {
    private static let names = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november",
        "december", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    ]
    private static let units = ["second", "minute", "hour", "day", "week", "month", "year"]
    private static let words: Set<String> = Set(
        [
            "ago", "now", "today", "yesterday", "noon", "midnight", "tea", "pm", "am", "last", "at", "on",
            "the", "of",
            "and", "a", "an", "in", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
            "ten",
            "st", "nd", "rd", "th", "t", "z", "utc", "gmt", "never", "tues", "wednes", "thurs", "sept",
        ] + zones)
    private static let zones = [
        "idlw", "nt", "cat", "hst", "hdt", "yst", "ydt", "pst", "pdt", "mst", "mdt", "cst", "cdt", "est",
        "edt", "ast",
        "adt", "wat", "wet", "bst", "cet", "met", "mewt", "mest", "cest", "mesz", "fwt", "fst", "eet", "eest",
        "wast",
        "wadt", "cct", "jst", "east", "eadt", "gst", "nzt", "nzst", "nzdt", "idle",
    ]

    /// Whether git understands all words of a date.
    static func areKnown(in text: String) -> Bool {
        text.lowercased().split { !$0.isLetter }.allSatisfy { word in
            let word = String(word)
            return words.contains(word)
                || units.contains { word == $0 || word == $0 + "s" }
                || word.count >= 3 && names.contains { $0.hasPrefix(word) }
        }
    }
}
