import Testing

@testable import System

@Suite struct GoRegexTests {
    @Test(arguments: [
        ("^(data|stringData)$", ["data", "stringData"], ["Data", "data2", "", "mydata"]),
        ("secret", ["secret", "my-secret-key"], ["Secret", "secre"]),
        (".*\\.yaml$", ["a.yaml", ".yaml"], ["a.yml", "a.yaml.bak"]),
        (
            "secrets/[^/]+/prod\\.ya?ml", ["secrets/a/prod.yml", "x/secrets/b/prod.yaml"],
            ["secrets/prod.yaml", "secrets/a/b/prod.yml"]
        ),
        ("(?i)PASSword", ["password", "my_PASSWORD"], ["pasword"]),
        ("(?i:a)b", ["Ab", "ab"], ["aB"]),
        ("^\\w{2,3}$", ["ab", "a_1"], ["a", "abcd", "a-"]),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("a{,2}", ["a{,2}"], ["aa"]),
        ("^[[:alpha:]]+[^[:digit:]]$", ["abc", "a-"], ["ab1", "-"]),
        ("^[]a]$", ["]", "a"], ["b"]),
        ("^[^]a]$", ["b"], ["]", "a"]),
        ("^[a\\-c]$", ["a", "-", "c"], ["b"]),
        ("^[a-]$", ["a", "-"], ["b"]),
        ("\\bkey\\b", ["a key", "key", "x.key.y"], ["keys", "monkey"]),
        ("^(?P<x>a)(?:b)(?<y>c)$", ["abc"], ["ab"]),
        ("^a.b$", ["axb", "aéb"], ["a\nb", "ab"]),
        ("(?s)^a.b$", ["a\nb"], ["ab"]),
        ("(?m)^b$", ["a\nb\nc"], ["ab"]),
        ("^b$", ["b"], ["a\nb", "b\n"]),
        ("\\x41\\x{1F642}|\\Qa.b\\E", ["A🙂", "a.b"], ["axb"]),
        ("\\d\\D\\s\\S", ["1a b"], ["11 b"]),
        ("^(a|b|)+$", ["", "abab"], ["c"]),
        ("", ["", "x"], []),
        ("(?i)k", ["K", "k", "\u{212A}"], ["x"]),
        ("^[^a-z]$", ["A", "é", "\n"], ["a"]),
        ("\\.", ["."], ["a"]),
        ("a*?b+?c??", ["b", "aab"], ["a"]),
        ("^\\012$", ["\n"], ["12"]),
        ("^\\pL+$", ["é中a", "password"], ["a1", ""]),
        ("^\\p{Greek}$", ["Σ"], ["s"]),
        ("^\\p{^Greek}$|^\\P{Lu}$", ["s", "A", "σ"], ["Σ"]),
        ("(?i)^[^\\W_]+$", ["password", "K\u{17F}"], ["x_y"]),
        ("(?i)^\\p{Lu}$", ["a", "A"], ["1"]),
        ("^\\Qpass\\E+$", ["pass", "passss"], ["passpass"]),
        ("^a\\Q\\E*b$", ["b", "aab"], ["a"]),
        ("^a(?i)*B$", ["aaB", "b"], ["AB"]),
        ("^[[:a]$", ["[", ":", "a"], ["b"]),
        ("(?i)^σ$", ["ς", "Σ"], ["s"]),
    ]) func matchesAsInGo(pattern: String, matching: [String], others: [String]) throws {
        let compiled = try GoRegex(pattern)
        for text in matching { #expect(compiled.matches(text), "\(pattern) on \(text)") }
        for text in others { #expect(!compiled.matches(text), "\(pattern) on \(text)") }
    }

    @Test(arguments: [
        "(", ")", "a)", "[a", "[", "*", "+a", "a**", "a+*", "a{2}{3}", "a{1001}", "a{2,1}", "(?=a)", "(?!a)",
        "(?<=a)", "(?>a)", "\\1", "\\8",
        "\\p{Nope}", "\\p{", "\\Z", "\\G", "\\", "[z-a]", "[[:nope:]]", "(?P<>a)", "(?P<a", "(?x)a",
        "\\x{110000}", "\\xZZ", "\\y", "\\C",
        "((a{1000}){1000}){1000}", String(repeating: "a", count: 10_001),
        String(repeating: "(", count: 201) + String(repeating: ")", count: 201),
        "a???", "[\\", "[a-\\d]",
        "(?P<n>a)(?P<n>b)", "(?-)", "(a{500}){3}",
    ]) func whatGoRefusesOrIsNotSupportedIsRefused(pattern: String) {
        let error = #expect(throws: SystemError.self) { try GoRegex(pattern) }
        #expect(error?.hint == "expressions follow Go's syntax (RE2)")
    }

    @Test func nestingIsReadToALimit() throws {
        let text = String(repeating: "(", count: 199) + "a" + String(repeating: ")*", count: 199)
        #expect(try GoRegex("^\(text)$").matches("aaa"))
    }

    /// Exponential for a matcher that backtracks.
    @Test func matchingTakesLinearTime() throws {
        let text = String(repeating: "a", count: 5000)
        for pattern in ["^(a+)+$", "^(a|aa)+$", "(a*)*b", "(.*)*x", "(a?){50}a{50}b"] {
            let start = ContinuousClock.now
            _ = try GoRegex(pattern).matches(text + "!")
            #expect(ContinuousClock.now - start < .seconds(5), "\(pattern)")
        }
    }
}
