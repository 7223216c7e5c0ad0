import ArgumentParser
import YAML

extension ParsableCommand {
    /// Refuses an option that takes one value and is given twice: ArgumentParser would take the last one, and the answer
    /// would be to another question than was asked.
    ///
    /// - Parameter arguments: Those of this command.
    static func refuseRepeats(in arguments: some Sequence<String>, path: String) throws {
        var counts: [String: Int] = [:]
        for word in arguments.prefix(while: { $0 != "--" }) where word.hasPrefix("-") {
            counts[String(word.prefix { $0 != "=" }), default: 0] += 1
        }
        guard counts.contains(where: { $0.value > 1 }) else { return }
        // What each option takes is known from what is told to tools that complete command lines.
        let known = try YAMLFile(parsing: Array(_dumpHelp().utf8)).documents.first?.root?["command"]
        for option in known?["arguments"]?.items ?? []
        where option["kind"]?.string == "option" && option["isRepeating"]?.string == "false" {
            for name in option["names"]?.items ?? [] {
                let word = (name["kind"]?.string == "long" ? "--" : "-") + (name["name"]?.string ?? "")
                guard let count = counts[word], count > 1 else { continue }
                throw Failure(
                    "\(word) is given \(count) times, and takes one value", hint: "see '\(path) --help'")
            }
        }
    }
}
