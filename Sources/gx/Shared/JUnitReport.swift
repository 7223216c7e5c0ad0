import Terminal

/// Checks as CI services read them: GitLab's `artifacts:reports:junit`, Jenkins, Azure DevOps, Buildkite.
struct JUnitReport {
    struct Case {
        /// What was checked: `prod/api`, a file.
        var subject: String
        var name: String
        var result: Result
        var file: String?
        /// From 1.
        var line: Int?
    }

    enum Result {
        case passed
        case failed(String)
        case unknown(String)
    }

    /// Of the suite.
    var name: String
    var cases: [Case]

    var text: String {
        let failures = cases.count { if case .failed = $0.result { true } else { false } }
        let errors = cases.count { if case .unknown = $0.result { true } else { false } }
        let counts = #"tests="\#(cases.count)" failures="\#(failures)" errors="\#(errors)""#
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(counts)>
              <testsuite name="\(HTML.escaped(name))" \(counts)>
            \(cases.map(Self.element).joined())  </testsuite>
            </testsuites>

            """
    }

    private static func element(_ one: Case) -> String {
        let file = one.file.map { #" file="\#(HTML.escaped($0))""# } ?? ""
        let line = one.line.map { #" line="\#($0)""# } ?? ""
        let start =
            #"    <testcase classname="\#(HTML.escaped(one.subject))" name="\#(HTML.escaped(one.name))"\#(file)\#(line)"#
        switch one.result {
        case .passed: return start + "/>\n"
        case .failed(let why): return start + ">\n" + outcome("failure", why) + "    </testcase>\n"
        case .unknown(let why): return start + ">\n" + outcome("error", why) + "    </testcase>\n"
        }
    }

    private static func outcome(_ tag: String, _ why: String) -> String {
        "      <\(tag) message=\"\(HTML.escaped(why))\"/>\n"
    }
}
