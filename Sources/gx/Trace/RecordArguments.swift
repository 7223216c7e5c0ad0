public import ArgumentParser
public import Ledger

extension CheckResult: ExpressibleByArgument {
    /// `NAME=RESULT[,URL]`
    public init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
        let parts = argument[argument.index(after: equals)...].split(separator: ",", maxSplits: 1)
        guard let result = parts.first.flatMap({ Result(rawValue: String($0)) }) else { return nil }
        self.init(
            name: String(argument[..<equals]), result: result,
            url: parts.count > 1 ? String(parts[1]) : nil)
    }
}

extension Fact: ExpressibleByArgument {}
extension Outcome: ExpressibleByArgument {}
extension IssueRecord.Kind: ExpressibleByArgument {}
